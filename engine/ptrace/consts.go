package ptrace

import (
	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/syscalls"
)

// Requests that golang.org/x/sys lacks, from linux/ptrace.h and asm/ptrace-abi.h.
const (
	reqGetFPXRegs     = 18
	reqSetFPXRegs     = 19
	reqSysemu         = 31
	reqSysemuStep     = 32
	reqSingleBlock    = 33 // PTRACE_SYSVM too, see sysvm
	reqGetFilter      = 0x420c
	reqGetMetadata    = 0x420d
	reqGetRseq        = 0x420f
	reqSetSUD         = 0x4210
	reqGetSUD         = 0x4211
	reqSetSyscallInfo = 0x4212
	reqSetThreadArea  = 26
	reqGetThreadArea  = 25
	reqArchPrctl      = 30
)

// PTRACE_O_* by the stop that each asks for.
const (
	optSysgood  = unix.PTRACE_O_TRACESYSGOOD
	optFork     = unix.PTRACE_O_TRACEFORK
	optVfork    = unix.PTRACE_O_TRACEVFORK
	optClone    = unix.PTRACE_O_TRACECLONE
	optExec     = unix.PTRACE_O_TRACEEXEC
	optVforkEnd = unix.PTRACE_O_TRACEVFORKDONE
	optExit     = unix.PTRACE_O_TRACEEXIT
	optSeccomp  = unix.PTRACE_O_TRACESECCOMP
	optExitKill = unix.PTRACE_O_EXITKILL
	optSuspend  = unix.PTRACE_O_SUSPEND_SECCOMP
	allOptions  = 0xff | optExitKill | optSuspend
)

// sysgood is what PTRACE_O_TRACESYSGOOD adds to a system call stop's signal.
const sysgood = 0x80

// Values of PTRACE_GETEVENTMSG at system call stops (linux/ptrace.h).
const (
	msgEntry = 1
	msgExit  = 2
)

// si_code of a SIGCHLD, and of signals, from asm-generic/siginfo.h.
const (
	cldExited  = 1
	cldKilled  = 2
	cldDumped  = 3
	cldTrapped = 4
	cldStopped = 5

	siUser    = 0
	siKernel  = 0x80
	trapBrkpt = 1
)

// idtypes of waitid, from linux/wait.h.
const (
	pAll   = 0
	pPid   = 1
	pPgid  = 2
	pPidfd = 3
)

// numbers are those of the system calls that matter here, -1 where the
// architecture lacks one.
type numbers struct {
	ptrace, wait4, waitid, waitpid, ppoll, sigqueue int
}

func numbersOf(id arch.ID) numbers {
	switch id {
	case arch.AMD64:
		return numbers{ptrace: 101, wait4: 61, waitid: 247, waitpid: -1, ppoll: 271, sigqueue: 129}
	case arch.I386:
		return numbers{ptrace: 26, wait4: 114, waitid: 284, waitpid: 7, ppoll: 309, sigqueue: 178}
	}
	return numbers{-1, -1, -1, -1, -1, -1}
}

// everybodys is the set of the calls that are looked at of everybody, and tracers
// of who traces.
func everybodys() *syscalls.Set { return calls("ptrace") }

func tracers() *syscalls.Set { return calls("ptrace,wait4,waitid,?waitpid") }

func calls(names string) *syscalls.Set {
	set, err := syscalls.ParseSet(names)
	if err != nil {
		panic(err) // the names are constants
	}
	return set
}
