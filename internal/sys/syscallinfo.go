package sys

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// What a [SyscallInfo] describes.
const (
	OpNone    uint8 = unix.PTRACE_SYSCALL_INFO_NONE    // not a system call stop
	OpEntry   uint8 = unix.PTRACE_SYSCALL_INFO_ENTRY   // syscall-entry-stop
	OpExit    uint8 = unix.PTRACE_SYSCALL_INFO_EXIT    // syscall-exit-stop
	OpSeccomp uint8 = unix.PTRACE_SYSCALL_INFO_SECCOMP // PTRACE_EVENT_SECCOMP
)

// SyscallInfo is struct ptrace_syscall_info: what the kernel tells about the
// system call a thread is stopped at, for half the price of its registers.
//
// Op is right only for a thread with PTRACE_O_TRACESYSGOOD. Arch, IP and SP are
// filled at every kind of stop.
type SyscallInfo struct {
	Op       uint8
	Reserved uint8
	Flags    uint16
	Arch     uint32 // AUDIT_ARCH_*: of this call, not of the program
	IP       uint64
	SP       uint64
	u        [8]uint64 // entry: nr, args; exit: rval, is_error; seccomp: nr, args, ret_data
}

// SyscallInfoSize is the size of the whole structure.
const SyscallInfoSize = unsafe.Sizeof(SyscallInfo{})

// Bytes returns the structure's memory.
func (s *SyscallInfo) Bytes() []byte {
	return (*[SyscallInfoSize]byte)(unsafe.Pointer(s))[:]
}

// Entry returns the call's number and arguments; valid if Op is OpEntry or
// OpSeccomp. The number is the 32-bit one, zero-extended. So are the arguments of
// a 32-bit call: for int 0x80 in a 64-bit program the kernel gives the whole
// registers, though the call takes only their low halves.
func (s *SyscallInfo) Entry() (nr uint64, args [6]uint64) {
	args = [6]uint64(s.u[1:7])
	if s.Arch&auditArch64Bit == 0 {
		for i := range args {
			args[i] &= 0xffffffff
		}
	}
	return s.u[0], args
}

const auditArch64Bit = 0x80000000 // __AUDIT_ARCH_64BIT

// SetEntry sets the number and the arguments for [SetSyscallInfo]. With the
// number -1 the kernel leaves the arguments alone.
func (s *SyscallInfo) SetEntry(nr uint64, args [6]uint64) {
	s.u[0] = nr
	*(*[6]uint64)(s.u[1:7]) = args
}

// Exit returns the call's result; valid if Op is OpExit. An error is a negative
// errno, and may be one of the kernel's restart codes.
func (s *SyscallInfo) Exit() (rval int64, isError bool) {
	return int64(s.u[0]), *(*uint8)(unsafe.Pointer(&s.u[1])) != 0
}

// SetExit sets the result for [SetSyscallInfo].
func (s *SyscallInfo) SetExit(rval int64, isError bool) {
	s.u[0] = uint64(rval)
	s.u[1] = 0
	if isError {
		*(*uint8)(unsafe.Pointer(&s.u[1])) = 1
	}
}

// Seccomp returns the call's number and arguments, and the SECCOMP_RET_DATA of
// the filter that asked for the stop; valid if Op is OpSeccomp.
func (s *SyscallInfo) Seccomp() (nr uint64, args [6]uint64, retData uint32) {
	nr, args = s.Entry()
	return nr, args, *(*uint32)(unsafe.Pointer(&s.u[7]))
}

// GetSyscallInfo fills info. What the stop has nothing to say about is zero.
// Kernel 5.3.
func GetSyscallInfo(tid int, info *SyscallInfo) unix.Errno {
	*info = SyscallInfo{}
	_, e := ptracePtr(unix.PTRACE_GET_SYSCALL_INFO, tid, SyscallInfoSize, unsafe.Pointer(info))
	return e
}

// SetSyscallInfo changes the number and arguments at an entry or seccomp stop,
// the result at an exit stop. EINVAL: info.Op is not what the stop is, or
// Reserved or Flags are not zero. Arch, IP and SP are not looked at. Kernel
// 6.16, see [HaveSetSyscallInfo].
func SetSyscallInfo(tid int, info *SyscallInfo) unix.Errno {
	_, e := ptracePtr(unix.PTRACE_SET_SYSCALL_INFO, tid, SyscallInfoSize, unsafe.Pointer(info))
	return e
}
