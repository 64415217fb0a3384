package sys

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Kill sends sig to a process by kill(2). PTRACE_KILL is not offered: it has
// an effect only on a stopped thread, and then that of Resume with SIGKILL.
func Kill(pid int, sig unix.Signal) unix.Errno {
	_, _, e := unix.RawSyscall(unix.SYS_KILL, uintptr(pid), uintptr(sig), 0)
	return e
}

// Tgkill sends sig to one thread of a process.
func Tgkill(tgid, tid int, sig unix.Signal) unix.Errno {
	_, _, e := unix.RawSyscall(unix.SYS_TGKILL, uintptr(tgid), uintptr(tid), uintptr(sig))
	return e
}

// RtTgsigqueueinfo queues sig with info to one thread. EPERM: info's code is
// above -1 or SI_TKILL, and the thread is not the caller itself.
func RtTgsigqueueinfo(tgid, tid int, sig unix.Signal, info *Siginfo) unix.Errno {
	_, _, e := unix.RawSyscall6(unix.SYS_RT_TGSIGQUEUEINFO, uintptr(tgid), uintptr(tid), uintptr(sig),
		uintptr(unsafe.Pointer(info)), 0, 0)
	return e
}

// sigprocmask replaces the calling thread's signal mask and returns the old one.
func sigprocmask(mask uint64) (old uint64) {
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&mask)),
		uintptr(unsafe.Pointer(&old)), sigsetSize, 0, 0)
	return old
}

// NoCldStop sets SA_NOCLDSTOP on the process's SIGCHLD action and keeps its
// handler, mask, other flags and restorer.
//
// The reason: the kernel sends SIGCHLD to a tracer at every stop of a tracee,
// and Go installs a handler for every signal, so that each stop runs Go's
// handler on some thread: a third of the stop's price, for nothing. With the
// flag no signal is sent for a stop; SIGCHLD for a death still comes, and
// signal.Notify works.
//
// The flag is process-wide: the program no longer hears when a child of its own
// stops or continues. It is lost when the program calls signal.Ignore for
// SIGCHLD and Notify afterwards. Calling again is harmless.
func NoCldStop() error {
	var act sigaction
	if e := rtSigaction(unix.SIGCHLD, nil, &act); e != 0 {
		return fmt.Errorf("read the SIGCHLD action: %w", e)
	}
	if act.flags&saNoCldStop != 0 {
		return nil
	}
	act.flags |= saNoCldStop
	if e := rtSigaction(unix.SIGCHLD, &act, nil); e != 0 {
		return fmt.Errorf("set SA_NOCLDSTOP on SIGCHLD: %w", e)
	}
	return nil
}

const saNoCldStop = 1 // SA_NOCLDSTOP

func rtSigaction(sig unix.Signal, act, old *sigaction) unix.Errno {
	_, _, e := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(act)),
		uintptr(unsafe.Pointer(old)), sigsetSize, 0, 0)
	return e
}
