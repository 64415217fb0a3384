package decode

import (
	"math/bits"
	"strconv"

	"utrace/syscalls/flags"
)

// The versions of capget(2)'s header: with 32 capabilities, and with 64 in two structs.
const (
	capVersion1 = 0x19980330
	capVersion2 = 0x20071026
	capVersion3 = 0x20080522
)

// capData writes the capabilities of struct __user_cap_data_struct: one or two of it, as the header before it
// says.
func (d *Decoder) capData(addr, _ uint64) bool {
	var version [1]uint64
	if !d.numbers(d.arg(0), 4, version[:]) {
		return false
	}
	var v [6]uint64
	n := 3
	switch version[0] {
	case capVersion1:
	case capVersion2, capVersion3:
		n = 6
	default:
		return false
	}
	if !d.numbers(addr, 4, v[:n]) {
		return false
	}
	d.open()
	for i, name := range [...]string{"effective", "permitted", "inheritable"} {
		d.field(name)
		d.capabilities(v[i] | v[i+3]<<32)
	}
	d.close()
	return true
}

// capabilities writes a set of them.
func (d *Decoder) capabilities(set uint64) {
	if set == 0 || !d.symbol(set, inHex) {
		d.zeroCapabilities(set)
		return
	}
	d.beginWord()
	for first := true; set != 0; first = false {
		i := bits.TrailingZeros64(set)
		set &^= 1 << i
		if !first {
			d.both("|")
		}
		d.text("1<<")
		if name, ok := flags.Capabilities.Name(uint64(i)); ok {
			d.both(name)
		} else {
			d.b = strconv.AppendInt(d.b, int64(i), 10)
		}
	}
	d.endWord()
	d.endSymbol()
}

// zeroCapabilities writes a set that has no words: it is empty, or its number is written already.
func (d *Decoder) zeroCapabilities(set uint64) {
	if set == 0 {
		d.word("0")
	}
}
