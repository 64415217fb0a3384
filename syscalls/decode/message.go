package decode

import "utrace/syscalls/flags"

// unlimited is how many bytes of buffers are shown where no result says how many there are.
const unlimited = ^uint64(0)

// iovec writes n buffers with what is in the first left bytes of them; with left 0 their addresses.
func (d *Decoder) iovec(addr, n, left uint64) { d.iovecOf(addr, n, left, (*Decoder).bytes) }

// iovecOf is iovec for buffers of which write writes the contents.
func (d *Decoder) iovecOf(addr, n, left uint64, write func(d *Decoder, addr, n uint64)) {
	contents := left > 0
	d.elements(addr, n, 2*d.wordSize(), func(d *Decoder, at uint64) bool {
		var v [2]uint64
		if !d.words(at, v[:]) {
			return false
		}
		d.open()
		d.field("iov_base")
		if contents {
			filled := min(v[1], left)
			write(d, v[0], filled)
			if left != unlimited {
				left -= filled
			}
		} else {
			d.addr(v[0])
		}
		d.field("iov_len")
		d.udec(v[1])
		d.close()
		return true
	})
}

// message is a struct msghdr. room is what namelen was at entry.
type message struct{ name, namelen, iov, iovlen, control, controllen, flags, room uint64 }

// messageSize is the size of a struct msghdr.
func (d *Decoder) messageSize() uint64 { return 7 * uint64(d.wordSize()) }

// mmsgSize is the size of a struct mmsghdr.
func (d *Decoder) mmsgSize() uint64 {
	word := uint64(d.wordSize())
	return (d.messageSize() + 4 + word - 1) &^ (word - 1)
}

func (d *Decoder) messageAt(addr uint64) (message, bool) {
	var m [7]uint64
	ok := d.words(addr, m[:])
	namelen := uint64(uint32(m[1]))
	return message{m[0], namelen, m[2], m[3], m[4], m[5], uint64(uint32(m[6])), namelen}, ok
}

// msghdr writes a message; for one received, as many bytes as the result says.
func (d *Decoder) msghdr(addr uint64) {
	m, ok := d.messageAt(addr)
	if !ok {
		d.addr(addr)
		return
	}
	if d.filled && d.failed() {
		d.open()
		d.field("msg_namelen")
		d.udec(m.namelen)
		d.close()
		return
	}
	left := unlimited
	if d.filled {
		left = uint64(max(0, d.result))
		m.room = d.nameRoom(0, m.namelen)
	}
	d.message(m, left)
}

// saveNameRooms notes how much room for a name n messages have, before the kernel writes over it.
func (d *Decoder) saveNameRooms(addr, n, size uint64) {
	d.nameRooms = d.nameRooms[:0]
	for i := range min(n, d.most()) {
		var v [1]uint64
		if !d.numbers(addr+i*size+uint64(d.wordSize()), 4, v[:]) {
			return
		}
		d.nameRooms = append(d.nameRooms, uint32(v[0]))
	}
}

// nameRoom is how much room message i had at entry, and now if that was not seen.
func (d *Decoder) nameRoom(i, now uint64) uint64 {
	if i < uint64(len(d.nameRooms)) {
		return uint64(d.nameRooms[i])
	}
	return now
}

// message writes a message of which the first left bytes are of interest.
func (d *Decoder) message(m message, left uint64) {
	d.open()
	d.field("msg_name")
	if m.namelen == 0 {
		d.addr(m.name)
	} else {
		d.sockaddr(m.name, min(m.namelen, m.room))
	}
	d.field("msg_namelen")
	if m.room == m.namelen {
		d.udec(m.namelen)
	} else {
		d.was()
		d.udec(m.room)
		d.now()
		d.udec(m.namelen)
		d.endChange()
	}
	d.field("msg_iov")
	if d.namesNetlink(m) {
		d.iovecOf(m.iov, m.iovlen, left, (*Decoder).netlinkData)
	} else {
		d.iovec(m.iov, m.iovlen, left)
	}
	d.field("msg_iovlen")
	d.udec(m.iovlen)
	if m.controllen != 0 {
		d.field("msg_control")
		d.controlMessages(m.control, m.controllen)
	}
	d.field("msg_controllen")
	d.udec(m.controllen)
	d.field("msg_flags")
	d.flags(&flags.Msg, m.flags)
	d.close()
}

// namesNetlink reports whether a message goes to or comes from an address of netlink.
func (d *Decoder) namesNetlink(m message) bool {
	const afNetlink = 16
	if m.namelen < 2 {
		return false
	}
	var family [1]uint64
	return d.numbers(m.name, 2, family[:]) && family[0] == afNetlink
}

// mmsghdrs writes n messages: of those sent the first, as many as the result says, have a length; of those
// received there are no others.
func (d *Decoder) mmsghdrs(addr, n uint64) {
	received := d.call.Name != "sendmmsg"
	done := uint64(max(0, d.result))
	switch {
	case received && d.failed():
		d.addr(addr)
		return
	case received:
		n = min(n, done)
	}
	i := uint64(0)
	d.elements(addr, n, int(d.mmsgSize()), func(d *Decoder, at uint64) bool {
		m, ok := d.messageAt(at)
		var sent [1]uint64
		if !ok || !d.numbers(at+d.messageSize(), 4, sent[:]) {
			return false
		}
		left := unlimited
		if received {
			left, m.room = sent[0], d.nameRoom(i, m.namelen)
		}
		d.open()
		d.field("msg_hdr")
		d.message(m, left)
		if i < done {
			d.field("msg_len")
			d.udec(sent[0])
		}
		d.close()
		i++
		return true
	})
}
