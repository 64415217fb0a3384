package decode

import "utrace/syscalls/flags"

// keySerial writes the number of a key, or of the keyrings that go by a name.
func (d *Decoder) keySerial(v uint64) {
	if name, ok := flags.KeySerial.Name(uint64(uint32(v))); ok {
		d.nameSigned(int64(int32(v)), name)
		return
	}
	d.dec(int64(int32(v)))
}

// keyCapabilities writes what KEYCTL_CAPABILITIES found: flags by the byte.
func (d *Decoder) keyCapabilities(addr, n uint64) bool {
	n = d.returned(n)
	b, ok := d.fetch(addr, int(min(n, d.most())))
	if !ok {
		return false
	}
	d.list()
	for i, v := range b {
		d.elem()
		switch i {
		case 0:
			d.flags(&flags.KeyCapabilities0, uint64(v))
		case 1:
			d.flags(&flags.KeyCapabilities1, uint64(v))
		default:
			d.hex(uint64(v))
		}
	}
	if n > uint64(len(b)) {
		d.restOfList()
	}
	d.endList()
	return true
}

// keyIn writes what is to be encrypted, decrypted, signed or verified: struct keyctl_pkey_params, in the
// argument before the last two, says how much of it there is.
func (d *Decoder) keyIn(addr, _ uint64) bool { return d.keyData(addr, 4) }

// keyIn2 writes the signature that is to be verified.
func (d *Decoder) keyIn2(addr, _ uint64) bool { return d.keyData(addr, 8) }

// keyText writes the text that a key has, of which the call says how long it is. There may be less room for it.
func (d *Decoder) keyText(addr, n uint64) bool {
	n = d.returned(n)
	if n > 0 {
		if last, ok := d.fetch(addr+n-1, 1); ok && last[0] == 0 {
			n--
		}
	}
	d.bytes(addr, n)
	return true
}

func (d *Decoder) keyData(addr, lengthAt uint64) bool {
	var n [1]uint64
	if !d.numbers(d.arg(1)+lengthAt, 4, n[:]) {
		return false
	}
	d.bytes(addr, n[0])
	return true
}
