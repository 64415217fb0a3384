package inject

import (
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/syscalls"
)

// siKernel is si_code SI_KERNEL, which strace's signals have.
const siKernel = 0x80

// send makes a signal pending for the thread that is about to make a call, so
// that a call that sleeps is interrupted by it and others end first, as with
// strace. The thread queues it to itself, which alone may give any si_code.
// SIGKILL and SIGSTOP cannot be kept out of a call made by Do, and have no
// handler that could tell who sent them.
func send(c *utrace.Syscall, sig unix.Signal) {
	if sig != unix.SIGKILL && sig != unix.SIGSTOP && queue(c, sig) {
		return
	}
	_ = c.Task().Process().Signal(sig) // ESRCH: it is dead already
}

// queue is rt_tgsigqueueinfo by the thread to itself, by the ids that it has in
// its own namespace.
func queue(c *utrace.Syscall, sig unix.Signal) bool {
	do := func(name string, args ...uint64) (int64, bool) {
		call, ok := syscalls.ByName(c.Arch(), name)
		if !ok {
			return 0, false
		}
		r, err := c.Do(call.Nr, args...)
		return r, err == nil && r >= 0
	}
	var info utrace.Siginfo
	info.SetSigno(sig)
	info.SetCode(siKernel)
	at, err := c.Scratch(len(info.Bytes()))
	if err != nil {
		return false
	}
	if n, _ := c.Memory().WriteAt(info.Bytes(), int64(at)); n != len(info.Bytes()) {
		return false
	}
	pid, ok := do("getpid")
	if !ok {
		return false
	}
	tid, ok := do("gettid")
	if !ok {
		return false
	}
	_, ok = do("rt_tgsigqueueinfo", uint64(pid), uint64(tid), uint64(sig), at)
	return ok
}
