package decode

import "strconv"

// nodeMask writes a set of memory nodes as strace does, by the word; n is how many bits there are, and one.
func (d *Decoder) nodeMask(addr, n uint64) {
	size := d.wordSize()
	bits := uint64(size) * 8
	if n < 2 {
		d.addr(addr)
		return
	}
	d.elements(addr, (n-2)/bits+1, size, func(d *Decoder, at uint64) bool {
		return d.unboxed(at, size, d.wordOfBits)
	})
}

// wordOfBits is C's "%#0*lx" of two digits for each byte: the "0x" takes the place of two.
func (d *Decoder) wordOfBits(v uint64) {
	var text [16]byte
	digits := strconv.AppendUint(text[:0], v, 16)
	width := 2 * d.wordSize()
	d.beginWord()
	if v != 0 {
		d.both("0x")
		width -= 2
	}
	for range width - len(digits) {
		d.both("0")
	}
	d.both(string(digits))
	d.endWord()
}

// mincore writes for each page of n bytes whether it is in memory.
func (d *Decoder) mincore(addr, n uint64) {
	pages := n / pageSize
	if n%pageSize != 0 {
		pages++
	}
	d.elements(addr, pages, 1, func(d *Decoder, at uint64) bool {
		return d.unboxed(at, 1, func(v uint64) { d.udec(v & 1) })
	})
}
