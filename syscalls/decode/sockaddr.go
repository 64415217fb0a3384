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

// sockaddrs are the families whose addresses have members of their own: the least bytes that such an address
// has, and what writes it, from its first byte on. Those of other families are bytes to the reader.
var sockaddrs = map[uint64]struct {
	least int
	write func(d *Decoder, b []byte)
}{
	afUnix:  {3, (*Decoder).sockaddrUnix},
	afInet:  {16, (*Decoder).sockaddrInet},
	afInet6: {24, (*Decoder).sockaddrInet6},
	3:       {16, (*Decoder).sockaddrAX25},
	4:       {16, (*Decoder).sockaddrIPX},
	9:       {18, (*Decoder).sockaddrX25},
	16:      {12, (*Decoder).sockaddrNetlink},
	17:      {20, (*Decoder).sockaddrPacket},
	31:      {6, (*Decoder).sockaddrBluetooth},
	38:      {24, (*Decoder).sockaddrALG},
	39:      {16, (*Decoder).sockaddrNFC},
	40:      {16, (*Decoder).sockaddrVsock},
	42:      {12, (*Decoder).sockaddrQRTR},
	44:      {16, (*Decoder).sockaddrXDP},
	45:      {12, (*Decoder).sockaddrMCTP},
}

// sockaddr writes a socket's address of n bytes.
func (d *Decoder) sockaddr(addr, n uint64) {
	const most = 128
	n = min(n, most)
	b, ok := d.fetch(addr, int(n))
	if !ok || n < 2 {
		d.addr(addr)
		return
	}
	d.sockaddrBytes(b)
}

// sockaddrBytes writes an address that has been read, of two bytes at least.
func (d *Decoder) sockaddrBytes(b []byte) {
	family := word(b, 2)
	d.open()
	d.field("sa_family")
	d.flags(&flags.AddressFamily, family)
	if s, ok := sockaddrs[family]; ok && len(b) >= s.least {
		s.write(d, b)
	} else if len(b) > 2 && family != afUnix {
		d.field("sa_data")
		d.quoted(b[2:], false)
	}
	d.close()
}

// sockaddrUnix writes a local socket's name: a path, or one that begins with NUL and is all bytes after it.
func (d *Decoder) sockaddrUnix(b []byte) {
	const pathMax = 108
	name := b[2:min(len(b), 2+pathMax)]
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

func (d *Decoder) sockaddrInet(b []byte) {
	d.field("sin_port")
	d.port(binary.BigEndian.Uint16(b[2:]))
	d.field("sin_addr")
	d.inet4(b[4:8])
}

func (d *Decoder) sockaddrInet6(b []byte) {
	d.field("sin6_port")
	d.port(binary.BigEndian.Uint16(b[2:]))
	d.field("sin6_flowinfo")
	d.inNetworkOrder(b[4:8])
	d.inet6("sin6_addr", b[8:24])
	if len(b) < 28 {
		return
	}
	d.field("sin6_scope_id")
	if scope := uint32(word(b[24:], 4)); linkLocal(b[8:24]) {
		d.ifindex(scope)
	} else {
		d.udec(uint64(scope))
	}
}

// linkLocal reports whether an IPv6 address counts within one link, so that its scope is an interface.
func linkLocal(b []byte) bool {
	a := netip.AddrFrom16([16]byte(b))
	return a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast()
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

// ifindex writes the number of a network interface, by its name if it is known.
func (d *Decoder) ifindex(index uint32) {
	if d.opts.Interface == nil || index == 0 {
		d.udec(uint64(index))
		return
	}
	var text [16]byte
	name := d.opts.Interface(text[:0], index)
	if len(name) == 0 {
		d.udec(uint64(index))
		return
	}
	if d.symbol(uint64(index), inDec) {
		d.wrap("if_nametoindex")
		d.quoted(name, false)
		d.unwrap()
		d.endSymbol()
	}
}

// hardware writes an address of hardware, of which n bytes count.
func (d *Decoder) hardware(b []byte, n int) {
	if d.bytesFirst(b) {
		d.mac(b[:n])
		d.endSymbol()
	}
}

// mac writes the address of hardware: "01:02:03:04:05:06".
func (d *Decoder) mac(b []byte) {
	const digits = "0123456789abcdef"
	d.beginWord()
	for i, c := range b {
		if i > 0 {
			d.both(":")
		}
		d.b = append(d.b, digits[c>>4], digits[c&15])
	}
	d.endWord()
}
