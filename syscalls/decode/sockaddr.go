package decode

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
func (d *Decoder) sockaddr(addr, n uint64) {
	const most = 128
	n = min(n, most)
	b, ok := d.fetch(addr, int(n))
	if !ok || n < 2 {
		d.addr(addr)
		return
	}
	family := word(b, 2)
	d.open()
	d.field("sa_family")
	d.flags(&flags.AddressFamily, family)
	switch {
	case family == afUnix:
		d.unixPath(b[2:])
	case family == afInet && n >= 8:
		d.field("sin_port")
		d.port(binary.BigEndian.Uint16(b[2:]))
		d.field("sin_addr")
		d.inet4(b[4:8])
	case family == afInet6 && n >= 24:
		d.field("sin6_port")
		d.port(binary.BigEndian.Uint16(b[2:]))
		d.field("sin6_flowinfo")
		d.inNetworkOrder(b[4:8])
		d.inet6("sin6_addr", b[8:24])
		if n >= 28 {
			d.field("sin6_scope_id")
			d.udec(word(b[24:], 4))
		}
	case n > 2:
		d.field("sa_data")
		d.quoted(b[2:], false)
	}
	d.close()
}

// unixPath writes a local socket's name: a path, or one that begins with NUL and is all bytes after it.
func (d *Decoder) unixPath(name []byte) {
	if len(name) == 0 {
		return
	}
	d.field("sun_path")
	if name[0] == 0 {
		d.abstract(name[1:])
		return
	}
	if end := bytes.IndexByte(name, 0); end >= 0 {
		name = name[:end]
	}
	d.quoted(name, false)
}

// abstract writes a name that is no path: @"name".
func (d *Decoder) abstract(name []byte) {
	d.either("@", `{"abstract":`)
	d.quoted(name, false)
	d.either("", "}")
}

// port writes a port in network order.
func (d *Decoder) port(v uint16) {
	if d.bytesFirst([]byte{byte(v >> 8), byte(v)}) {
		d.wrap("htons")
		d.udec(uint64(v))
		d.unwrap()
		d.endSymbol()
	}
}

// inNetworkOrder writes a number of 4 bytes in network order.
func (d *Decoder) inNetworkOrder(b []byte) {
	if d.bytesFirst(b) {
		d.wrap("htonl")
		d.udec(uint64(binary.BigEndian.Uint32(b)))
		d.unwrap()
		d.endSymbol()
	}
}

// inet4 writes an IPv4 address.
func (d *Decoder) inet4(b []byte) {
	if d.bytesFirst(b) {
		d.wrap("inet_addr")
		d.ip(netip.AddrFrom4([4]byte(b)))
		d.unwrap()
		d.endSymbol()
	}
}

// inet6 writes an IPv6 address as the field of that name.
func (d *Decoder) inet6(field string, b []byte) {
	if !d.json && d.opts.Constants != Names {
		d.field(field)
		d.bytesFirst(b)
		if d.opts.Constants == Verbose {
			d.text(`inet_pton(AF_INET6, `)
			d.ip(netip.AddrFrom16([16]byte(b)))
			d.text(")")
			d.endSymbol()
		}
		return
	}
	d.fieldIn(field, "inet_pton(AF_INET6, ")
	d.ip(netip.AddrFrom16([16]byte(b)))
	d.text(", &")
	d.text(field)
	d.text(")")
}

func (d *Decoder) ip(a netip.Addr) {
	var text [64]byte
	d.quoted(a.AppendTo(text[:0]), false)
}

// bytesFirst begins a value that is bytes in network order, as symbol does one that is a number.
func (d *Decoder) bytesFirst(b []byte) bool {
	style := d.opts.Constants
	if d.json || style == Names {
		return true
	}
	d.quotedAs(b, false, HexAll)
	if style == Numbers {
		return false
	}
	d.both(" /* ")
	return true
}
