// Package arch maps registers to system calls and back: what asm/syscall.h is in
// the kernel. It is the bottom layer, shared by the core and by the hosts.
//
// What it promises:
//
//   - It does no I/O and keeps no state. A [Regs] is a plain value; its methods
//     only read and write it, and are as safe for concurrent use as a variable.
//   - Every method that depends on the calling convention takes the [ID] of the
//     call, since one program can make calls of two: a 64-bit program that
//     executes int 0x80 makes an i386 call with 64-bit registers.
//   - What a method means is the same on every architecture and stands at the
//     common declarations in arch.go; how the architecture does it stands in
//     its own file, regs_GOARCH.go. A new architecture is one more such file.
//   - Arguments that a register set cannot give back are asked for: arm64 and
//     riscv64 show a tracer one register for the first argument and the result,
//     so Rollback and Rewind take the arguments the program had.
//
// On a system call's way through a tracer the registers have these meanings:
//
//	entry stop    Nr, Args are the call to be made; SetNr, SetArg change it;
//	              Skip calls it off.
//	exit stop     Result, Error are what the program will see, or a restart code
//	              ([IsRestart]), which it will not; SetResult, SetError change
//	              it; Rollback makes the instruction a no-op; Rewind runs it
//	              again. Arguments may have been clobbered by then.
//	other stops   Nr is -1, unless the stop interrupts a call.
package arch
