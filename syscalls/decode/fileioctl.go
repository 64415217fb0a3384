package decode

import "utrace/syscalls/flags"

// Requests of ioctl(2) about files that are told of twice: what was asked, and what came of it.

// fiemap writes struct fiemap, a question where a file is on its disk, and the answer.
func (d *Decoder) fiemap(addr, _ uint64) bool {
	const header, extent = 32, 56
	b, ok := d.fetch(addr, header)
	if !ok {
		return false
	}
	mapped, count := word(b[20:], 4), word(b[24:], 4)
	d.was()
	d.open()
	d.field("fm_start")
	d.udec(word(b, 8))
	d.field("fm_length")
	d.udec(word(b[8:], 8))
	d.field("fm_flags")
	d.flags(&flags.FiemapFlags, word(b[16:], 4))
	d.field("fm_extent_count")
	d.udec(count)
	d.close()
	if d.failed() {
		d.endChange()
		return true
	}
	d.now()
	d.open()
	d.field("fm_flags")
	d.flags(&flags.FiemapFlags, word(b[16:], 4))
	d.field("fm_mapped_extents")
	d.udec(mapped)
	switch {
	case d.full:
		d.field("fm_extents")
		d.elements(addr+header, min(mapped, count), extent, func(d *Decoder, at uint64) bool {
			return d.structNamed("fiemap_extent", at)
		})
	default:
		d.rest()
	}
	d.close()
	d.endChange()
	return true
}

// dedupeRange writes struct file_dedupe_range: a range of a file, and the ranges of others that are to share its
// blocks, and how much of each does.
func (d *Decoder) dedupeRange(addr, _ uint64) bool {
	const header, info = 24, 32
	b, ok := d.fetch(addr, header)
	if !ok {
		return false
	}
	count := word(b[16:], 2)
	d.was()
	d.open()
	d.field("src_offset")
	d.udec(word(b, 8))
	d.field("src_length")
	d.udec(word(b[8:], 8))
	d.field("dest_count")
	d.udec(count)
	d.field("info")
	d.elements(addr+header, count, info, func(d *Decoder, at uint64) bool { return d.structNamed("dedupe_dest", at) })
	d.close()
	if !d.failed() {
		d.now()
		d.open()
		d.field("info")
		d.elements(addr+header, count, info, func(d *Decoder, at uint64) bool { return d.structNamed("dedupe_result", at) })
		d.close()
	}
	d.endChange()
	return true
}

// randPoolInfo writes struct rand_pool_info, bytes for the kernel's random numbers.
func (d *Decoder) randPoolInfo(addr, _ uint64) bool {
	var v [2]uint64
	if !d.numbers(addr, 4, v[:]) {
		return false
	}
	d.open()
	d.field("entropy_count")
	d.dec(int64(int32(v[0])))
	d.field("buf_size")
	d.dec(int64(int32(v[1])))
	d.field("buf")
	d.bytes(addr+8, uint64(max(0, int32(v[1]))))
	d.close()
	return true
}
