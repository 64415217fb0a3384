package arch

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	native = AMD64
	compat = I386
)

// KeepsEntryResult: a result written at an entry stop survives a skipped call.
// The kernel presets -ENOSYS before the stop and then writes rax only for a call
// that it makes.
const KeepsEntryResult = true

// HasSingleStep and HasBlockStep tell what the architecture can do. A virtual
// machine may lack DEBUGCTL.BTF without saying so: a block step is accepted there
// and goes one instruction.
const (
	HasSingleStep = true
	HasBlockStep  = true
)

// Regs is the general register set as the kernel gives it to a tracer: struct
// user_regs_struct, for 32-bit programs too. *Regs converts to
// *unix.PtraceRegs.
type Regs unix.PtraceRegs

// Where the USER area (PTRACE_POKEUSER) has the registers of a call's number and
// of its result.
const (
	UserNr     = unsafe.Offsetof(Regs{}.Orig_rax)
	UserResult = unsafe.Offsetof(Regs{}.Rax)
)

const (
	noCall   = ^uint64(0) // orig_rax outside a call
	insnLen  = 2          // syscall, int $0x80, sysenter all have two bytes
	cs32     = 0x23       // __USER32_CS
	lowHalf  = 0xffffffff
	highHalf = ^uint64(lowHalf)
)

// Nr is orig_rax. The kernel takes its low 32 bits as an int.
func (r *Regs) Nr() int { return int(int32(r.Orig_rax)) }

// SetNr sets orig_rax. rax, which holds -ENOSYS by then, is not the number.
func (r *Regs) SetNr(nr int) { r.Orig_rax = uint64(int64(nr)) }

// arg is the register of the i-th argument: di si dx r10 r8 r9, or in an i386
// call bx cx dx si di bp. For sysenter, whose sixth argument is on the stack, the
// kernel has loaded bp already.
func (r *Regs) arg(id ID, i int) *uint64 {
	if id == I386 {
		return [...]*uint64{&r.Rbx, &r.Rcx, &r.Rdx, &r.Rsi, &r.Rdi, &r.Rbp}[i]
	}
	return [...]*uint64{&r.Rdi, &r.Rsi, &r.Rdx, &r.R10, &r.R8, &r.R9}[i]
}

// Args returns the six arguments; see the register order at arg.
func (r *Regs) Args(id ID) [6]uint64 {
	if id == I386 {
		return [6]uint64{r.Rbx & lowHalf, r.Rcx & lowHalf, r.Rdx & lowHalf,
			r.Rsi & lowHalf, r.Rdi & lowHalf, r.Rbp & lowHalf}
	}
	return [6]uint64{r.Rdi, r.Rsi, r.Rdx, r.R10, r.R8, r.R9}
}

// Arg returns the i-th argument, 0 to 5.
func (r *Regs) Arg(id ID, i int) uint64 {
	v := *r.arg(id, i)
	if id == I386 {
		v &= lowHalf
	}
	return v
}

// SetArg sets the i-th argument, 0 to 5; in an i386 call the low half of its
// register, which is all that the kernel looks at.
func (r *Regs) SetArg(id ID, i int, v uint64) {
	p := r.arg(id, i)
	if id == I386 {
		v = *p&highHalf | v&lowHalf
	}
	*p = v
}

// SetArgs sets all six arguments.
func (r *Regs) SetArgs(id ID, args [6]uint64) {
	for i, v := range args {
		r.SetArg(id, i, v)
	}
}

// Result is rax, of an i386 call eax sign-extended.
func (r *Regs) Result(id ID) int64 {
	if id == I386 {
		return int64(int32(r.Rax))
	}
	return int64(r.Rax)
}

// Error is the result as an error number: it is one in [-4095, -1].
func (r *Regs) Error(id ID) (errno unix.Errno, ok bool) {
	v := r.Result(id)
	if v < 0 && v >= -maxErrno {
		return unix.Errno(-v), true
	}
	return 0, false
}

// SetResult sets rax. A 64-bit program that makes an i386 call sees all of it:
// like the kernel, errors are sign-extended and everything else is
// zero-extended (an address from mmap).
func (r *Regs) SetResult(id ID, v int64) { r.Rax = ResultWord(id, v) }

// ResultWord is a result as the register at UserResult holds it.
func ResultWord(id ID, v int64) uint64 {
	if id == I386 {
		if n := int64(int32(v)); n < -maxErrno || n >= 0 {
			v = int64(uint32(v))
		} else {
			v = n
		}
	}
	return uint64(v)
}

// SetError sets rax to the negative errno.
func (r *Regs) SetError(id ID, errno unix.Errno) { r.Rax = uint64(-int64(errno)) }

// Skip sets orig_rax to -1, the one number for which the kernel writes no result,
// and rax to -ENOSYS, as it is at an untouched entry stop.
func (r *Regs) Skip() {
	r.Orig_rax = noCall
	r.SetError(native, unix.ENOSYS)
}

// Rollback sets rax to the number, which is what it held. The arguments have
// registers of their own and need nothing.
func (r *Regs) Rollback(id ID, nr int, _ [6]uint64) { r.Rax = number(id, nr) }

// Rewind goes back by the two bytes of the instruction. orig_rax becomes -1, or
// the kernel could take rax for a result and apply its restart rules. After
// sysenter the instruction before PC is the int $0x80 that the vdso has there
// for this purpose.
func (r *Regs) Rewind(id ID, nr int, args [6]uint64) {
	r.PrepareCall(id, nr, args)
	r.Rip -= insnLen
}

// PrepareCall sets the number, the arguments and orig_rax = -1: "not in a call",
// so that a signal met on the way does not restart anything.
func (r *Regs) PrepareCall(id ID, nr int, args [6]uint64) {
	r.Rax = number(id, nr)
	r.SetArgs(id, args)
	r.Orig_rax = noCall
}

// number is a call's number as rax holds it before the instruction.
func number(id ID, nr int) uint64 {
	if id == I386 {
		return uint64(uint32(nr))
	}
	return uint64(int64(nr))
}

// PC is rip.
func (r *Regs) PC() uint64 { return r.Rip }

// SetPC sets rip.
func (r *Regs) SetPC(pc uint64) { r.Rip = pc }

// SP is rsp.
func (r *Regs) SP() uint64 { return r.Rsp }

// SetSP sets rsp.
func (r *Regs) SetSP(sp uint64) { r.Rsp = sp }

// Compat tells by cs whether the thread executes 32-bit code.
func (r *Regs) Compat() bool { return r.Cs == cs32 }

// SyscallInsn is the instruction that makes a call: syscall, or int $0x80. Nil
// for an architecture that this machine does not execute. The caller must not
// write to it.
func SyscallInsn(id ID) []byte {
	switch id {
	case AMD64:
		return insnSyscall
	case I386:
		return insnInt80
	}
	return nil
}

var (
	insnSyscall = []byte{0x0f, 0x05}
	insnInt80   = []byte{0xcd, 0x80}
)

// RestartNr is the number of restart_syscall, which a thread is made to call
// after ERESTART_RESTARTBLOCK.
func RestartNr(id ID) int {
	if id == I386 {
		return 0
	}
	return unix.SYS_RESTART_SYSCALL
}
