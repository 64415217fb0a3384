package trace

import "utrace/syscalls/flags"

// stat writes what strace shows of amd64's struct stat.
func (p *printer) stat(addr uint64) bool {
	b, ok := p.fetch(addr, 64)
	if !ok {
		return false
	}
	p.modeAndSize(uint32(word(b[24:], 4)), word(b[48:], 8), word(b[40:], 8), "st_", true)
	return true
}

// modeAndSize writes the mode of a file and its size or, of a device, its
// number, and closes the struct.
func (p *printer) modeAndSize(mode uint32, size, rdev uint64, prefix string, alone bool) {
	if alone {
		p.char('{')
	}
	p.field(prefix + "mode")
	p.fileMode(mode)
	p.str(", ")
	p.str(prefix)
	if t := mode & 0xf000; alone && (t == 0x2000 || t == 0x6000) {
		p.str("rdev=")
		p.dev(rdev)
	} else {
		p.str("size=")
		p.udec(size)
	}
	p.str(", ...}")
}

// statx writes what strace shows of struct statx.
func (p *printer) statx(addr uint64) bool {
	b, ok := p.fetch(addr, 64)
	if !ok {
		return false
	}
	attributes := word(b[8:], 8)
	mode, size := uint32(word(b[28:], 2)), word(b[40:], 8)
	p.str("{stx_mask=")
	p.flags(&flags.StatxMask, word(b, 4))
	p.str(", stx_attributes=")
	p.hex(attributes)
	p.modeAndSize(mode, size, 0, "stx_", false)
	return true
}

// pollfds writes what poll(2) is asked.
func (p *printer) pollfds(addr uint64, n uint64) {
	p.list(addr, n, 8, func(at uint64) bool {
		b, ok := p.fetch(at, 8)
		if !ok {
			return false
		}
		fd, events := int64(int32(word(b, 4))), word(b[4:], 2)
		p.str("{fd=")
		p.dec(fd)
		if fd >= 0 {
			p.str(", events=")
			p.flags(&flags.PollEvents, events)
		}
		p.char('}')
		return true
	})
}

// polled writes what poll(2) has found.
func (p *printer) polled(addr uint64, n uint64) {
	p.char('[')
	found := 0
	for i := range n {
		b, ok := p.fetch(addr+i*8, 8)
		if !ok {
			break
		}
		fd, revents := int64(int32(word(b, 4))), word(b[6:], 2)
		if revents == 0 {
			continue
		}
		if found++; found > 1 {
			p.str(", ")
		}
		if found > max(p.max, maxItems) {
			p.str("...")
			break
		}
		p.str("{fd=")
		p.dec(fd)
		p.str(", revents=")
		p.flags(&flags.PollEvents, revents)
		p.char('}')
	}
	p.char(']')
}

// fdSet writes the descriptors in a set of n bits.
func (p *printer) fdSet(addr uint64, n uint64) bool {
	const most = 1 << 13 // bits
	n = min(n, most)
	size := uint64(p.wordSize())
	b, ok := p.fetch(addr, int((n+size*8-1)/(size*8)*size))
	if !ok {
		p.addr(addr)
		return false
	}
	p.char('[')
	any := false
	for fd := range n {
		if b[fd/8]&(1<<(fd%8)) == 0 {
			continue
		}
		if any {
			p.char(' ')
		}
		any = true
		p.udec(fd)
	}
	p.char(']')
	return any
}

func (p *printer) epollEvent(addr uint64) bool {
	b, ok := p.fetch(addr, 12)
	if !ok {
		return false
	}
	events, data := word(b, 4), word(b[4:], 8)
	p.str("{events=")
	p.flags(&flags.EpollEventBits, events)
	p.str(", data={u32=")
	p.udec(uint64(uint32(data)))
	p.str(", u64=")
	p.udec(data)
	p.str("}}")
	return true
}
