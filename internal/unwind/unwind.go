// Package unwind finds the calls that a stopped thread is in, by the tables that
// compilers leave for exceptions (.eh_frame), and where there are none by frame
// pointers.
//
// The promises: whatever the program's memory and files hold, it ends, reads a
// bounded amount, and does not panic; what it cannot follow ends the list.
package unwind

import (
	"encoding/binary"
	"strconv"
	"sync"

	"github.com/go-delve/delve/pkg/dwarf/frame"
	"github.com/go-delve/delve/pkg/dwarf/op"

	"utrace/arch"
)

// MaxFrames is how many frames of a stack are told; strace's.
const MaxFrames = 256

// Memory is a thread's memory.
type Memory interface {
	ReadAt(p []byte, addr int64) (int, error)
}

// Frame is one call, the innermost first.
type Frame struct {
	File   string // what is mapped there, "" if nothing is
	Symbol string // the nearest before, "" if there is none
	Offset uint64 // from the symbol
	Addr   uint64 // in the file; the address itself if there is no file
}

// Append appends the frame as strace writes it, in a line.
func (f Frame) Append(b []byte) []byte {
	b = append(append(b, " > "...), f.File...)
	switch {
	case f.Symbol != "":
		b = append(append(b, '('), f.Symbol...)
		b = strconv.AppendUint(append(b, "+0x"...), f.Offset, 16)
		b = append(b, ')')
	case f.File != "":
		b = append(b, "()"...)
	}
	if f.File != "" {
		b = append(b, ' ')
	}
	b = strconv.AppendUint(append(b, "[0x"...), f.Addr, 16)
	return append(b, "]\n"...)
}

// Unwinder reads executables, and remembers them. It is safe for concurrent use.
type Unwinder struct {
	mu      sync.Mutex
	modules map[moduleID]*module
}

// New returns an Unwinder that has read nothing.
func New() *Unwinder { return &Unwinder{modules: map[moduleID]*module{}} }

// Stack returns the frames of a stopped thread, for as long as it stays stopped
// where it was when regs were its registers.
func (u *Unwinder) Stack(tid int, id arch.ID, regs *arch.Regs, mem Memory) []Frame {
	w := &walker{mem: mem, word: id.WordBytes(), maps: readMaps(tid)}
	w.load(id, regs)
	var frames []Frame
	for caller := false; len(frames) < MaxFrames; caller = true {
		m := w.maps.find(w.pc)
		if m == nil {
			if len(frames) == 0 {
				frames = append(frames, Frame{Addr: w.pc})
			}
			break
		}
		mod := u.module(tid, m, mem)
		frames = append(frames, mod.frame(m, w.pc))
		if !w.step(mod, m, caller) {
			break
		}
	}
	return frames
}

// walker is where in the stack it has come to.
type walker struct {
	mem  Memory
	word int
	maps maps
	regs [17]uint64 // by their numbers in DWARF
	pc   uint64
}

// step goes to the caller. A caller stands behind its call instruction, which may
// be the last of its function: it is looked up by the byte before.
func (w *walker) step(mod *module, m *mapping, caller bool) (ok bool) {
	defer func() {
		if recover() != nil { // the tables are whatever the file holds
			ok = false
		}
	}()
	at := w.pc
	if caller && !mod.signalFrame(m, at) {
		at--
	}
	fde, err := mod.fdes.FDEForPC(m.vaddr(mod, at))
	if err != nil {
		return w.byFramePointer()
	}
	ctx, err := fde.EstablishFrame(m.vaddr(mod, at))
	if err != nil {
		return false
	}
	cfa, ok := w.cfa(ctx.CFA)
	if !ok {
		return false
	}
	next := w.regs
	returns := false
	for reg, rule := range ctx.Regs {
		if reg >= uint64(len(next)) {
			continue
		}
		v, known := w.saved(reg, rule, cfa)
		if reg == ctx.RetAddrReg {
			returns = known
		}
		if known {
			next[reg] = v
		}
	}
	next[w.spReg()] = cfa
	if !returns || cfa <= w.regs[w.spReg()] && next[ctx.RetAddrReg] == w.pc {
		return false
	}
	w.regs, w.pc = next, next[ctx.RetAddrReg]
	return w.pc != 0
}

// cfa is the stack pointer before the call.
func (w *walker) cfa(rule frame.DWRule) (uint64, bool) {
	switch rule.Rule {
	case frame.RuleCFA:
		if rule.Reg < uint64(len(w.regs)) {
			return w.regs[rule.Reg] + uint64(rule.Offset), true
		}
	case frame.RuleExpression, frame.RuleValExpression:
		return w.expression(rule.Expression, 0)
	}
	return 0, false
}

// saved is what a register was before the call.
func (w *walker) saved(reg uint64, rule frame.DWRule, cfa uint64) (uint64, bool) {
	switch rule.Rule {
	case frame.RuleSameVal:
		return w.regs[reg], true
	case frame.RuleOffset:
		return w.read(cfa + uint64(rule.Offset))
	case frame.RuleValOffset:
		return cfa + uint64(rule.Offset), true
	case frame.RuleRegister:
		if rule.Reg < uint64(len(w.regs)) {
			return w.regs[rule.Reg], true
		}
	case frame.RuleExpression:
		if at, ok := w.expression(rule.Expression, cfa); ok {
			return w.read(at)
		}
	case frame.RuleValExpression:
		return w.expression(rule.Expression, cfa)
	}
	return 0, false
}

func (w *walker) expression(program []byte, cfa uint64) (uint64, bool) {
	regs := make([]*op.DwarfRegister, len(w.regs))
	for i, v := range w.regs {
		regs[i] = op.DwarfRegisterFromUint64(v)
	}
	dr := op.NewDwarfRegisters(0, regs, binary.LittleEndian, w.pcReg(), w.spReg(), w.bpReg(), 0)
	dr.CFA = int64(cfa)
	if cfa != 0 { // the expression of a register begins with the CFA on its stack
		program = append([]byte{byte(op.DW_OP_call_frame_cfa)}, program...)
	}
	v, _, err := op.ExecuteStackProgram(*dr, program, w.word, func(p []byte, addr uint64) (int, error) {
		return w.mem.ReadAt(p, int64(addr))
	})
	return uint64(v), err == nil
}

// byFramePointer goes to the caller where no table tells of a function.
func (w *walker) byFramePointer() bool {
	bp := w.regs[w.bpReg()]
	if bp < w.regs[w.spReg()] {
		return false
	}
	caller, ok := w.read(bp)
	pc, ok2 := w.read(bp + uint64(w.word))
	if !ok || !ok2 || pc == 0 {
		return false
	}
	w.regs[w.bpReg()], w.regs[w.spReg()], w.pc = caller, bp+uint64(2*w.word), pc
	return true
}

func (w *walker) read(addr uint64) (uint64, bool) {
	var b [8]byte
	if n, _ := w.mem.ReadAt(b[:w.word], int64(addr)); n != w.word {
		return 0, false
	}
	return binary.LittleEndian.Uint64(b[:]), true
}
