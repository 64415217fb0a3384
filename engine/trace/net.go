package trace

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"utrace/syscalls/flags"
)

const (
	afUnix  = 1
	afInet  = 2
	afInet6 = 10
)

// sockaddr writes a socket's address of n bytes.
func (p *printer) sockaddr(addr uint64, n uint64) {
	const most = 128
	n = min(n, most)
	b, ok := p.fetch(addr, int(n))
	if !ok || n < 2 {
		p.addr(addr)
		return
	}
	family := word(b, 2)
	p.str("{sa_family=")
	p.flags(&flags.AddressFamily, family)
	switch {
	case family == afUnix:
		p.unixPath(b[2:])
	case family == afInet && n >= 8:
		p.str(", sin_port=htons(")
		p.udec(uint64(binary.BigEndian.Uint16(b[2:])))
		p.str(`), sin_addr=inet_addr("`)
		p.b = netip.AddrFrom4([4]byte(b[4:8])).AppendTo(p.b)
		p.str(`")`)
	case family == afInet6 && n >= 24:
		p.str(", sin6_port=htons(")
		p.udec(uint64(binary.BigEndian.Uint16(b[2:])))
		p.str("), sin6_flowinfo=htonl(")
		p.udec(uint64(binary.BigEndian.Uint32(b[4:])))
		p.str(`), inet_pton(AF_INET6, "`)
		p.b = netip.AddrFrom16([16]byte(b[8:24])).AppendTo(p.b)
		p.str(`", &sin6_addr)`)
		if n >= 28 {
			p.str(", sin6_scope_id=")
			p.udec(word(b[24:], 4))
		}
	case n > 2:
		p.str(`, sa_data="`)
		p.quote(b[2:])
		p.char('"')
	}
	p.char('}')
}

// unixPath writes a local socket's name: a path, or one that begins with NUL
// and is all bytes after it.
func (p *printer) unixPath(name []byte) {
	if len(name) == 0 {
		return
	}
	p.str(", sun_path=")
	if name[0] == 0 {
		p.char('@')
		name = name[1:]
	} else if end := bytes.IndexByte(name, 0); end >= 0 {
		name = name[:end]
	}
	p.char('"')
	p.quote(name)
	p.char('"')
}

// iovec writes n buffers with what is in the first left bytes of them; with
// left 0 their addresses.
func (p *printer) iovec(addr uint64, n uint64, left uint64) {
	contents := left > 0
	p.list(addr, n, 2*p.wordSize(), func(at uint64) bool {
		var v [2]uint64
		if !p.words(at, v[:]) {
			return false
		}
		p.str("{iov_base=")
		if contents {
			filled := min(v[1], left)
			p.bytes(v[0], filled)
			left -= filled
		} else {
			p.addr(v[0])
		}
		p.str(", iov_len=")
		p.udec(v[1])
		p.char('}')
		return true
	})
}

// msghdr writes a message; for one received, as many bytes as the result says.
func (p *printer) msghdr(addr uint64, received bool) {
	var m [7]uint64 // name, namelen, iov, iovlen, control, controllen, flags
	if !p.words(addr, m[:]) {
		p.addr(addr)
		return
	}
	name := uint64(uint32(m[1]))
	if received && p.failed() {
		p.str("{msg_namelen=")
		p.udec(name)
		p.char('}')
		return
	}
	left := ^uint64(0)
	if received {
		left = uint64(max(0, p.result))
	}
	p.str("{msg_name=")
	if name == 0 {
		p.addr(m[0])
	} else {
		p.sockaddr(m[0], name)
	}
	p.str(", msg_namelen=")
	p.udec(name)
	p.str(", msg_iov=")
	p.iovec(m[2], m[3], left)
	p.str(", msg_iovlen=")
	p.udec(m[3])
	if m[5] != 0 {
		p.str(", msg_control=")
		p.addr(m[4])
	}
	p.str(", msg_controllen=")
	p.udec(m[5])
	p.str(", msg_flags=")
	p.flags(&flags.Msg, uint64(uint32(m[6])))
	p.char('}')
}

// sockoptVal writes the value of a socket's option: an int, or bytes.
func (p *printer) sockoptVal(addr uint64, n uint64) {
	if n != 4 {
		p.bytes(addr, n)
		return
	}
	var v [1]uint64
	if !p.numbers(addr, 4, v[:]) {
		p.addr(addr)
		return
	}
	p.char('[')
	p.dec(int64(int32(v[0])))
	p.char(']')
}
