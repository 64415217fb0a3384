package arch

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Siginfo is the kernel's siginfo_t. Its first three words are common; which
// of the others mean something is decided by signal and code (sigaction(2)),
// and reading one that does not gives what happens to lie there. The layout is
// that of every little-endian 64-bit machine Linux runs on.
type Siginfo struct {
	signo, errno, code int32
	_                  int32
	u                  [14]uint64
}

// SiginfoSize is sizeof(siginfo_t).
const SiginfoSize = unsafe.Sizeof(Siginfo{})

// Offsets in the union, by the member of siginfo_t.
const (
	offPid      = 0  // _kill, _rt, _sigchld
	offUID      = 4  //
	offStatus   = 8  // _sigchld
	offUtime    = 16 //
	offStime    = 24 //
	offValue    = 8  // _rt, _timer
	offTimerID  = 0  // _timer
	offOverrun  = 4  //
	offAddr     = 0  // _sigfault
	offAddrLSB  = 8  //
	offLower    = 16 //
	offUpper    = 24 //
	offPkey     = 16 //
	offBand     = 0  // _sigpoll
	offFD       = 8  //
	offCallAddr = 0  // _sigsys
	offCallNr   = 8  //
	offCallArch = 12 //
)

func (s *Siginfo) at(off uintptr) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(&s.u), off) }
func (s *Siginfo) i32(off uintptr) int32         { return *(*int32)(s.at(off)) }
func (s *Siginfo) u32(off uintptr) uint32        { return *(*uint32)(s.at(off)) }
func (s *Siginfo) u64(off uintptr) uint64        { return *(*uint64)(s.at(off)) }
func (s *Siginfo) setI32(off uintptr, v int32)   { *(*int32)(s.at(off)) = v }
func (s *Siginfo) setU32(off uintptr, v uint32)  { *(*uint32)(s.at(off)) = v }
func (s *Siginfo) setU64(off uintptr, v uint64)  { *(*uint64)(s.at(off)) = v }

// Bytes returns the structure's own memory, as the kernel and a tracee see it.
func (s *Siginfo) Bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(s)), SiginfoSize)
}

// Signo is the signal; at a stop that is not for a signal, SIGTRAP.
func (s *Siginfo) Signo() unix.Signal { return unix.Signal(s.signo) }

// Errno is almost always 0; for a seccomp SIGSYS it is SECCOMP_RET_DATA.
func (s *Siginfo) Errno() int32 { return s.errno }

// Code tells where the signal came from: SI_USER and other values not above 0
// from a program, CLD_*, SEGV_*, ... and SI_KERNEL from the kernel.
func (s *Siginfo) Code() int32 { return s.code }

// SetSigno sets the signal.
func (s *Siginfo) SetSigno(sig unix.Signal) { s.signo = int32(sig) }

// SetErrno sets the error number.
func (s *Siginfo) SetErrno(errno int32) { s.errno = errno }

// SetCode sets the code.
func (s *Siginfo) SetCode(code int32) { s.code = code }

// Pid is the sender, or for SIGCHLD the child.
func (s *Siginfo) Pid() int32 { return s.i32(offPid) }

// UID is the sender's or the child's real user id.
func (s *Siginfo) UID() uint32 { return s.u32(offUID) }

// SetPid sets the sender or the child.
func (s *Siginfo) SetPid(pid int32) { s.setI32(offPid, pid) }

// SetUID sets the user id.
func (s *Siginfo) SetUID(uid uint32) { s.setU32(offUID, uid) }

// Status of a SIGCHLD: the exit code for CLD_EXITED, else the signal.
func (s *Siginfo) Status() int32 { return s.i32(offStatus) }

// SetStatus sets the status of a SIGCHLD.
func (s *Siginfo) SetStatus(status int32) { s.setI32(offStatus, status) }

// Times are the processor times of a SIGCHLD's child, in clock ticks.
func (s *Siginfo) Times() (user, system int64) {
	return int64(s.u64(offUtime)), int64(s.u64(offStime))
}

// SetTimes sets the processor times of a SIGCHLD.
func (s *Siginfo) SetTimes(user, system int64) {
	s.setU64(offUtime, uint64(user))
	s.setU64(offStime, uint64(system))
}

// Value is what sigqueue(3) or a timer sent along, as a pointer.
func (s *Siginfo) Value() uint64 { return s.u64(offValue) }

// ValueInt is the same, as an int.
func (s *Siginfo) ValueInt() int32 { return s.i32(offValue) }

// SetValue sets the value sent along.
func (s *Siginfo) SetValue(v uint64) { s.setU64(offValue, v) }

// Timer is the kernel's id of a POSIX timer and its overrun count (SI_TIMER).
func (s *Siginfo) Timer() (id, overrun int32) { return s.i32(offTimerID), s.i32(offOverrun) }

// Addr is the faulting address of SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP.
func (s *Siginfo) Addr() uint64 { return s.u64(offAddr) }

// SetAddr sets the faulting address.
func (s *Siginfo) SetAddr(addr uint64) { s.setU64(offAddr, addr) }

// AddrLSB is the least significant bit of Addr that is meant (BUS_MCEERR_*).
func (s *Siginfo) AddrLSB() int16 { return *(*int16)(s.at(offAddrLSB)) }

// Bounds are the limits that SEGV_BNDERR found violated.
func (s *Siginfo) Bounds() (lower, upper uint64) { return s.u64(offLower), s.u64(offUpper) }

// Pkey is the protection key of SEGV_PKUERR.
func (s *Siginfo) Pkey() uint32 { return s.u32(offPkey) }

// Band is the poll event mask of a SIGPOLL.
func (s *Siginfo) Band() int64 { return int64(s.u64(offBand)) }

// FD is the file descriptor of a SIGPOLL.
func (s *Siginfo) FD() int32 { return s.i32(offFD) }

// Syscall is the call that a seccomp SIGSYS stands for: the address after its
// instruction, its number and its AUDIT_ARCH_*.
func (s *Siginfo) Syscall() (addr uint64, nr int32, id ID) {
	return s.u64(offCallAddr), s.i32(offCallNr), ID(s.u32(offCallArch))
}
