package arch

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// ID is an AUDIT_ARCH_* value: the architecture of one system call. It comes
// with each stop (PTRACE_GET_SYSCALL_INFO, seccomp_data), not with the program.
type ID uint32

// The architectures a call can have here; values from linux/audit.h.
const (
	AMD64   ID = 0xc000003e // AUDIT_ARCH_X86_64, x32 calls too: bit 30 of their number is set
	I386    ID = 0x40000003 // AUDIT_ARCH_I386
	ARM64   ID = 0xc00000b7 // AUDIT_ARCH_AARCH64
	ARM     ID = 0x40000028 // AUDIT_ARCH_ARM
	PPC64LE ID = 0xc0000015 // AUDIT_ARCH_PPC64LE
	RISCV64 ID = 0xc00000f3 // AUDIT_ARCH_RISCV64
)

var names = map[ID]string{
	AMD64: "amd64", I386: "386", ARM64: "arm64", ARM: "arm", PPC64LE: "ppc64le", RISCV64: "riscv64",
}

// String returns GOARCH's name for the architecture.
func (id ID) String() string {
	if s, ok := names[id]; ok {
		return s
	}
	return fmt.Sprintf("arch(%#x)", uint32(id))
}

// Is64 tells whether the architecture's words have 64 bits (__AUDIT_ARCH_64BIT).
func (id ID) Is64() bool { return id&0x80000000 != 0 }

// WordBytes is the size of a register, of a C long and of a pointer.
func (id ID) WordBytes() int {
	if id.Is64() {
		return 8
	}
	return 4
}

// NativeID is the architecture of calls made by programs of this machine's own
// word size.
func NativeID() ID { return native }

// CompatID is the 32-bit architecture whose calls this machine takes as well, if
// there is one.
func CompatID() (id ID, ok bool) { return compat, compat != 0 }

// NoCall is the number that stands for no call: what Nr is outside a call, and
// what Skip makes of one.
const NoCall = -1

// Restart codes: results that a tracer sees at a syscall exit stop, and a program
// never. On the way to user mode the kernel makes EINTR of them, or sets the
// program back to its system call instruction; which, depends on the handler
// that runs (signal(7)).
const (
	ERESTARTSYS           = unix.Errno(512) // again, if no handler or SA_RESTART
	ERESTARTNOINTR        = unix.Errno(513) // again, always
	ERESTARTNOHAND        = unix.Errno(514) // again, if no handler
	ERESTART_RESTARTBLOCK = unix.Errno(516) // by restart_syscall, if no handler
)

// IsRestart tells whether a result is one of the restart codes.
func IsRestart(result int64) bool {
	switch -result {
	case int64(ERESTARTSYS), int64(ERESTARTNOINTR), int64(ERESTARTNOHAND), int64(ERESTART_RESTARTBLOCK):
		return true
	}
	return false
}

// maxErrno is MAX_ERRNO: results in [-4095, -1] are errors.
const maxErrno = 4095

// registers is what every architecture's *Regs does, and the contract of each
// method. It exists to be checked by the compiler; callers use *Regs.
type registers interface {
	// Nr is the number of the call the thread is in or was last in, as the
	// kernel holds it (a 32-bit int); NoCall outside a call.
	Nr() int
	// SetNr makes the call another one; at an entry stop only.
	SetNr(nr int)

	// Args are the six argument registers, zero-extended from 32 bits in a
	// 32-bit call. At an exit stop they are what the call left there.
	Args(id ID) [6]uint64
	// Arg is the i-th argument, 0 to 5.
	Arg(id ID, i int) uint64
	// SetArg changes the i-th argument; in a 32-bit call only the register's
	// low half, so that a 64-bit program keeps the rest.
	SetArg(id ID, i int, v uint64)
	// SetArgs changes all six.
	SetArgs(id ID, args [6]uint64)

	// Result is the return value as the program sees it, sign-extended from 32
	// bits in a 32-bit call; at an exit stop only.
	Result(id ID) int64
	// Error is the result as an error number. ok is false for a success, and
	// true for a restart code.
	Error(id ID) (errno unix.Errno, ok bool)
	// SetResult sets the return value to a success or to a negative errno.
	SetResult(id ID, v int64)
	// SetError sets the return value to an error.
	SetError(id ID, errno unix.Errno)

	// Skip calls the call off at its entry stop: the kernel makes none, and the
	// result is -ENOSYS unless someone sets another (at once where
	// KeepsEntryResult, else at the exit stop). The number is lost here; the
	// caller must have kept it.
	Skip()
	// Rollback makes the instruction of a call that was not made, or whose
	// effect is to be forgotten, a no-op: the result register is again what it
	// was before. nr and args are the program's. What the instruction itself
	// destroys (amd64: rcx and r11) stays so. (syscall_rollback)
	Rollback(id ID, nr int, args [6]uint64)
	// Rewind sets the thread back to before its system call instruction, with
	// this number and these arguments, so that user mode runs it again. Valid
	// at an exit stop and wherever the thread has just left a call; at an entry
	// stop where KeepsEntryResult, and then it calls the present call off.
	Rewind(id ID, nr int, args [6]uint64)
	// PrepareCall makes the thread, once resumed, execute a call that is not
	// its own: the instruction ([SyscallInsn]) must be at PC, which the caller
	// sets, as it saves and puts back everything. id must be one that the
	// thread's mode can execute. Not for a thread inside a call (an exec or
	// clone event stop): that call's result would replace the number.
	PrepareCall(id ID, nr int, args [6]uint64)

	// PC is the program counter; at a syscall stop, after the instruction.
	PC() uint64
	SetPC(pc uint64)
	// SP is the stack pointer.
	SP() uint64
	SetSP(sp uint64)

	// Compat tells whether the thread executes 32-bit code. Its calls are
	// 32-bit then; the reverse does not hold (int 0x80 in 64-bit code).
	Compat() bool
}

var _ registers = (*Regs)(nil)
