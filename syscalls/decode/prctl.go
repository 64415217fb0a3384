package decode

import "utrace/syscalls/flags"

// ptracer writes who may trace: a process, or anybody.
func (d *Decoder) ptracer(v uint64) {
	if v == d.clip(^uint64(0)) {
		d.nameSigned(-1, "PR_SET_PTRACER_ANY")
		return
	}
	d.pid(int32(v), Process)
}

// vectorLength writes the length of vectors, with flags before it if there are any.
func (d *Decoder) vectorLength(t *flags.Table, v uint64) {
	const length = 0xffff
	if v&^length == 0 {
		d.hex(v)
		return
	}
	if !d.symbol(v, inHex) {
		return
	}
	d.beginWord()
	d.b = t.Append(d.b, v&^length)
	d.both("|")
	d.hexText(v & length)
	d.endWord()
	d.endSymbol()
}

// sockFprog writes a filter program: how many instructions, and where; in full, the instructions.
func (d *Decoder) sockFprog(addr, _ uint64) bool {
	size := d.wordSize()
	b, ok := d.fetch(addr, 2*size)
	if !ok {
		return false
	}
	n, filter := word(b, 2), word(b[size:], size)
	d.open()
	d.field("len")
	d.udec(n)
	d.field("filter")
	if d.full {
		d.filter(filter, n)
	} else {
		d.addr(filter)
	}
	d.close()
	return true
}
