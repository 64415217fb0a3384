package sys

import "golang.org/x/sys/unix"

// Gettid returns the id of the calling OS thread.
func Gettid() int {
	r, _ := unix.RawSyscallNoError(unix.SYS_GETTID, 0, 0, 0)
	return int(r)
}

// What [Kcmp] compares.
const (
	KcmpFile    = 0 // open files: the two indices are file descriptors
	KcmpVM      = 1 // address spaces
	KcmpFiles   = 2 // file descriptor tables
	KcmpFS      = 3 // root, working directory, umask
	KcmpSighand = 4 // signal dispositions
)

// Kcmp tells whether two threads share a resource: 0 if they do; 1, 2 or 3 if
// not. It needs the right to ptrace both. ENOSYS: the kernel was built without.
func Kcmp(tid1, tid2, what int, idx1, idx2 uintptr) (int, unix.Errno) {
	r, _, e := unix.RawSyscall6(unix.SYS_KCMP, uintptr(tid1), uintptr(tid2), uintptr(what), idx1, idx2, 0)
	return int(r), e
}
