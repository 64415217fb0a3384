package decode

// limit writes the limit of a resource, of 64 bits.
func (d *Decoder) limit(v uint64) {
	if v == ^uint64(0) {
		d.name(v, inUdec, "RLIM64_INFINITY")
		return
	}
	d.kilobytes(v)
}

// limit32 writes a limit of 32 bits.
func (d *Decoder) limit32(v uint64) {
	if v == 0xffffffff {
		d.name(v, inUdec, "RLIM_INFINITY")
		return
	}
	d.kilobytes(v)
}

func (d *Decoder) kilobytes(v uint64) {
	if d.json || v <= 1024 || v%1024 != 0 {
		d.udec(v)
		return
	}
	if d.symbol(v, inUdec) {
		d.udec(v / 1024)
		d.both("*1024")
		d.endSymbol()
	}
}
