package sys

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// ptrace makes a request whose arguments are plain numbers.
func ptrace(req uintptr, tid int, addr, data uintptr) unix.Errno {
	_, _, e := unix.RawSyscall6(unix.SYS_PTRACE, req, uintptr(tid), addr, data, 0, 0)
	return e
}

// ptracePtr makes a request whose data argument points into our own memory. The
// conversion must stand in the system call's own argument list: that is what
// keeps the object in place until the kernel is done, and off the heap.
func ptracePtr(req uintptr, tid int, addr uintptr, data unsafe.Pointer) (uintptr, unix.Errno) {
	r, _, e := unix.RawSyscall6(unix.SYS_PTRACE, req, uintptr(tid), addr, uintptr(data), 0, 0)
	return r, e
}

// Seize makes the calling thread the tracer of tid, with the given
// PTRACE_O_* options, and without stopping it. EPERM also means that another
// tracer holds it (TracerPid in /proc/TID/status).
func Seize(tid int, opts uintptr) unix.Errno {
	return ptrace(unix.PTRACE_SEIZE, tid, 0, opts)
}

// Interrupt asks a seized thread to stop, with PTRACE_EVENT_STOP unless another
// stop comes first. It is the one request, with [Kill], that needs no stopped
// tracee.
func Interrupt(tid int) unix.Errno {
	return ptrace(unix.PTRACE_INTERRUPT, tid, 0, 0)
}

// Listen leaves a seized thread in the group-stop it reported, so that SIGCONT
// can end it. No request but Interrupt reaches it until it stops again.
func Listen(tid int) unix.Errno {
	return ptrace(unix.PTRACE_LISTEN, tid, 0, 0)
}

// Resume lets a stopped thread go on by req: PTRACE_CONT, PTRACE_SYSCALL,
// PTRACE_SINGLESTEP or PTRACE_SINGLEBLOCK. At a signal-delivery-stop sig is
// delivered in place of the signal reported, 0 for none; at a syscall stop it is
// sent to the thread; at an event stop the kernel drops it. EIO means that the
// machine lacks the request, or that sig is no signal.
func Resume(req uintptr, tid int, sig unix.Signal) unix.Errno {
	return ptrace(req, tid, 0, uintptr(sig))
}

// Detach lets a stopped thread go for good, delivering sig as Resume does.
func Detach(tid int, sig unix.Signal) unix.Errno {
	return ptrace(unix.PTRACE_DETACH, tid, 0, uintptr(sig))
}

// SetOptions replaces the PTRACE_O_* options of a stopped thread.
func SetOptions(tid int, opts uintptr) unix.Errno {
	return ptrace(unix.PTRACE_SETOPTIONS, tid, 0, opts)
}

// GetEventMsg returns what belongs to the current event stop: the new thread's
// id at a clone, fork or vfork, the former id at an exec, the status at an exit,
// SECCOMP_RET_DATA at a seccomp stop. All pids are in the tracer's namespace.
func GetEventMsg(tid int) (uint64, unix.Errno) {
	var msg uint64 // the kernel stores an unsigned long
	_, e := ptracePtr(unix.PTRACE_GETEVENTMSG, tid, 0, unsafe.Pointer(&msg))
	return msg, e
}

// GetSiginfo reads the siginfo of the current stop. EINVAL means that the
// thread is in a group-stop, which has none: this is how the two are told
// apart for a thread that was not seized.
func GetSiginfo(tid int, info *Siginfo) unix.Errno {
	_, e := ptracePtr(unix.PTRACE_GETSIGINFO, tid, 0, unsafe.Pointer(info))
	return e
}

// SetSiginfo replaces the siginfo that a handler will be given. It does not
// choose the signal: [Resume] does, and the kernel makes up a new siginfo when
// the two disagree.
func SetSiginfo(tid int, info *Siginfo) unix.Errno {
	_, e := ptracePtr(unix.PTRACE_SETSIGINFO, tid, 0, unsafe.Pointer(info))
	return e
}

// peekSiginfoArgs is struct ptrace_peeksiginfo_args.
type peekSiginfoArgs struct {
	off   uint64
	flags uint32
	nr    int32
}

// PeekSiginfo copies queued signals, from the off-th on, without dequeuing them:
// the thread's own queue, or with shared the process's. It returns how many it
// copied.
func PeekSiginfo(tid int, off uint64, shared bool, out []Siginfo) (int, unix.Errno) {
	args := peekSiginfoArgs{off: off, nr: int32(min(len(out), 1<<20))}
	if shared {
		args.flags = unix.PTRACE_PEEKSIGINFO_SHARED
	}
	r, _, e := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_PEEKSIGINFO, uintptr(tid),
		uintptr(unsafe.Pointer(&args)), uintptr(unsafe.Pointer(unsafe.SliceData(out))), 0, 0)
	if e != 0 {
		return 0, e
	}
	return int(r), 0
}

// sigsetSize is sizeof(sigset_t) as the kernel has it.
const sigsetSize = 8

// GetSigmask returns the set of blocked signals, signal n at bit n-1.
func GetSigmask(tid int) (uint64, unix.Errno) {
	var mask uint64
	_, e := ptracePtr(unix.PTRACE_GETSIGMASK, tid, sigsetSize, unsafe.Pointer(&mask))
	return mask, e
}

// SetSigmask replaces the set of blocked signals. SIGKILL and SIGSTOP cannot be
// blocked; the kernel drops them from the set.
func SetSigmask(tid int, mask uint64) unix.Errno {
	_, e := ptracePtr(unix.PTRACE_SETSIGMASK, tid, sigsetSize, unsafe.Pointer(&mask))
	return e
}

// GetRegset reads the register set nt (NT_PRSTATUS, NT_PRFPREG, NT_X86_XSTATE,
// ...) into buf and returns how many bytes it filled. A set longer than buf is
// cut short. EINVAL: the length is not a multiple of the set's word. ENODEV:
// the machine lacks the set.
func GetRegset(tid int, nt uintptr, buf []byte) (int, unix.Errno) {
	return regset(unix.PTRACE_GETREGSET, tid, nt, buf)
}

// SetRegset writes the register set nt from buf, from its beginning, and returns
// how many bytes the kernel took.
func SetRegset(tid int, nt uintptr, buf []byte) (int, unix.Errno) {
	return regset(unix.PTRACE_SETREGSET, tid, nt, buf)
}

func regset(req uintptr, tid int, nt uintptr, buf []byte) (int, unix.Errno) {
	iov := unix.Iovec{Base: unsafe.SliceData(buf)}
	iov.SetLen(len(buf))
	if _, e := ptracePtr(req, tid, nt, unsafe.Pointer(&iov)); e != 0 {
		return 0, e
	}
	return int(iov.Len), 0
}

// PeekUser reads the word at offset off of the tracee's USER area: registers,
// and on amd64 the debug registers.
func PeekUser(tid int, off uintptr) (uint64, unix.Errno) {
	return peek(unix.PTRACE_PEEKUSR, tid, off)
}

// PokeUser writes the word at offset off of the tracee's USER area.
func PokeUser(tid int, off uintptr, word uint64) unix.Errno {
	return ptrace(unix.PTRACE_POKEUSR, tid, off, uintptr(word))
}

// PeekData reads one word of the tracee's memory, whatever the page's
// protection, as a debugger needs. EIO: nothing is mapped there.
func PeekData(tid int, addr uintptr) (uint64, unix.Errno) {
	return peek(unix.PTRACE_PEEKDATA, tid, addr)
}

// PokeData writes one word of the tracee's memory, whatever the page's
// protection.
func PokeData(tid int, addr uintptr, word uint64) unix.Errno {
	return ptrace(unix.PTRACE_POKEDATA, tid, addr, uintptr(word))
}

// peek is for the requests that give back a word. The system call, unlike the C
// library's function, stores it where data points.
func peek(req uintptr, tid int, addr uintptr) (uint64, unix.Errno) {
	var word uint64
	_, e := ptracePtr(req, tid, addr, unsafe.Pointer(&word))
	return word, e
}
