package decode

import (
	"math/bits"

	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// sockoptVal writes the value of a socket's option that nothing is known of: four bytes are an int.
func (d *Decoder) sockoptVal(addr, n uint64) {
	switch {
	case n == 4:
		d.sockNumber(addr)
	case int32(n) < 0, n == 0 && d.filled:
		d.addr(addr)
	default:
		d.bytes(addr, n)
	}
}

// sockInt writes the value of an option that is an int. What getsockopt(2) has cut is bytes.
func (d *Decoder) sockInt(addr, n uint64) {
	switch {
	case int32(n) >= 4:
		d.sockNumber(addr)
	case int32(n) > 0 && d.filled:
		d.binaryAt(addr, n)
	default:
		d.addr(addr)
	}
}

func (d *Decoder) sockNumber(addr uint64) {
	if !d.boxed(addr, 4, func(v uint64) { d.dec(int64(int32(v))) }) {
		d.addr(addr)
	}
}

// sockStruct writes the value of an option that is a struct. setsockopt(2) takes no less than all of it, and
// getsockopt(2) may give a part.
func (d *Decoder) sockStruct(a *syscalls.Arg, addr, n uint64) {
	m := d.mark()
	if !d.sockStructAt(a, addr, n) {
		d.back(m)
		d.addr(addr)
	}
}

func (d *Decoder) sockStructAt(a *syscalls.Arg, addr, n uint64) bool {
	if int32(n) <= 0 {
		return false
	}
	if a.Shape == nil {
		s := byHand(a.Type)
		return s.write != nil && s.write(d, addr, n)
	}
	size := uint64(d.sizeOf(a.Shape))
	if n < size && !d.filled {
		return false
	}
	b, ok := d.fetch(addr, int(min(n, size)))
	if ok {
		d.partialStruct(a.Shape, b)
	}
	return ok
}

// partialStruct writes a struct that may end within a field, of which the bytes are shown then.
func (d *Decoder) partialStruct(s *syscalls.StructType, b []byte) {
	layout := syscalls.Layout(d.arch)
	d.open()
	for i := range s.Fields {
		f := &s.Fields[i]
		start := int(f.Offset[layout])
		end := start + int(f.Size[layout])*max(1, int(f.Elems[layout]))
		switch {
		case start >= len(b):
		case end > len(b):
			d.field(f.Name)
			d.binary(b[start:], false)
		case f.Kind == syscalls.Inet6:
			d.inet6(f.Name, b[start:end])
		default:
			d.field(f.Name)
			d.fieldValue(s, i, b)
		}
	}
	d.close()
}

// txRehash writes the value of SO_TXREHASH.
func (d *Decoder) txRehash(addr, n uint64) bool {
	if n < 4 {
		if d.filled {
			d.binaryAt(addr, n)
		}
		return d.filled
	}
	return d.boxed(addr, 4, func(v uint64) { d.flags(&flags.SocketTXRehash, v&0xff) })
}

// groupReq writes struct group_req: an interface and an address.
func (d *Decoder) groupReq(addr, n uint64) bool {
	group := uint64(d.wordSize()) // behind a number, at the boundary of a long
	const sockaddrStorage = 128
	if n < group+sockaddrStorage {
		return false
	}
	b, ok := d.fetch(addr, int(group+sockaddrStorage))
	if !ok {
		return false
	}
	d.open()
	d.field("gr_interface")
	d.ifindex(uint32(word(b, 4)))
	d.field("gr_group")
	d.sockaddrBytes(b[group:])
	d.close()
	return true
}

// icmpFilter writes struct icmp_filter: a bit for each message that is kept away.
func (d *Decoder) icmpFilter(addr, n uint64) bool {
	if n < 4 {
		return false
	}
	var v [1]uint64
	if !d.numbers(addr, 4, v[:]) {
		return false
	}
	set := v[0]
	not := bits.OnesCount64(set) > 16
	if not {
		set = ^set & 0xffffffff
	}
	d.set(not)
	for ; set != 0; set &= set - 1 {
		i := uint64(bits.TrailingZeros64(set))
		d.member()
		if name, ok := flags.ICMPMessages.Name(i); ok {
			d.name(i, inHex, name)
		} else {
			d.udec(i)
		}
	}
	d.endSet()
	return true
}

// netlinkGroups writes the groups that a netlink socket listens to, words of bits. The kernel may have had
// more than there was room for.
func (d *Decoder) netlinkGroups(addr, n uint64) bool {
	d.elements(addr, n/4, 4, func(d *Decoder, at uint64) bool {
		return d.unboxed(at, 4, d.hex)
	})
	return true
}
