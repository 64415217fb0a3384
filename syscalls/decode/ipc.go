package decode

// msgbuf writes a message of System V: its type, and its text, n bytes. Of one that was received strace shows
// the whole room.
func (d *Decoder) msgbuf(addr, n uint64) bool {
	size := uint64(d.wordSize())
	var kind [1]uint64
	if !d.words(addr, kind[:]) {
		return false
	}
	d.open()
	d.field("mtype")
	d.dec(d.sign(kind[0]))
	d.field("mtext")
	if d.json && d.filled {
		n = d.returned(n)
	}
	d.bytes(addr+size, n)
	d.close()
	return true
}
