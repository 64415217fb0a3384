package ptrace

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// compatSiginfo is the siginfo of a SIGCHLD in the layout of 32-bit programs.
func compatSiginfo(info *utrace.Siginfo) []byte {
	b := make([]byte, 128)
	user, system := info.Times()
	for i, v := range []uint32{
		uint32(info.Signo()), uint32(info.Errno()), uint32(info.Code()),
		uint32(info.Pid()), info.UID(), uint32(info.Status()), uint32(user), uint32(system),
	} {
		le.PutUint32(b[4*i:], v)
	}
	return b
}

// compatAnySiginfo is any siginfo in that layout (copy_siginfo_to_external32).
func compatAnySiginfo(info *utrace.Siginfo) []byte {
	if info.Signo() == unix.SIGCHLD && info.Code() > 0 {
		return compatSiginfo(info)
	}
	b, wide := make([]byte, 128), info.Bytes()
	le.PutUint32(b, uint32(info.Signo()))
	le.PutUint32(b[4:], uint32(info.Errno()))
	le.PutUint32(b[8:], uint32(info.Code()))
	fault := info.Code() > 0 && info.Code() < siKernel
	switch sig := info.Signo(); {
	case fault && (sig == unix.SIGSEGV || sig == unix.SIGBUS || sig == unix.SIGILL || sig == unix.SIGFPE || sig == unix.SIGTRAP):
		le.PutUint32(b[12:], uint32(info.Addr()))
	case fault && sig == unix.SIGSYS:
		addr, nr, id := info.Syscall()
		le.PutUint32(b[12:], uint32(addr))
		le.PutUint32(b[16:], uint32(nr))
		le.PutUint32(b[20:], uint32(id))
	default: // two ids, and a value
		copy(b[12:], wide[16:24])
		le.PutUint32(b[20:], uint32(info.Value()))
	}
	return b
}

// fromCompat is the way back (copy_siginfo_from_user32), as far as signals of
// programs go.
func fromCompat(b []byte) (info utrace.Siginfo) {
	info.SetSigno(unix.Signal(le.Uint32(b)))
	info.SetErrno(int32(le.Uint32(b[4:])))
	info.SetCode(int32(le.Uint32(b[8:])))
	switch sig := info.Signo(); {
	case sig == unix.SIGCHLD && info.Code() > 0:
		info.SetStatus(int32(le.Uint32(b[20:])))
		info.SetTimes(int64(le.Uint32(b[24:])), int64(le.Uint32(b[28:])))
		fallthrough
	case info.Code() <= 0 || info.Code() >= siKernel:
		info.SetPid(int32(le.Uint32(b[12:])))
		info.SetUID(le.Uint32(b[16:]))
		if info.Code() <= 0 {
			info.SetValue(uint64(le.Uint32(b[20:])))
		}
	default:
		info.SetAddr(uint64(le.Uint32(b[12:])))
	}
	return info
}
