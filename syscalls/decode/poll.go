package decode

import "utrace/syscalls/flags"

// pollfd writes what poll(2) is asked of one descriptor.
func (d *Decoder) pollfd(addr, _ uint64) bool {
	const size = 8
	b, ok := d.fetch(addr, size)
	if !ok {
		return false
	}
	fd := int32(word(b, 4))
	d.open()
	d.field("fd")
	d.fd(fd)
	if fd >= 0 {
		d.field("events")
		d.flags(&flags.PollEvents, word(b[4:], 2))
	}
	d.close()
	return true
}

// polled writes what poll(2) has found.
func (d *Decoder) polled(addr, n uint64) {
	const size = 8
	d.list()
	for found := uint64(0); n > 0; {
		d.arena = d.arena[:0]
		b := d.read(addr, int(min(n, maxChunk/size))*size)
		if len(b) < size {
			break
		}
		for ; len(b) >= size; b = b[size:] {
			revents := word(b[6:], 2)
			addr, n = addr+size, n-1
			if revents == 0 {
				continue
			}
			if found++; found > d.most() {
				d.restOfList()
				n = 0
				break
			}
			d.elem()
			d.open()
			d.field("fd")
			d.fd(int32(word(b, 4)))
			d.field("revents")
			d.flags(&flags.PollEvents, revents)
			d.close()
		}
	}
	d.endList()
}

func (d *Decoder) epollEvent(addr, _ uint64) bool {
	b, ok := d.fetch(addr, 12)
	if !ok {
		return false
	}
	data := word(b[4:], 8)
	d.open()
	d.field("events")
	d.flags(&flags.EpollEventBits, word(b, 4))
	d.field("data")
	d.open()
	d.field("u32")
	d.udec(uint64(uint32(data)))
	d.field("u64")
	d.udec(data)
	d.close()
	d.close()
	return true
}
