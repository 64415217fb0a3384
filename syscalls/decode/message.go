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

// msghdr writes a message; for one received, as many bytes as the result says.
func (d *Decoder) msghdr(addr uint64) {
	var m [7]uint64 // name, namelen, iov, iovlen, control, controllen, flags
	if !d.words(addr, m[:]) {
		d.addr(addr)
		return
	}
	name := uint64(uint32(m[1]))
	d.open()
	if d.filled && d.failed() {
		d.field("msg_namelen")
		d.udec(name)
		d.close()
		return
	}
	left := ^uint64(0)
	if d.filled {
		left = uint64(max(0, d.result))
	}
	d.field("msg_name")
	if name == 0 {
		d.addr(m[0])
	} else {
		d.sockaddr(m[0], name)
	}
	d.field("msg_namelen")
	d.udec(name)
	d.field("msg_iov")
	d.iovec(m[2], m[3], left)
	d.field("msg_iovlen")
	d.udec(m[3])
	if m[5] != 0 {
		d.field("msg_control")
		d.addr(m[4])
	}
	d.field("msg_controllen")
	d.udec(m[5])
	d.field("msg_flags")
	d.flags(&flags.Msg, uint64(uint32(m[6])))
	d.close()
}
