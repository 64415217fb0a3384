package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// The protocols of netlink(7) whose messages are told of, as socket(2) has them.
const (
	netlinkRoute     = 0
	netlinkSockDiag  = 4
	netlinkXFRM      = 6
	netlinkSELinux   = 7
	netlinkAudit     = 9
	netlinkNetfilter = 12
	netlinkUevent    = 15
	netlinkGeneric   = 16
	netlinkCrypto    = 21

	netlinkUnknown = -1
)

const (
	nlmsgHeader = 16
	nlattr      = 4 // bytes of the header of an attribute
)

// socketData writes n bytes that a socket sends or has received: messages, if it is one of netlink. To ask what a
// socket is costs as much as a stop, so it is asked of those alone whose data begins as a message does.
func (d *Decoder) socketData(addr, n uint64) {
	s, more, ok := d.bytesAt(addr, n)
	if !ok {
		d.addr(addr)
		return
	}
	if d.opts.Netlink != nil && d.beginsAsMessage(s, addr, n) {
		d.netlinkData(addr, n)
		return
	}
	d.quoted(s, more)
}

// netlinkData writes n bytes of what may be a socket of netlink.
func (d *Decoder) netlinkData(addr, n uint64) {
	protocol, ok := 0, d.opts.Netlink != nil && n > 0
	if ok {
		protocol, ok = d.opts.Netlink(int32(d.arg(0)))
	}
	var b []byte
	if ok {
		b, ok = d.fetchMessages(addr, n)
	}
	switch {
	case !ok:
		d.bytes(addr, n)
	case n < nlmsgHeader:
		d.netlinkBytes(b)
	default:
		d.netlinkMessages(b, protocol)
	}
}

// beginsAsMessage reports whether n bytes at addr, which begin with s, begin with what could be the length of a message:
// neither text does nor what other protocols begin with, in the order of bytes that this machine has.
func (d *Decoder) beginsAsMessage(s []byte, addr, n uint64) bool {
	const longest = 1 << 16
	if n < 4 {
		return false
	}
	if len(s) < 4 { // few are shown
		var ok bool
		if s, ok = d.fetch(addr, 4); !ok {
			return false
		}
	}
	return word(s, 4) <= longest
}

// fetchMessages reads messages: more bytes than one thing has elsewhere.
func (d *Decoder) fetchMessages(addr, n uint64) ([]byte, bool) {
	const most = 64 << 10
	want := int(min(n, most))
	b := d.read(addr, want)
	return b, len(b) == want
}

// netlinkMessages writes the messages in b: a list, unless there is one.
func (d *Decoder) netlinkMessages(b []byte, protocol int) {
	several := len(b) >= int(align4(word(b, 4)))+nlmsgHeader && word(b, 4) >= nlmsgHeader
	if several || d.json {
		d.list()
	}
	for i := 0; len(b) >= nlmsgHeader; i++ {
		if several || d.json {
			d.elem()
		}
		if i >= maxItems {
			d.either("...", `{"truncated":true}`)
			break
		}
		length := word(b, 4)
		d.netlinkMessage(b, protocol)
		next := align4(length)
		if length < nlmsgHeader || next > uint64(len(b)) {
			break
		}
		b = b[next:]
	}
	if several || d.json {
		d.endList()
	}
}

func align4(n uint64) uint64 { return (n + 3) &^ 3 }

// netlinkMessage writes the first message in b: its header, and what is behind it.
func (d *Decoder) netlinkMessage(b []byte, protocol int) {
	length, kind := word(b, 4), word(b[4:], 2)
	end := int(min(length, uint64(len(b))))
	if end <= nlmsgHeader {
		d.netlinkHeader(b, kind, protocol)
		return
	}
	d.list()
	d.elem()
	d.netlinkHeader(b, kind, protocol)
	d.netlinkPayload(b[nlmsgHeader:end], kind, word(b[6:], 2), protocol)
	d.endList()
}

func (d *Decoder) netlinkHeader(b []byte, kind uint64, protocol int) {
	d.open()
	d.field("nlmsg_len")
	d.udec(word(b, 4))
	d.field("nlmsg_type")
	d.netlinkType(kind, protocol)
	d.field("nlmsg_flags")
	d.flags(netlinkFlags(kind, protocol), word(b[6:], 2))
	d.field("nlmsg_seq")
	d.udec(word(b[8:], 4))
	d.field("nlmsg_pid")
	d.dec(extend(word(b[12:], 4), 4))
	d.close()
}

// Types below this are the same in every protocol.
const nlmsgMinType = 16

func (d *Decoder) netlinkType(kind uint64, protocol int) {
	table := &flags.NetlinkTypes
	switch {
	case kind < nlmsgMinType && (kind >= 1 && kind <= 4 || protocol != netlinkSELinux):
	case protocol == netlinkRoute:
		table = &flags.RouteTypes
	case protocol == netlinkSockDiag:
		table = &flags.DiagTypes
	case protocol == netlinkXFRM:
		table = &flags.XFRMTypes
	case protocol == netlinkSELinux:
		table = &flags.SelinuxTypes
	case protocol == netlinkAudit:
		table = &flags.AuditTypes
	case protocol == netlinkCrypto:
		table = &flags.CryptoTypes
	case protocol == netlinkGeneric && kind == nlmsgMinType:
		d.name(kind, inHex, "nlctrl")
		return
	case protocol == netlinkNetfilter:
		d.netfilterType(kind)
		return
	}
	d.flags(table, kind)
}

// netfilterType writes a subsystem and its message.
func (d *Decoder) netfilterType(kind uint64) {
	if !d.symbol(kind, inHex) {
		return
	}
	d.beginWord()
	d.b = flags.NetfilterSubsystems.Append(d.b, kind>>8)
	d.both("<<8|")
	if t := netfilterMessages(kind >> 8); t != nil {
		d.b = t.Append(d.b, kind&0xff)
	} else {
		d.hexText(kind & 0xff)
	}
	d.endWord()
	d.endSymbol()
}

// netfilterMessages returns the messages of a subsystem, nil if they have no names here.
func netfilterMessages(subsystem uint64) *flags.Table {
	switch subsystem {
	case 1:
		return &flags.ConntrackTypes
	case 3:
		return &flags.NFQueueTypes
	case 4:
		return &flags.NFLogTypes
	case 6:
		return &flags.IPSetCommands
	case 10:
		return &flags.NFTableTypes
	}
	return nil
}

const (
	nlmsgError = 2
	nlmsgDone  = 3
)

// netlinkFlags returns the flags of a message: some mean one thing in a request that gets, another in one
// that makes, and a third in one that deletes.
func netlinkFlags(kind uint64, protocol int) *flags.Table {
	const nftables = 10
	switch {
	case kind == nlmsgError:
		return &flags.NetlinkAckFlags
	case kind < nlmsgMinType:
	case protocol == netlinkSockDiag:
		return &flags.NetlinkGetFlags
	case protocol == netlinkRoute:
		if _, ok := flags.RouteTypes.Name(kind); !ok {
			break
		}
		return [...]*flags.Table{&flags.NetlinkNewFlags, &flags.NetlinkDelFlags, &flags.NetlinkGetFlags, &flags.NetlinkFlags}[kind&3]
	case protocol == netlinkNetfilter && kind>>8 == nftables:
		return [...]*flags.Table{&flags.NetlinkNewFlags, &flags.NetlinkGetFlags, &flags.NetlinkDelFlags}[kind&0xff%3]
	}
	return &flags.NetlinkFlags
}

// netlinkPayload writes what is behind a message's header, as more elements of the list that is open.
func (d *Decoder) netlinkPayload(b []byte, kind, nlFlags uint64, protocol int) {
	switch {
	case kind == nlmsgError && len(b) >= 4:
		d.netlinkError(b, nlFlags, protocol)
		return
	case kind == nlmsgDone && len(b) >= 4:
		d.elem()
		d.dec(extend(word(b, 4), 4))
		return
	case kind < nlmsgMinType:
	case protocol == netlinkRoute:
		d.routeMessage(b, kind)
		return
	case protocol == netlinkSockDiag:
		if d.diagMessage(b, kind) {
			return
		}
	case protocol == netlinkNetfilter && len(b) >= 4:
		d.elem()
		d.structBytes("nfgenmsg", b)
		if rest := b[4:]; len(rest) > 0 {
			d.elem()
			d.netlinkBytes(rest)
		}
		return
	}
	d.elem()
	d.netlinkBytes(b)
}

// netlinkBytes writes bytes of a message of which it is not known what they are.
func (d *Decoder) netlinkBytes(b []byte) {
	limit := d.opts.stringLimit()
	d.quotedAs(b[:min(len(b), limit)], len(b) > limit, HexAll)
}

// netlinkError writes an answer: an error, and the message that it is about, of which there may be the header
// only.
func (d *Decoder) netlinkError(b []byte, nlFlags uint64, protocol int) {
	const capped, attributes = 0x100, 0x200
	d.elem()
	rest := b[4:]
	inner := 0
	if len(rest) >= nlmsgHeader {
		inner = int(min(word(rest, 4), uint64(len(rest))))
		if nlFlags&capped != 0 || inner < nlmsgHeader {
			inner = nlmsgHeader
		}
	}
	tail := rest[min(len(rest), inner):]
	if len(tail) > 0 && inner > 0 {
		d.list()
		d.elem()
	}
	d.open()
	d.field("error")
	e := extend(word(b, 4), 4)
	if e < 0 && d.json {
		d.errno(int(-e))
	} else {
		d.status(int32(e))
	}
	if inner > 0 {
		d.field("msg")
		answer := d.filled
		d.filled = false // it is a question
		d.netlinkMessage(rest[:inner], protocol)
		d.filled = answer
	}
	d.close()
	if len(tail) > 0 && inner > 0 {
		d.elem()
		if nlFlags&attributes != 0 {
			d.attributes(tail, "acknowledgement", 0)
		} else {
			d.netlinkBytes(tail)
		}
		d.endList()
	}
}

// structBytes writes the struct of types.txt with this name.
func (d *Decoder) structBytes(name string, b []byte) {
	if s, ok := syscalls.StructByName(name); ok {
		d.fields(s, b)
	}
}
