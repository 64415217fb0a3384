package decode

// ptracer writes who may trace: a process, or anybody.
func (d *Decoder) ptracer(v uint64) {
	if v == d.clip(^uint64(0)) {
		d.name(v, inHex, "PR_SET_PTRACER_ANY")
		return
	}
	d.pid(int32(v), Process)
}

// pidType writes a kind of id as the kernel counts them, with its name in a comment.
func (d *Decoder) pidType(v uint64) {
	names := [...]string{"PIDTYPE_PID", "PIDTYPE_TGID", "PIDTYPE_PGID", "PIDTYPE_SID"}
	d.hex(v)
	if v < uint64(len(names)) {
		d.comment(names[v])
	} else {
		d.comment("PIDTYPE_???")
	}
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
