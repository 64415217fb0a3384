package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// Control messages of sockets, cmsg(3).

const (
	solIP     = 0
	solSocket = 1

	mostControl = 256 // control messages that are shown
)

// controlMessages writes the control messages in n bytes at addr.
func (d *Decoder) controlMessages(addr, n uint64) {
	word := uint64(d.wordSize())
	header := word + 8
	if n < header {
		d.addr(addr)
		return
	}
	start := d.mark()
	d.list()
	for i, at := 0, addr; ; i++ {
		b, ok := d.fetch(at, int(header))
		left := addr + n - at
		switch {
		case left < header || left > n:
			d.endList()
			return
		case i >= mostControl:
			d.restOfList()
			d.endList()
			return
		case !ok && i == 0:
			d.back(start)
			d.addr(addr)
			return
		case !ok:
			d.brokenList(at)
			d.endList()
			return
		}
		length := d.wordOf(b)
		d.elem()
		d.controlMessage(b, at+header, min(length, left))
		if length < header {
			if left > header {
				d.brokenList(at + header)
			}
			d.endList()
			return
		}
		at += (min(length, left) + word - 1) &^ (word - 1)
	}
}

// wordOf is the word of the caller at the beginning of b.
func (d *Decoder) wordOf(b []byte) uint64 { return word(b, d.wordSize()) }

// controlMessage writes one, whose header is b. Its data is at addr, and length counts both.
func (d *Decoder) controlMessage(b []byte, addr, length uint64) {
	size := d.wordSize()
	level, kind := word(b[size:], 4), word(b[size+4:], 4)
	d.open()
	d.field("cmsg_len")
	d.udec(d.wordOf(b))
	d.field("cmsg_level")
	d.flags(&flags.MessageLevels, level)
	d.field("cmsg_type")
	switch level {
	case solSocket:
		d.flags(&flags.ControlMessages, kind)
	case solIP:
		d.flags(&flags.IPControlMessages, kind)
	default:
		d.hex(kind)
	}
	if n := length - uint64(len(b)); length > uint64(len(b)) {
		d.controlData(level, kind, addr, n)
	}
	d.close()
}

// controlData writes the n bytes of a control message, if it is known what they are.
func (d *Decoder) controlData(level, kind, addr, n uint64) {
	c := controlKindOf(level, kind)
	if c.write == nil || n < c.least {
		if c.timestamp {
			d.field("cmsg_data")
			d.word("???")
		}
		return
	}
	d.field("cmsg_data")
	m := d.mark()
	if !c.write(d, addr, n) {
		d.back(m)
		d.addr(addr)
	}
}

// controlKind is what a control message is: the least bytes that it has, and what writes them.
type controlKind struct {
	least     uint64
	timestamp bool // one that says so if it is too short
	write     func(d *Decoder, addr, n uint64) bool
}

// controlKindOf returns what a control message is.
func controlKindOf(level, kind uint64) controlKind {
	switch level<<32 | kind {
	case solSocket<<32 | 1: // SCM_RIGHTS
		return controlKind{4, false, (*Decoder).controlFDs}
	case solSocket<<32 | 2: // SCM_CREDENTIALS
		return controlKind{12, false, controlStruct("ucred")}
	case solSocket<<32 | 3: // SCM_SECURITY
		return controlKind{1, false, (*Decoder).controlText}
	case solSocket<<32 | 29: // SO_TIMESTAMP_OLD
		return controlKind{16, true, controlStruct("timeval64")}
	case solSocket<<32 | 35: // SO_TIMESTAMPNS_OLD
		return controlKind{16, true, controlStruct("timespec64")}
	case solSocket<<32 | 37: // SO_TIMESTAMPING_OLD
		return controlKind{48, true, (*Decoder).controlTimestamps}
	case solSocket<<32 | 63: // SO_TIMESTAMP_NEW
		return controlKind{16, true, controlStruct("timeval64")}
	case solSocket<<32 | 64: // SO_TIMESTAMPNS_NEW
		return controlKind{16, true, controlStruct("timespec64")}
	case solSocket<<32 | 65: // SO_TIMESTAMPING_NEW
		return controlKind{48, true, (*Decoder).controlTimestamps}
	case solIP<<32 | 1: // IP_TOS
		return controlKind{1, false, (*Decoder).controlBytes}
	case solIP<<32 | 2: // IP_TTL
		return controlKind{4, false, (*Decoder).controlInts}
	case solIP<<32 | 3: // SCM_SECURITY
		return controlKind{1, false, (*Decoder).controlText}
	case solIP<<32 | 6: // IP_RECVOPTS
		return controlKind{1, false, (*Decoder).controlBytes}
	case solIP<<32 | 7: // IP_RETOPTS
		return controlKind{1, false, (*Decoder).controlBytes}
	case solIP<<32 | 8: // IP_PKTINFO
		return controlKind{12, false, controlStruct("in_pktinfo")}
	case solIP<<32 | 11: // IP_RECVERR
		return controlKind{32, false, (*Decoder).controlError}
	case solIP<<32 | 20: // IP_ORIGDSTADDR
		return controlKind{16, false, (*Decoder).controlSockaddr}
	case solIP<<32 | 23: // IP_CHECKSUM
		return controlKind{4, false, (*Decoder).controlUints}
	case solIP<<32 | 25: // IP_RECVFRAGSIZE
		return controlKind{4, false, (*Decoder).controlInts}
	}
	return controlKind{}
}

// controlStruct returns what writes a struct of types.txt.
func controlStruct(name string) func(d *Decoder, addr, n uint64) bool {
	return func(d *Decoder, addr, _ uint64) bool { return d.structNamed(name, addr) }
}

// structNamed writes the struct of types.txt with this name.
func (d *Decoder) structNamed(name string, addr uint64) bool {
	s, ok := syscalls.StructByName(name)
	if !ok {
		return false
	}
	b, ok := d.fetch(addr, d.sizeOf(s))
	if ok {
		d.fields(s, b)
	}
	return ok
}

func (d *Decoder) controlFDs(addr, n uint64) bool {
	d.elements(addr, n/4, 4, func(d *Decoder, at uint64) bool {
		return d.unboxed(at, 4, func(v uint64) { d.fd(int32(v)) })
	})
	return true
}

func (d *Decoder) controlInts(addr, n uint64) bool {
	d.elements(addr, n/4, 4, func(d *Decoder, at uint64) bool {
		return d.unboxed(at, 4, func(v uint64) { d.dec(int64(int32(v))) })
	})
	return true
}

func (d *Decoder) controlUints(addr, n uint64) bool {
	d.elements(addr, n/4, 4, func(d *Decoder, at uint64) bool { return d.unboxed(at, 4, d.udec) })
	return true
}

func (d *Decoder) controlBytes(addr, n uint64) bool {
	d.elements(addr, n, 1, func(d *Decoder, at uint64) bool { return d.unboxed(at, 1, d.hex) })
	return true
}

func (d *Decoder) controlText(addr, n uint64) bool {
	d.bytes(addr, n)
	return true
}

func (d *Decoder) controlTimestamps(addr, _ uint64) bool {
	d.elements(addr, 3, 16, func(d *Decoder, at uint64) bool { return d.structNamed("timespec64", at) })
	return true
}

func (d *Decoder) controlSockaddr(addr, n uint64) bool {
	d.sockaddr(addr, min(n, 16))
	return true
}

// controlError writes struct sock_extended_err and the address of who is to blame behind it.
func (d *Decoder) controlError(addr, _ uint64) bool {
	b, ok := d.fetch(addr, 32)
	if !ok {
		return false
	}
	d.open()
	d.field("ee_errno")
	d.udec(word(b, 4))
	for i, name := range [...]string{"ee_origin", "ee_type", "ee_code"} {
		d.field(name)
		d.udec(uint64(b[4+i]))
	}
	d.field("ee_info")
	d.udec(word(b[8:], 4))
	d.field("ee_data")
	d.udec(word(b[12:], 4))
	d.field("offender")
	d.sockaddrBytes(b[16:])
	d.close()
	return true
}
