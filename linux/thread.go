package linux

import (
	"sync/atomic"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// stop is what a thread is stopped at.
type stop uint8

const (
	going     stop = iota // not stopped, as far as we have been told
	atFirst               // a new child's first stop, nothing executed yet
	atEntry               // syscall-entry-stop
	atSeccomp             // PTRACE_EVENT_SECCOMP: past its entry stop, if it had one, and past all filters
	atExit                // syscall-exit-stop
	atSignal              // signal-delivery-stop
	atTrap                // PTRACE_EVENT_STOP, in the kernel's signal path
	atHandler             // a handler's frame was set up
	atClone               // PTRACE_EVENT_CLONE, FORK, VFORK
	atExec                // PTRACE_EVENT_EXEC
	atDeath               // PTRACE_EVENT_EXIT
	atOther               // another event: nothing to report
	inGroup               // group-stop, listening
)

// thread is the host's record of a traced thread; its owner's alone but for
// what is atomic.
type thread struct {
	owner  *owner                // the loop that it is in; only its own to read
	home   atomic.Pointer[owner] // the same, for others
	task   *utrace.Task          // nil for a child whose parent's event has not come
	group  *group
	tid    int
	tgid   int
	space  atomic.Pointer[vm] // its address space: changes at exec
	polled atomic.Bool

	at        stop
	status    unix.WaitStatus // of the stop
	held      bool            // the last verdict was Stay
	inStop    bool            // JobControl(CLDStopped) was reported
	listening bool            // in PTRACE_LISTEN: answers no request
	ranOn     bool            // it runs though its process is in a group-stop; see LeaveJobStop
	sys       bool            // it runs with PTRACE_SYSCALL

	info sys.SyscallInfo // of the last stop at a call
	asis bool            // it is this stop, and nothing was written to the thread since

	regs   arch.Regs
	loaded bool // regs are those of the stop
	dirty  bool // and must be written back

	call   callInfo // the call it is in, from its entry stop on
	inCall bool
	trapping
	exited    bool // exit or exit_group was reported at its entry
	dying     bool // resumed from PTRACE_EVENT_EXIT, death to be peeked at
	doomed    bool // PTRACE_EVENT_EXIT was seen
	zombie    bool // dead, held
	interrupt bool // a trap is on its way; see trap
	stepping  bool // resumed to step, for an engine
	stepCall  bool // the step goes over a system call
	handler   bool // resumed to stop when a handler's frame stands
	shows     bool // at this trap, a call that was broken shows EINTR
	newborn   bool // its first stop is still to come
	leaving   bool // to be detached at the next stop
	dropStop  bool // a SIGSTOP of our own is on its way
	renaming  bool // at its exec; see takeOver
	wantExit  bool // the exit stop matters for restore
	stage     *started
	siginfo   sys.Siginfo     // of the signal-delivery-stop
	expect    []expected      // signals of our own sending
	redo      *redo           // of the call that was set back last; nil: none
	wake      int64           // what it takes to get it going, an estimate in ns
	deferred  unix.WaitStatus // a stop met inside Do, to be handled next
	isDefer   bool
	orphan    []unix.WaitStatus // statuses that came too early: before the parent's event, or while renaming
	filters   filters
	scratch   scratch
	plain     plainFiles
	keeping   keeping
	asks      bool // counted in cpus.asking
	counted   bool // in owner.procs
	waits     bool // at its clone, until the child has its owner
	move      *move
}

// frame is a call's number and arguments.
type frame struct {
	nr   int
	args [6]uint64
}

type callInfo struct {
	arch arch.ID
	nr   int
	args [6]uint64
	at   int64 // when it began, monotonic ns, for calls with a timeout
}

// expected is a signal that was sent by tgkill to be turned into info at its
// delivery.
type expected struct {
	info   sys.Siginfo
	report bool // as a signal of the program's: engines are asked
	handle bool // Verdict.Handler
	unmask bool // the mask was changed to let it in
	mask   uint64
}

// ask asks the kernel about the call that the thread is stopped at; nil if it is
// killed.
func (th *thread) ask() *sys.SyscallInfo {
	if sys.GetSyscallInfo(th.tid, &th.info) != 0 || th.info.Op == sys.OpNone {
		return nil
	}
	th.asis = true
	return &th.info
}

// loadRegs returns the registers of the stop.
func (th *thread) loadRegs() (*arch.Regs, error) {
	if !th.loaded {
		if th.at == going {
			return nil, unix.ESRCH
		}
		if th.at == inGroup {
			if err := th.owner.retrap(th); err != nil {
				return nil, err
			}
		}
		if e := sys.GetRegs(th.tid, (*unix.PtraceRegs)(&th.regs)); e != 0 {
			return nil, e
		}
		th.loaded = true
	}
	return &th.regs, nil
}

// setCall changes number and arguments: of the call that is about to be made,
// without reading the registers if the kernel can do that (Linux 6.16).
func (th *thread) setCall(id arch.ID, nr int, args *[6]uint64) {
	entry := th.at == atEntry || th.at == atSeccomp
	if entry {
		th.made = frame{nr, *args}
	}
	if entry && !th.loaded && id.Is64() && sys.HaveSetSyscallInfo(th.tid) {
		info := sys.SyscallInfo{Op: sys.OpEntry}
		if th.at == atSeccomp {
			info.Op = sys.OpSeccomp
		}
		info.SetEntry(uint64(int64(nr)), *args)
		th.asis = false
		if sys.SetSyscallInfo(th.tid, &info) == 0 {
			return
		}
	}
	if regs, err := th.loadRegs(); err == nil {
		regs.SetNr(nr)
		regs.SetArgs(id, *args)
		th.dirty = true
	}
}

// setResult changes the result of the call that ends.
func (th *thread) setResult(id arch.ID, v int64) {
	if th.loaded {
		th.regs.SetResult(id, v)
		th.dirty = true
	} else {
		sys.PokeUser(th.tid, arch.UserResult, arch.ResultWord(id, v))
		th.asis = false
	}
	th.restarts = arch.IsRestart(v)
}

// skipCall calls the call off at its entry or seccomp stop, where the result,
// -ENOSYS or what was set instead, is there already.
func (th *thread) skipCall() {
	if th.loaded {
		th.regs.SetNr(arch.NoCall)
		th.dirty = true
	} else {
		sys.PokeUser(th.tid, arch.UserNr, ^uint64(0))
		th.asis = false
	}
	th.made.nr = arch.NoCall
}

// madeCall returns the call that is made when the thread goes on from its entry:
// what the program asked for, engines changed, or somebody wrote to its
// registers.
func (th *thread) madeCall() *frame {
	if th.dirty {
		th.made = frame{th.regs.Nr(), th.regs.Args(th.call.arch)}
	}
	return &th.made
}

// flush writes changed registers back.
func (th *thread) flush() {
	if th.dirty {
		th.madeCall()
		sys.SetRegs(th.tid, (*unix.PtraceRegs)(&th.regs))
		th.dirty, th.asis = false, false
	}
}

// resume lets the stopped thread go on, by PTRACE_SYSCALL if it must stop at each
// of its calls, or the end of this one matters; and from a syscall-entry-stop
// always, so that a seccomp stop of the same call is known for what it is.
func (th *thread) resume(syscalls bool, sig unix.Signal) {
	th.widened()
	req := uintptr(unix.PTRACE_CONT)
	if syscalls || th.stopsAll() || th.wantExit || th.stage != nil || th.scratch.next != 0 || th.guarded.kind != unguarded || th.at == atEntry {
		req = unix.PTRACE_SYSCALL
	}
	th.resumeBy(req, sig)
}

func (th *thread) resumeBy(req uintptr, sig unix.Signal) {
	th.flush()
	place := &th.owner.place
	u := place.useOf(th)
	if u == asksAffinity && req == unix.PTRACE_CONT {
		req = unix.PTRACE_SYSCALL // its end matters
	}
	if req != unix.PTRACE_SYSCALL {
		th.leaveUnseen()
	}
	from := th.at
	th.at, th.held = going, false
	th.sys = req == unix.PTRACE_SYSCALL
	if th.interrupt && !th.doomed {
		sys.Interrupt(th.tid)
	}
	// ESRCH: killed meanwhile; its death is on its way.
	place.resume(th, from, u, req, sig)
	th.loaded = false
}

// trap makes a thread come to the trap in the kernel's signal path
// (PTRACE_EVENT_STOP). Whatever stop comes first cancels the request
// (ptrace_stop), but not TIF_SIGPENDING, which breaks the call that follows; so
// it is made again at each resume until the trap has come.
func (th *thread) trap() {
	if th.interrupt {
		return
	}
	th.interrupt = true
	th.noteStart()
	sys.Interrupt(th.tid)
}
