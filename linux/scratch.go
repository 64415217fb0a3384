package linux

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// Scratch maps a page of the program's memory, once for an address space, and
// hands out a part for each thread.
func (h *host) Scratch(t *utrace.Task, n int) (uint64, error) {
	th := h.thread(t)
	if th.scratch.vm != th.vm() {
		regs, err := th.loadRegs()
		if err != nil {
			return 0, err
		}
		nr := 9 // mmap
		if !modeArch(regs).Is64() {
			nr = 192 // mmap2
		}
		addr, err := h.Call(t, nr, [6]uint64{0, scratchSize, unix.PROT_READ | unix.PROT_WRITE,
			unix.MAP_PRIVATE | unix.MAP_ANONYMOUS, ^uint64(0), 0})
		if err != nil {
			return 0, err
		}
		if addr < 0 && addr > -4096 {
			return 0, unix.Errno(-addr)
		}
		th.scratch = scratch{vm: th.vm(), addr: uint64(addr)}
	}
	if th.scratch.next+n > scratchSize {
		return 0, unix.ENOMEM
	}
	at := th.scratch.addr + uint64(th.scratch.next)
	th.scratch.next += (n + 15) &^ 15
	return at, nil
}

const scratchSize = 64 << 10

// scratch is a thread's own pages of the program's memory.
type scratch struct {
	vm   *vm
	addr uint64
	next int
}

// unmapScratch takes the thread's scratch memory away again before it is let go.
func (o *owner) unmapScratch(th *thread) {
	if th.scratch.addr == 0 || th.scratch.vm != th.vm() || th.at != atTrap || th.task == nil {
		return
	}
	nr := 11 // munmap
	if regs, err := th.loadRegs(); err != nil {
		return
	} else if !modeArch(regs).Is64() {
		nr = 91
	}
	addr := th.scratch.addr
	th.scratch = scratch{}
	o.h.Call(th.task, nr, [6]uint64{addr, scratchSize})
}
