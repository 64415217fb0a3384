package decode

import (
	"utrace/syscalls/flags"
)

// Requests of ioctl(2) of the console and of what one types on.

// pitRate is how often the clock of the loudspeaker ticks in a second, PIT_TICK_RATE of linux/timex.h.
const pitRate = 1193182

// tone writes how KDMKTONE beeps: for how long, and how many ticks apart.
func (d *Decoder) tone(v uint32) {
	ms, period := v>>16, v&0xffff
	if d.json {
		d.open()
		d.field("ms")
		d.udec(uint64(ms))
		d.field("period")
		d.udec(uint64(period))
		d.close()
		return
	}
	if ms != 0 {
		d.udec(uint64(ms))
		d.both("<<16|")
	}
	d.udec(uint64(period))
	if d.opts.Constants == Numbers {
		return
	}
	if ms == 0 || period == 0 {
		d.comment("off")
		return
	}
	d.both(" /* ")
	d.udec(uint64(pitRate / period))
	d.both(" Hz, ")
	d.udec(uint64(ms))
	d.both(" ms */")
}

// sound writes how many ticks apart KIOCSOUND beeps.
func (d *Decoder) sound(period uint64) {
	d.udec(period)
	if d.json || d.opts.Constants == Numbers {
		return
	}
	if period == 0 || period > pitRate {
		d.comment("off")
		return
	}
	d.both(" /* ")
	d.udec(pitRate / period)
	d.both(" Hz */")
}

// consoleFontOp writes struct console_font_op. What its members mean depends on the operation.
func (d *Decoder) consoleFontOp(addr, _ uint64) bool {
	const set, setDefault, restore = 0, 2, 3
	size := 24
	if d.wordSize() == 8 {
		size = 32
	}
	b, ok := d.fetch(addr, size)
	if !ok {
		return false
	}
	op, data := word(b, 4), word(b[size-d.wordSize():], d.wordSize())
	width, height, count := word(b[8:], 4), word(b[12:], 4), word(b[16:], 4)
	number := func(name string, v uint64) {
		d.field(name)
		d.udec(v)
	}
	d.open()
	d.field("op")
	d.flags(&flags.ConsoleFontOps, op)
	if op == restore {
		number("height", height)
		d.close()
		return true
	}
	if op != setDefault {
		d.field("flags")
		d.flags(&flags.ConsoleFontFlags, word(b[4:], 4))
	}
	number("width", width)
	number("height", height)
	if op != setDefault {
		number("charcount", count)
	}
	d.field("data")
	switch {
	case data == 0:
		d.addr(data)
	case op == set:
		d.binaryAt(data, fontBytes(width, height, count))
	case op == setDefault: // the name of a font
		d.str(data, d.opts.stringLimit())
	default:
		d.addr(data)
	}
	d.close()
	return true
}

// fontBytes is the size of a font: each line of a character has whole bytes, and a character room for 32 lines
// or, if it is higher, for as many as it has.
func fontBytes(width, height, count uint64) uint64 {
	const lines = 32
	return (width + 7) / 8 * max(height, lines) * count
}

// inputKeycode writes what EVIOCSKEYCODE passes: a scan code, and the key that it is.
func (d *Decoder) inputKeycode(addr, _ uint64) bool {
	var v [2]uint64
	if !d.numbers(addr, 4, v[:]) {
		return false
	}
	d.list()
	d.elem()
	d.udec(v[0])
	d.elem()
	d.flags(&flags.InputKeys, v[1])
	d.endList()
	return true
}

// uffdioAPI writes struct uffdio_api: the features that are asked for, those that there are, and the requests. The
// kernel clears it if it refuses.
func (d *Decoder) uffdioAPI(addr, _ uint64) bool {
	var v [3]uint64
	if !d.numbers(addr, 8, v[:]) {
		return false
	}
	features, asked := v[1], d.saved[3]
	d.open()
	d.field("api")
	d.hex(d.saved[2])
	d.field("features")
	if changed := !d.failed() && asked != features; changed {
		d.was()
		d.flags(&flags.UffdFeatures, asked)
		d.now()
		d.text("features=")
		d.flags(&flags.UffdFeatures, features)
		d.endChange()
	} else {
		d.flags(&flags.UffdFeatures, asked)
	}
	if !d.failed() {
		d.field("ioctls")
		d.flags(&flags.UffdIoctls, v[2])
	}
	d.close()
	return true
}
