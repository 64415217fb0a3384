package decode

import "strconv"

// userDesc writes struct user_desc: an entry of the table of segments, with its bits. n is its length, if the call says
// one.
func (d *Decoder) userDesc(addr, n uint64) bool {
	const size = 16
	b, ok := d.fetch(addr, size)
	if !ok || n != 0 && n != size {
		return false
	}
	bits := word(b[12:], 4)
	d.open()
	d.field("entry_number")
	d.dec(int64(int32(word(b, 4))))
	d.field("base_addr")
	d.hexOf8(word(b[4:], 4))
	d.field("limit")
	d.hexOf8(word(b[8:], 4))
	for _, f := range [...]struct {
		name        string
		shift, mask uint64
	}{{"seg_32bit", 0, 1}, {"contents", 1, 3}, {"read_exec_only", 3, 1}, {"limit_in_pages", 4, 1}, {"seg_not_present", 5, 1},
		{"useable", 6, 1}} {
		d.field(f.name)
		d.udec(bits >> f.shift & f.mask)
	}
	if d.wordSize() == 8 {
		d.field("lm")
		d.udec(bits >> 7 & 1)
	}
	d.close()
	return true
}

// hexOf8 writes a number as C's "%#08x" does: eight characters with the prefix, which 0 has not.
func (d *Decoder) hexOf8(v uint64) {
	if d.json {
		d.udec(v)
		return
	}
	const zeros = "00000000"
	var digits [16]byte
	hex := strconv.AppendUint(digits[:0], v, 16)
	width := 6
	if v == 0 {
		width = 8
	} else {
		d.both("0x")
	}
	d.both(zeros[:max(0, width-len(hex))])
	d.b = append(d.b, hex...)
}
