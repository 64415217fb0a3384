package sys

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// What golang.org/x/sys lacks of ptrace's requests.
const (
	requestGetSUDConfig = 0x4211 // PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG
	requestSetSUDConfig = 0x4210 // PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG
	requestGetRseq      = 0x420f // PTRACE_GET_RSEQ_CONFIGURATION
)

// What [Inspect] takes beside those of golang.org/x/sys.
const (
	SeccompGetFilter   = 0x420c // PTRACE_SECCOMP_GET_FILTER
	SeccompGetMetadata = 0x420d // PTRACE_SECCOMP_GET_METADATA
)

// Inspect makes a request that reads or writes the state of a stopped thread,
// and that neither resumes it nor lets it go: EIO for any other. data is what
// the request reads or writes; for the regset requests the bytes transferred
// are returned. PTRACE_POKEUSR takes its word from data. PTRACE_PEEKSIGINFO takes
// the offset as addr and the flags from data's first word, fills data, and
// returns how many it copied. data may be nil where the request allows a null
// pointer.
func Inspect(tid int, request int, addr uintptr, data []byte) (int64, unix.Errno) {
	p := unsafe.Pointer(unsafe.SliceData(data))
	switch request {
	case unix.PTRACE_GETREGSET, unix.PTRACE_SETREGSET:
		n, e := regset(uintptr(request), tid, addr, data)
		return int64(n), e
	case unix.PTRACE_POKEUSR:
		if len(data) < 8 {
			return 0, unix.EIO
		}
		return 0, PokeUser(tid, addr, *(*uint64)(p))
	case unix.PTRACE_PEEKSIGINFO:
		if len(data) < int(unsafe.Sizeof(Siginfo{})) {
			return 0, unix.EINVAL
		}
		args := peekSiginfoArgs{off: uint64(addr), flags: *(*uint32)(p), nr: int32(len(data) / int(unsafe.Sizeof(Siginfo{})))}
		r, _, e := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_PEEKSIGINFO, uintptr(tid),
			uintptr(unsafe.Pointer(&args)), uintptr(p), 0, 0)
		return int64(int(r)), e
	case unix.PTRACE_PEEKUSR, unix.PTRACE_GETFPREGS, unix.PTRACE_SETFPREGS, requestGetFPX, requestSetFPX,
		unix.PTRACE_GETSIGINFO, unix.PTRACE_SETSIGINFO, unix.PTRACE_GETSIGMASK, unix.PTRACE_SETSIGMASK,
		unix.PTRACE_GET_SYSCALL_INFO,
		SeccompGetFilter, SeccompGetMetadata, requestGetRseq, requestGetSUDConfig, requestSetSUDConfig:
		r, e := ptracePtr(uintptr(request), tid, addr, p)
		return int64(int(r)), e
	}
	return 0, unix.EIO
}

// i386 requests that the kernel takes from 64-bit programs too.
const (
	requestGetFPX = 18 // PTRACE_GETFPXREGS
	requestSetFPX = 19 // PTRACE_SETFPXREGS
)
