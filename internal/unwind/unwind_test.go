package unwind

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"utrace/arch"
)

// memory is a stack that begins at 0x1000, and nothing else.
type memory []byte

func (m memory) ReadAt(p []byte, addr int64) (int, error) {
	const base = 0x1000
	if addr < base || addr >= base+int64(len(m)) {
		return 0, nil
	}
	return copy(p, m[addr-base:]), nil
}

func image(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("/bin/true")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	mod := parse(bytes.NewReader(image(t)))
	if len(mod.segments) == 0 || len(mod.fdes) == 0 {
		t.Errorf("%d segments, %d functions with tables, want some of each", len(mod.segments), len(mod.fdes))
	}
}

// TestGarbage walks through tables that are not what they should be, on a stack
// that is neither.
func TestGarbage(t *testing.T) {
	whole := image(t)
	r := rand.New(rand.NewPCG(1, 2))
	stack := make(memory, 4096)
	for range 200 {
		broken := bytes.Clone(whole)
		for range 1 + r.IntN(200) {
			broken[r.IntN(len(broken))] = byte(r.Uint32())
		}
		for i := range stack {
			stack[i] = byte(r.Uint32())
		}
		mod := parse(bytes.NewReader(broken[:1+r.IntN(len(broken))]))
		m := &mapping{start: 0x400000, end: 0x400000 + uint64(len(whole)), path: "x"}
		for _, word := range []int{4, 8} {
			w := &walker{mem: stack, word: word, maps: maps{*m}}
			for i := range w.regs {
				w.regs[i] = 0x1000 + uint64(r.IntN(len(stack)))
			}
			for n := 0; n < MaxFrames; n++ {
				w.pc = m.start + uint64(r.IntN(len(whole)))
				mod.frame(m, w.pc)
				if !w.step(mod, m, n > 0) {
					break
				}
			}
		}
	}
}

// TestFramePointers is for code that no table tells of.
func TestFramePointers(t *testing.T) {
	stack := make(memory, 64)
	put := func(at int, v uint64) {
		for i := range 8 {
			stack[at+i] = byte(v >> (8 * i))
		}
	}
	put(16, 0x1020)   // the caller's frame pointer
	put(24, 0x400123) // where it goes on
	w := &walker{mem: stack, word: 8, pc: 0x400000}
	w.regs[w.bpReg()], w.regs[w.spReg()] = 0x1010, 0x1000
	if !w.byFramePointer() || w.pc != 0x400123 || w.regs[w.spReg()] != 0x1020 || w.regs[w.bpReg()] != 0x1020 {
		t.Errorf("pc %#x, sp %#x, bp %#x", w.pc, w.regs[w.spReg()], w.regs[w.bpReg()])
	}
	if w.byFramePointer() {
		t.Errorf("there is a caller of the last, at %#x", w.pc)
	}
}

// TestNobody is about a process that is not there.
func TestNobody(t *testing.T) {
	frames := New().Stack(1<<22, arch.AMD64, &arch.Regs{Rip: 0x1234}, memory(nil))
	if len(frames) != 1 || string(frames[0].Append(nil)) != " > [0x1234]\n" {
		t.Errorf("%+v", frames)
	}
}
