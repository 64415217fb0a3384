package ptrace

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// mayAttach asks the kernel whether the thread may trace target: it is made to
// read a byte of target's memory with process_vm_readv, which needs the same
// right (PTRACE_MODE_ATTACH_REALCREDS): users, capabilities, Yama and what else
// there is. It runs at the entry of the thread's own call.
func (t *thread) mayAttach(c *utrace.Syscall, target *thread) unix.Errno {
	regs, err := t.task.Regs()
	if err != nil {
		return unix.ESRCH
	}
	nr, word, id := 310, 8, arch.NativeID()
	if regs.Compat() {
		nr, word = 347, 4
		id, _ = arch.CompatID()
	}
	if c.Arch() != id {
		return unix.EPERM // int 0x80 in a 64-bit program: no call can be made here
	}
	// Two iovecs and a byte, below the red zone: the remote one is a null
	// pointer, so that nothing is read if it is allowed.
	at := (regs.SP() - 1024) &^ 15
	b := make([]byte, 5*word)
	put := func(i int, v uint64) {
		if word == 8 {
			binary.LittleEndian.PutUint64(b[8*i:], v)
		} else {
			binary.LittleEndian.PutUint32(b[4*i:], uint32(v))
		}
	}
	put(0, at+uint64(4*word))
	put(1, 1)
	put(3, 1)
	mem := t.task.Memory()
	keep := make([]byte, len(b))
	if _, err := mem.ReadAt(keep, int64(at)); err != nil {
		return 0
	}
	defer mem.WriteAt(keep, int64(at))
	if _, err := mem.WriteAt(b, int64(at)); err != nil {
		return 0
	}
	r, err := t.task.Do(nr, uint64(t.shown(target)), at, 1, at+uint64(2*word), 1, 0)
	switch {
	case err != nil:
		return 0 // killed, or no calls can be made here
	case r == failed(unix.ESRCH):
		return unix.ESRCH
	case r == failed(unix.EPERM):
		return unix.EPERM
	}
	return 0
}
