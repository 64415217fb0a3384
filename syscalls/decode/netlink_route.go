package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// routeForm is what a message of rtnetlink(7) has behind its header: a struct, and attributes.
type routeForm struct {
	header string
	attrs  string // of attrSetOf
}

// routeForms are for the types in fours: RTM_NEWx, RTM_DELx, RTM_GETx, RTM_SETx.
var routeForms = map[uint64]routeForm{
	0x10: {"ifinfomsg", "link"}, 0x14: {"ifaddrmsg", "address"}, 0x18: {"rtmsg", "route"}, 0x1c: {"ndmsg", "neighbour"},
	0x20: {"fib_rule_hdr", "rule"}, 0x24: {"tcmsg", "traffic"}, 0x28: {"tcmsg", "traffic"}, 0x2c: {"tcmsg", "traffic"},
	0x30: {"tcamsg", ""}, 0x40: {"ndtmsg", "neighbourtable"}, 0x48: {"ifaddrlblmsg", "label"}, 0x50: {"netconfmsg", "netconf"},
	0x58: {"rtgenmsg", "netns"}, 0x64: {"tcmsg", "traffic"}, 0x68: {"nhmsg", "nexthop"},
}

// routeMessage writes what is behind the header of a message of rtnetlink(7).
func (d *Decoder) routeMessage(b []byte, kind uint64) {
	form, known := routeForms[kind&^3]
	if _, ok := flags.RouteTypes.Name(kind); !known || !ok {
		d.unknownMessage(b)
		return
	}
	s, ok := syscalls.StructByName(form.header)
	if !ok {
		return
	}
	size := d.sizeOf(s)
	d.elem()
	if len(b) < size {
		d.open()
		d.field(s.Fields[0].Name)
		d.flags(&flags.AddressFamily, uint64(b[0]))
		d.rest()
		d.close()
		return
	}
	d.fields(s, b[:size])
	if rest := int(align4(uint64(size))); rest < len(b) {
		d.elem()
		d.attributes(b[rest:], form.attrs, int(b[0]))
	}
}

// attrKind says how the value of an attribute is written.
type attrKind uint8

const (
	attrBytes attrKind = iota
	attrText
	attrUint // of one, two, four or eight bytes
	attrInt
	attrIfIndex
	attrMac
	attrAddress  // of the family that the message says
	attrNamed    // a number with a table
	attrIndexed  // ints, each by the name of its index
	attrFromOne  // the same, of indexes that count from 1
	attrCounters // numbers of eight bytes, each by the name of its index
	attrSockOpt  // the options of a socket, bits
	attrStruct
	attrNested
	attrFamilies // nested, in an attribute whose number is a family
)

// attr is an attribute: what it is, and the struct or the attributes in it.
type attr struct {
	kind  attrKind
	name  string
	table *flags.Table
}

// attrSet is the attributes that stand in one place.
type attrSet struct {
	names *flags.Table
	kinds map[string]attr // by name; bytes if it is not there
}

// attributes writes a list of attributes; family is the message's.
func (d *Decoder) attributes(b []byte, set string, family int) {
	if len(b) < nlattr {
		d.netlinkBytes(b)
		return
	}
	several := d.json || len(b) >= int(align4(word(b, 2)))+nlattr && word(b, 2) >= nlattr
	if several {
		d.list()
	}
	for i := 0; len(b) >= nlattr; i++ {
		if several {
			d.elem()
		}
		if i >= maxAttributes {
			d.either("...", `{"truncated":true}`)
			break
		}
		d.attribute(b, set, family)
		length := word(b, 2)
		if length < nlattr || align4(length) > uint64(len(b)) {
			break
		}
		b = b[align4(length):]
	}
	if several {
		d.endList()
	}
}

const maxAttributes = 128

// attribute writes the first attribute in b.
func (d *Decoder) attribute(b []byte, set string, family int) {
	const kindMask, nested = 0x3fff, 0x8000
	length, kind := word(b, 2), word(b[2:], 2)
	as := attrSetOf(set)
	end := int(min(length, uint64(len(b))))
	if end > nlattr {
		d.list()
		d.elem()
	}
	d.open()
	d.field("nla_len")
	d.udec(length)
	d.field("nla_type")
	if kind&nested != 0 {
		d.text("NLA_F_NESTED|")
	}
	d.flags(as.names, kind&kindMask)
	d.close()
	if end > nlattr {
		name, _ := as.names.Name(kind & kindMask)
		d.elem()
		d.attributeValue(as.kinds[name], b[nlattr:end], int(kind&kindMask), family)
		d.endList()
	}
}

// attributeValue writes what an attribute of that number holds.
func (d *Decoder) attributeValue(a attr, b []byte, number, family int) {
	const afInet4, afInet6 = 2, 10
	switch {
	case d.depth >= maxDepth:
	case a.kind == attrText:
		d.chars(b)
		return
	case a.kind == attrMac:
		d.mac(b)
		return
	case a.kind == attrAddress && family == afInet4 && len(b) >= 4:
		d.inet4(b[:4])
		return
	case a.kind == attrAddress && family == afInet6 && len(b) >= 16:
		d.wrap("inet_pton")
		d.text("AF_INET6, ")
		d.ip6(b[:16])
		d.unwrap()
		return
	case a.kind == attrIndexed, a.kind == attrFromOne, a.kind == attrCounters:
		d.indexed(a, b)
		return
	case a.kind == attrSockOpt && len(b) == 2:
		d.diagOptions(word(b, 2))
		return
	case a.kind == attrStruct:
		if s, ok := syscalls.StructByName(a.name); ok && len(b) >= min(d.sizeOf(s), 12) {
			d.fields(s, b)
			return
		}
	case a.kind == attrNested, a.kind == attrFamilies:
		if a.kind == attrFamilies {
			family = number
		}
		d.depth++
		d.attributes(b, a.name, family)
		d.depth--
		return
	case len(b) == 1, len(b) == 2, len(b) == 4, len(b) == 8:
		if d.attributeNumber(a, word(b, len(b)), len(b)) {
			return
		}
	}
	d.netlinkBytes(b)
}

// indexed writes an array, each number of it with the name of its place: "[[DEVCONF_FORWARDING]=0, ...]".
func (d *Decoder) indexed(a attr, b []byte) {
	size, from, suffix := 4, uint64(0), ""
	switch a.kind {
	case attrCounters:
		size = 8
	case attrFromOne:
		from, suffix = 1, "-1"
	}
	d.list()
	for i := uint64(0); len(b) >= size; i++ {
		d.elem()
		if i >= maxAttributes {
			d.either("...", `{"truncated":true}`)
			break
		}
		if !d.json {
			d.both("[")
			if name, ok := a.table.Name(i + from); ok {
				d.both(name)
				d.both(suffix)
			} else {
				d.udec(i)
				d.comment(a.table.Prefix + "???")
			}
			d.both("]=")
		}
		if v := word(b, size); a.kind == attrCounters {
			d.udec(v)
		} else {
			d.dec(extend(v, size))
		}
		b = b[size:]
	}
	d.endList()
}

func (d *Decoder) attributeNumber(a attr, v uint64, size int) bool {
	switch a.kind {
	case attrUint:
		d.udec(v)
	case attrInt:
		d.dec(extend(v, size))
	case attrIfIndex:
		d.ifindex(uint32(v))
	case attrNamed:
		d.flags(a.table, v)
	default:
		return false
	}
	return true
}
