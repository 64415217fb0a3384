package sys

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Wait4 waits for a change of tid, or as wait4(2) reads it of -1, 0 or -pgid.
// It may block: the goroutine gives up its place in the scheduler. EINTR is
// returned.
func Wait4(tid int, status *unix.WaitStatus, options int) (int, unix.Errno) {
	r, _, e := unix.Syscall6(unix.SYS_WAIT4, uintptr(tid), uintptr(unsafe.Pointer(status)), uintptr(options), 0, 0, 0)
	return int(r), e
}

// Wait4NoHang is Wait4 with WNOHANG: it returns 0 if nothing has changed yet.
func Wait4NoHang(tid int, status *unix.WaitStatus, options int) (int, unix.Errno) {
	r, _, e := unix.RawSyscall6(unix.SYS_WAIT4, uintptr(tid), uintptr(unsafe.Pointer(status)), uintptr(options|unix.WNOHANG), 0, 0, 0)
	return int(r), e
}

// Waitid waits as waitid(2) does; with WNOWAIT in options what it reports stays
// to be waited for. info and rusage may be nil. It may block: the goroutine
// gives up its place in the scheduler. EINTR is returned.
func Waitid(idtype, id int, info *Siginfo, options int, rusage *unix.Rusage) unix.Errno {
	_, _, e := unix.Syscall6(unix.SYS_WAITID, uintptr(idtype), uintptr(id), uintptr(unsafe.Pointer(info)),
		uintptr(options), uintptr(unsafe.Pointer(rusage)), 0)
	return e
}

// WaitidNoHang is Waitid with WNOHANG. If nothing has changed yet it succeeds,
// and info's Signo and Pid are 0.
func WaitidNoHang(idtype, id int, info *Siginfo, options int, rusage *unix.Rusage) unix.Errno {
	_, _, e := unix.RawSyscall6(unix.SYS_WAITID, uintptr(idtype), uintptr(id), uintptr(unsafe.Pointer(info)),
		uintptr(options|unix.WNOHANG), uintptr(unsafe.Pointer(rusage)), 0)
	return e
}
