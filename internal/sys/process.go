package sys

import (
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Gettid returns the id of the calling OS thread.
func Gettid() int {
	r, _ := unix.RawSyscallNoError(unix.SYS_GETTID, 0, 0, 0)
	return int(r)
}

// Getcpu returns the CPU that the caller runs on.
func Getcpu() int {
	var cpu uint32
	unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0)
	return int(cpu)
}

// SchedPolicy returns a thread's scheduling policy (SCHED_NORMAL, SCHED_BATCH, ...,
// with SCHED_RESET_ON_FORK if that is set).
func SchedPolicy(tid int) (int, unix.Errno) {
	r, _, e := unix.RawSyscall(unix.SYS_SCHED_GETSCHEDULER, uintptr(tid), 0, 0)
	return int(r), e
}

// SetSchedPolicy sets a thread's scheduling policy, one without priorities; its nice
// value stays.
func SetSchedPolicy(tid, policy int) unix.Errno {
	var priority int32
	_, _, e := unix.RawSyscall(unix.SYS_SCHED_SETSCHEDULER, uintptr(tid), uintptr(policy), uintptr(unsafe.Pointer(&priority)))
	return e
}

// SyscallInsn returns the address of a system call instruction in this program,
// and so in other processes that run it, unless it is loaded elsewhere there.
func SyscallInsn() uintptr

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

// FileSystem returns the type of the file system that an open file of a thread
// is on (statfs(2), f_type). EBADF or ENOENT: no such descriptor.
func FileSystem(tid, fd int) (int64, unix.Errno) {
	var b [64]byte
	path := strconv.AppendInt(append(b[:0], "/proc/"...), int64(tid), 10)
	path = strconv.AppendInt(append(path, "/fd/"...), int64(fd), 10)
	path = append(path, 0)
	var st unix.Statfs_t
	_, _, e := unix.RawSyscall(unix.SYS_STATFS, uintptr(unsafe.Pointer(&path[0])), uintptr(unsafe.Pointer(&st)), 0)
	return st.Type, e
}
