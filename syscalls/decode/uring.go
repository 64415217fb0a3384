package decode

// ioUringFilesUpdate writes struct io_uring_files_update; how many descriptors it points at stands in the
// call's last argument.
func (d *Decoder) ioUringFilesUpdate(addr, _ uint64) bool {
	b, ok := d.fetch(addr, 16)
	if !ok {
		return false
	}
	offset, resv, fds := word(b, 4), word(b[4:], 4), word(b[8:], 8)
	d.open()
	d.field("offset")
	d.udec(offset)
	if resv != 0 {
		d.field("resv")
		d.hex(resv)
	}
	d.field("fds")
	d.elements(fds, uint64(uint32(d.arg(3))), 4, func(d *Decoder, at uint64) bool {
		return d.unboxed(at, 4, func(v uint64) { d.fd(int32(v)) })
	})
	d.close()
	return true
}

// ioUringProbe writes struct io_uring_probe, with as many operations as the kernel has told of; with all that it
// has room for if it is refused, as it is if there is something in it.
func (d *Decoder) ioUringProbe(addr, _ uint64) bool {
	const header, size = 16, 8
	b, ok := d.fetch(addr, header)
	if !ok {
		return false
	}
	d.open()
	d.fieldList(shape("io_uring_probe_head"), b)
	ops := uint64(uint32(d.arg(3)))
	if !d.failed() {
		ops = min(ops, uint64(b[1]))
	}
	d.field("ops")
	d.elements(addr+header, ops, size, func(d *Decoder, at uint64) bool {
		return d.structNamed("io_uring_probe_op", at)
	})
	d.close()
	return true
}

// ioWqWorkers writes how many workers a ring may have, bound and unbound, and how many it might before.
func (d *Decoder) ioWqWorkers(addr, _ uint64) bool {
	var now [2]uint64
	if d.arg(3) != 2 || !d.numbers(addr, 4, now[:]) {
		return false
	}
	if d.failed() {
		d.workers(d.saved[2], d.saved[3])
		return true
	}
	d.was()
	d.workers(d.saved[2], d.saved[3])
	d.now()
	d.workers(now[0], now[1])
	d.endChange()
	return true
}

func (d *Decoder) workers(bound, unbound uint64) {
	if d.json {
		d.open()
		d.numberField("IO_WQ_BOUND", bound)
		d.numberField("IO_WQ_UNBOUND", unbound)
		d.close()
		return
	}
	d.both("[[")
	d.name(0, inDec, "IO_WQ_BOUND")
	d.both("]=")
	d.udec(bound)
	d.both(", [")
	d.name(1, inDec, "IO_WQ_UNBOUND")
	d.both("]=")
	d.udec(unbound)
	d.both("]")
}
