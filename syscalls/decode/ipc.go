package decode

// msgbuf writes a message of System V: its type, and n bytes of text, or as many as were received.
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
	d.bytes(addr+size, d.count(n))
	d.close()
	return true
}
