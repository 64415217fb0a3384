package decode

import "utrace/syscalls/flags"

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

// ioUringProbe writes struct io_uring_probe, with as many operations as it has room for.
func (d *Decoder) ioUringProbe(addr, _ uint64) bool {
	const header, size = 16, 8
	b, ok := d.fetch(addr, header)
	if !ok {
		return false
	}
	last, n := b[0], b[1]
	d.open()
	d.field("last_op")
	d.flags(&flags.IoUringOps, uint64(last))
	d.field("ops_len")
	d.udec(uint64(n))
	d.field("ops")
	d.elements(addr+header, min(uint64(n), uint64(uint32(d.arg(3)))), size, func(d *Decoder, at uint64) bool {
		op, ok := d.fetch(at, size)
		if !ok {
			return false
		}
		d.open()
		d.field("op")
		d.flags(&flags.IoUringOps, uint64(op[0]))
		d.field("flags")
		d.flags(&flags.IoUringProbe, word(op[2:], 2))
		d.close()
		return true
	})
	d.close()
	return true
}
