package decode

import "utrace/syscalls/flags"

// iovec writes n buffers with what is in the first left bytes of them; with left 0 their addresses.
func (d *Decoder) iovec(addr, n, left uint64) {
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
			d.bytes(v[0], filled)
			left -= filled
		} else {
			d.addr(v[0])
		}
		d.field("iov_len")
		d.udec(v[1])
		d.close()
		return true
	})
}

// message is a struct msghdr.
type message struct{ name, namelen, iov, iovlen, control, controllen, flags uint64 }

// messageSize is the size of a struct msghdr.
func (d *Decoder) messageSize() uint64 { return 7 * uint64(d.wordSize()) }

func (d *Decoder) messageAt(addr uint64) (message, bool) {
	var m [7]uint64
	ok := d.words(addr, m[:])
	return message{m[0], uint64(uint32(m[1])), m[2], m[3], m[4], m[5], uint64(uint32(m[6]))}, ok
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
	left := ^uint64(0)
	if d.filled {
		left = uint64(max(0, d.result))
	}
	d.message(m, left)
}

// message writes a message of which the first left bytes are of interest.
func (d *Decoder) message(m message, left uint64) {
	d.open()
	d.field("msg_name")
	if m.namelen == 0 {
		d.addr(m.name)
	} else {
		d.sockaddr(m.name, m.namelen)
	}
	d.field("msg_namelen")
	d.udec(m.namelen)
	d.field("msg_iov")
	d.iovec(m.iov, m.iovlen, left)
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
	size := (d.messageSize() + 4 + uint64(d.wordSize()) - 1) &^ (uint64(d.wordSize()) - 1)
	i := uint64(0)
	d.elements(addr, n, int(size), func(d *Decoder, at uint64) bool {
		m, ok := d.messageAt(at)
		var sent [1]uint64
		if !ok || !d.numbers(at+d.messageSize(), 4, sent[:]) {
			return false
		}
		left := ^uint64(0)
		if received {
			left = sent[0]
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
