package unwind

import "utrace/arch"

// The numbers that DWARF gives to registers: System V ABI, AMD64 (figure 3.36)
// and i386 (table 2.14).

func (w *walker) load(id arch.ID, r *arch.Regs) {
	if id == arch.I386 {
		w.regs = [17]uint64{r.Rax, r.Rcx, r.Rdx, r.Rbx, r.Rsp, r.Rbp, r.Rsi, r.Rdi, r.Rip}
		for i := range w.regs {
			w.regs[i] = uint64(uint32(w.regs[i]))
		}
	} else {
		w.regs = [17]uint64{
			r.Rax, r.Rdx, r.Rcx, r.Rbx, r.Rsi, r.Rdi, r.Rbp, r.Rsp,
			r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15, r.Rip,
		}
	}
	w.pc = w.regs[w.pcReg()]
}

func (w *walker) pcReg() uint64 { return w.pick(16, 8) }
func (w *walker) spReg() uint64 { return w.pick(7, 4) }
func (w *walker) bpReg() uint64 { return w.pick(6, 5) }

func (w *walker) pick(amd64, i386 uint64) uint64 {
	if w.word == 4 {
		return i386
	}
	return amd64
}
