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

// capabilities writes a set of them, which the struct has in two halves.
func (d *Decoder) capabilities(set uint64) {
	low, high := set&0xffffffff, set>>32
	switch {
	case set == 0:
		d.word("0")
	case d.json:
		d.beginWord()
		d.capabilityNames(set, 0)
		d.endWord()
	case low != 0 && high != 0:
		d.capabilityHalf(low, 0)
		d.both("|")
		d.capabilityHalf(high, 32)
	default:
		d.capabilityHalf(low, 0)
		d.capabilityHalf(high, 32)
	}
}

func (d *Decoder) capabilityHalf(half uint64, first int) {
	if half != 0 && d.symbol(half, inHex) {
		d.capabilityNames(half, first)
		d.endSymbol()
	}
}

// capabilityNames writes the names of a set, whose bit 0 is the capability first.
func (d *Decoder) capabilityNames(set uint64, first int) {
	for some := false; set != 0; some = true {
		i := bits.TrailingZeros64(set)
		set &^= 1 << i
		if some {
			d.both("|")
		}
		d.text("1<<")
		if name, ok := flags.Capabilities.Name(uint64(first + i)); ok {
			d.both(name)
		} else {
			d.b = strconv.AppendInt(d.b, int64(first+i), 10)
		}
	}
}
