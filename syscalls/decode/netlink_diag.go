package decode

import (
	"encoding/binary"
	"net/netip"

	"utrace/syscalls/flags"
)

// diagMessage writes what is behind the header of a message of sock_diag(7), and reports whether that is known.
// A question and an answer have one type: answers are received.
func (d *Decoder) diagMessage(b []byte, kind uint64) bool {
	const byFamily, destroy = 20, 21
	if kind != byFamily && kind != destroy {
		return false
	}
	family := int(b[0])
	switch {
	case family == afInet || family == afInet6:
		if d.filled {
			d.inetDiagAnswer(b)
		} else {
			d.inetDiagQuestion(b)
		}
	case family == afUnix:
		d.unixDiag(b)
	default:
		d.unknownMessage(b)
	}
	return true
}

// unknownMessage writes a message that begins with a family, and of which no more
// is known.
func (d *Decoder) unknownMessage(b []byte) {
	d.elem()
	d.open()
	d.field("family")
	d.flags(&flags.AddressFamily, uint64(b[0]))
	if len(b) > 1 {
		d.field("data")
		d.netlinkBytes(b[1:])
	}
	d.close()
}

// cut writes a struct of which there is too little: its first member, a family.
func (d *Decoder) cut(field string, b []byte) {
	d.open()
	d.field(field)
	d.flags(&flags.AddressFamily, uint64(b[0]))
	d.rest()
	d.close()
}

func (d *Decoder) inetDiagQuestion(b []byte) {
	const size = 56
	d.elem()
	if len(b) < size {
		d.cut("sdiag_family", b)
		return
	}
	d.open()
	d.field("sdiag_family")
	d.flags(&flags.AddressFamily, uint64(b[0]))
	d.field("sdiag_protocol")
	d.flags(&flags.IPProtocols, uint64(b[1]))
	d.field("idiag_ext")
	d.flags(&flags.InetDiagExtensions, uint64(b[2]))
	d.field("idiag_states")
	d.flags(&flags.TCPStateBits, word(b[4:], 4))
	d.field("id")
	d.inetDiagID(b[8:], int(b[0]))
	d.close()
	if len(b) > size {
		d.elem()
		d.attributes(b[size:], "inetrequest", int(b[0]))
	}
}

func (d *Decoder) inetDiagAnswer(b []byte) {
	const size = 72
	d.elem()
	if len(b) < size {
		d.cut("idiag_family", b)
		return
	}
	d.open()
	d.field("idiag_family")
	d.flags(&flags.AddressFamily, uint64(b[0]))
	d.field("idiag_state")
	d.flags(&flags.TCPStates, uint64(b[1]))
	d.field("idiag_timer")
	d.udec(uint64(b[2]))
	d.field("idiag_retrans")
	d.udec(uint64(b[3]))
	d.field("id")
	d.inetDiagID(b[4:], int(b[0]))
	for i, name := range [...]string{"idiag_expires", "idiag_rqueue", "idiag_wqueue", "idiag_uid", "idiag_inode"} {
		d.field(name)
		d.udec(word(b[52+4*i:], 4))
	}
	d.close()
	if len(b) > size {
		d.elem()
		d.attributes(b[size:], "inetdiag", int(b[0]))
	}
}

// inetDiagID writes struct inet_diag_sockid, the ends of a socket.
func (d *Decoder) inetDiagID(b []byte, family int) {
	d.open()
	d.field("idiag_sport")
	d.port(binary.BigEndian.Uint16(b))
	d.field("idiag_dport")
	d.port(binary.BigEndian.Uint16(b[2:]))
	for i, name := range [...]string{"idiag_src", "idiag_dst"} {
		at := b[4+16*i:]
		if family == afInet6 {
			d.inet6(name, at[:16])
			continue
		}
		d.field(name)
		d.inet4(at[:4])
	}
	d.field("idiag_if")
	d.ifindex(uint32(word(b[36:], 4)))
	d.field("idiag_cookie")
	d.list()
	for i := range 2 {
		d.elem()
		d.udec(word(b[40+4*i:], 4))
	}
	d.endList()
	d.close()
}

func (d *Decoder) unixDiag(b []byte) {
	const question, answer = 24, 16
	d.elem()
	switch {
	case !d.filled && len(b) >= question:
		d.structBytes("unix_diag_req", b)
	case d.filled && len(b) >= answer:
		d.structBytes("unix_diag_msg", b)
		if len(b) > answer {
			d.elem()
			d.attributes(b[answer:], "unixdiag", afUnix)
		}
	case d.filled:
		d.cut("udiag_family", b)
	default:
		d.cut("sdiag_family", b)
	}
}

// ip6 writes an IPv6 address as text.
func (d *Decoder) ip6(b []byte) { d.ip(netip.AddrFrom16([16]byte(b))) }

// diagOptions writes struct inet_diag_sockopt: the bits that are set.
func (d *Decoder) diagOptions(v uint64) {
	d.open()
	for i, name := range [...]string{"recverr", "is_icsk", "freebind", "hdrincl", "mc_loop", "transparent", "mc_all", "nodefrag",
		"bind_address_no_port", "recverr_rfc4884", "defer_connect"} {
		if v>>i&1 != 0 {
			d.field(name)
			d.udec(1)
		}
	}
	d.close()
}
