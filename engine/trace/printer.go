package trace

import (
	"encoding/binary"
	"strconv"

	"utrace/syscalls"
)

// memory is a tracee's memory. A short count is a border of what can be read.
type memory interface {
	ReadAt(p []byte, addr int64) (int, error)
}

// Bounds on what a hostile program can make us read and print.
const (
	pageSize  = 4096
	pathMax   = 4096 // of a file's name, its NUL included
	maxItems  = 32   // elements of a list, when strings are as short as strace's
	maxChunk  = pageSize
	maxCPUSet = 1024 // bytes of a bit mask
)

// printer appends text about one call to b. It reads the program's memory into
// a buffer of its own and keeps both, so that a call costs no allocation.
//
// What fetch returned is good until the next fetch.
type printer struct {
	b   []byte
	mem memory
	max int // how many bytes of a string are shown

	arch   syscalls.Arch
	call   *syscalls.Call // nil for a number without a name
	nr     int
	args   [6]uint64
	sp     uint64    // the stack pointer, where it matters
	saved  [6]uint64 // what the numbers behind inout pointers were at entry
	exit   bool      // at exit; result is meaningful
	result int64

	next    int  // the first argument that is not yet written
	comma   bool // the separator before it is
	some    bool // some argument is
	scratch [maxChunk]byte
}

func (p *printer) str(s string) { p.b = append(p.b, s...) }
func (p *printer) char(c byte)  { p.b = append(p.b, c) }
func (p *printer) dec(v int64)  { p.b = strconv.AppendInt(p.b, v, 10) }
func (p *printer) udec(v uint64) {
	p.b = strconv.AppendUint(p.b, v, 10)
}

// hex writes a number as C's "%#x" does: 0 has no prefix.
func (p *printer) hex(v uint64) {
	if v != 0 {
		p.str("0x")
	}
	p.b = strconv.AppendUint(p.b, v, 16)
}

// octal writes permissions: at least three digits, a 0 in front.
func (p *printer) octal(v uint64) {
	p.char('0')
	if v < 0o10 {
		p.char('0')
	}
	p.b = strconv.AppendUint(p.b, v, 8)
}

// addr writes an address.
func (p *printer) addr(v uint64) {
	if v == 0 {
		p.str("NULL")
		return
	}
	p.hex(v)
}

// field starts a member of a struct: "name=", after a separator unless it is
// the first.
func (p *printer) field(name string) {
	if n := len(p.b); p.b[n-1] != '{' {
		p.str(", ")
	}
	p.str(name)
	p.char('=')
}

// wordSize is the size of a long and of an address in the caller.
func (p *printer) wordSize() int { return p.arch.WordBytes() }

// arg returns argument i as the caller's word.
func (p *printer) arg(i int) uint64 {
	if i < 0 || i >= len(p.args) {
		return 0
	}
	return p.clip(p.args[i])
}

func (p *printer) clip(v uint64) uint64 {
	if p.wordSize() == 4 {
		return uint64(uint32(v))
	}
	return v
}

// signed is a word of the caller as a number with a sign.
func (p *printer) signed(v uint64) int64 {
	if p.wordSize() == 4 {
		return int64(int32(v))
	}
	return int64(v)
}

// failed reports whether the call is at its exit and has failed.
func (p *printer) failed() bool { return p.exit && p.result < 0 && p.result >= -4095 }

// fetch reads n bytes, all or nothing; no more than maxChunk.
func (p *printer) fetch(addr uint64, n int) ([]byte, bool) {
	if n < 0 || n > len(p.scratch) || addr == 0 || p.mem == nil {
		return nil, false
	}
	got, _ := p.mem.ReadAt(p.scratch[:n], int64(addr))
	return p.scratch[:n], got == n
}

// fetchSome reads as many bytes as there are, up to n, without touching a page
// that what it needs may not be in.
func (p *printer) fetchSome(addr uint64, n int) []byte {
	if addr == 0 || p.mem == nil {
		return nil
	}
	n = min(n, len(p.scratch), pageSize-int(addr%pageSize))
	got, _ := p.mem.ReadAt(p.scratch[:n], int64(addr))
	return p.scratch[:max(got, 0)]
}

// words reads n words of the caller into dst.
func (p *printer) words(addr uint64, dst []uint64) bool {
	size := p.wordSize()
	b, ok := p.fetch(addr, size*len(dst))
	if !ok {
		return false
	}
	for i := range dst {
		dst[i] = word(b[i*size:], size)
	}
	return true
}

// numbers reads n numbers of size bytes into dst.
func (p *printer) numbers(addr uint64, size int, dst []uint64) bool {
	b, ok := p.fetch(addr, size*len(dst))
	if !ok {
		return false
	}
	for i := range dst {
		dst[i] = word(b[i*size:], size)
	}
	return true
}

func word(b []byte, size int) uint64 {
	switch size {
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// list writes n elements, as many as are shown, in brackets. An element that
// cannot be read ends it with its address, the first one the whole.
func (p *printer) list(addr uint64, n uint64, size int, element func(addr uint64) bool) {
	if addr == 0 {
		p.addr(addr)
		return
	}
	start := len(p.b)
	p.char('[')
	for i := range n {
		at := addr + i*uint64(size)
		if i > 0 {
			p.str(", ")
		}
		if i >= uint64(max(p.max, maxItems)) {
			p.str("...")
			break
		}
		before := len(p.b)
		if element(at) {
			continue
		}
		if i == 0 {
			p.b = p.b[:start]
			p.addr(addr)
			return
		}
		p.b = p.b[:before]
		p.str("... /* ")
		p.addr(at)
		p.str(" */")
		break
	}
	p.char(']')
}
