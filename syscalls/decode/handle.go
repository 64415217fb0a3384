package decode

// maxHandle is the most that a file handle has: MAX_HANDLE_SZ.
const maxHandle = 128

// fileHandle writes struct file_handle, which says its own size: as the program gives it, and what the kernel
// makes of it.
func (d *Decoder) fileHandle(addr, _ uint64) bool {
	const header = 8 // handle_bytes, handle_type
	b, ok := d.fetch(addr, header)
	if !ok {
		return false
	}
	size, kind := word(b, 4), int64(int32(word(b[4:], 4)))
	d.open()
	d.field("handle_bytes")
	if d.exit && size != d.saved[d.shown] {
		d.was()
		d.udec(d.saved[d.shown])
		d.now()
		d.udec(size)
		d.endChange()
	} else {
		d.udec(size)
	}
	if !d.failed() {
		d.field("handle_type")
		d.dec(kind)
		d.field("f_handle")
		if b, ok := d.fetch(addr+header, int(min(size, maxHandle))); ok {
			d.binary(b, size > maxHandle)
		} else {
			d.addr(addr + header)
		}
	}
	d.close()
	return true
}
