package sys

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// GetRegs reads the general registers of a stopped thread, those of an i386
// program too: they come widened to 64 bits.
func GetRegs(tid int, regs *unix.PtraceRegs) unix.Errno {
	_, e := ptracePtr(unix.PTRACE_GETREGS, tid, 0, unsafe.Pointer(regs))
	return e
}

// SetRegs writes the general registers of a stopped thread. EIO: a segment
// selector or a base address is not one that user mode may hold.
func SetRegs(tid int, regs *unix.PtraceRegs) unix.Errno {
	_, e := ptracePtr(unix.PTRACE_SETREGS, tid, 0, unsafe.Pointer(regs))
	return e
}
