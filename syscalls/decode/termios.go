package decode

import "utrace/syscalls/flags"

// termiosForm is one of the structs of a terminal's modes.
type termiosForm struct {
	mode   int // bytes of each of the four modes
	chars  int // special characters
	speeds bool
}

// termios writes struct termios of the kernel, termio its ancestor, and termios2 the one that knows every speed.
func (d *Decoder) termios(addr, _ uint64) bool  { return d.termiosOf(addr, termiosForm{4, 19, false}) }
func (d *Decoder) termio(addr, _ uint64) bool   { return d.termiosOf(addr, termiosForm{2, 8, false}) }
func (d *Decoder) termios2(addr, _ uint64) bool { return d.termiosOf(addr, termiosForm{4, 19, true}) }

func (d *Decoder) termiosOf(addr uint64, form termiosForm) bool {
	size := 4*form.mode + 1 + form.chars
	if form.speeds {
		size += 8
	}
	b, ok := d.fetch(addr, size)
	if !ok {
		return false
	}
	mode := func(i int) uint64 { return word(b[i*form.mode:], form.mode) }
	d.open()
	d.field("c_iflag")
	d.modes(mode(0), &flags.TermiosInput)
	d.field("c_oflag")
	d.modes(mode(1), &flags.TermiosOutput, &flags.TermiosNewline, &flags.TermiosReturn, &flags.TermiosTab,
		&flags.TermiosBackspace, &flags.TermiosVertical, &flags.TermiosFormfeed)
	d.field("c_cflag")
	d.modes(mode(2), &flags.TermiosControl, &flags.TermiosSpeed, &flags.TermiosSize)
	d.field("c_lflag")
	d.modes(mode(3), &flags.TermiosLocal)
	if !d.full {
		d.rest()
		d.close()
		return true
	}
	b = b[4*form.mode:]
	d.field("c_line")
	d.flags(&flags.LineDisciplines, uint64(b[0]))
	d.field("c_cc")
	d.specialChars(b[1 : 1+form.chars])
	if form.speeds {
		d.field("c_ispeed")
		d.udec(word(b[1+form.chars:], 4))
		d.field("c_ospeed")
		d.udec(word(b[5+form.chars:], 4))
	}
	d.close()
	return true
}

// modes writes a terminal's mode: the fields in it, each with its name, and then the bits. There is a "|"
// behind a field even if no bit follows.
func (d *Decoder) modes(v uint64, bits *flags.Table, fields ...*flags.Table) {
	if !d.json && d.opts.Constants != Names {
		for _, f := range fields {
			d.flags(f, v&f.Mask)
			d.both("|")
			v &^= f.Mask
		}
		if v != 0 {
			d.flags(bits, v)
		}
		return
	}
	d.beginWord()
	for _, f := range fields {
		d.b = f.Append(d.b, v&f.Mask)
		d.both("|")
		v &^= f.Mask
	}
	if v != 0 {
		d.b = bits.Append(d.b, v)
	}
	d.endWord()
}

// specialChars writes the special characters by their index.
func (d *Decoder) specialChars(b []byte) {
	d.list()
	for i, c := range b {
		d.elem()
		if name, ok := flags.TermiosChars.Name(uint64(i)); ok && !d.json {
			d.both("[")
			d.both(name)
			d.both("]=")
		} else if !d.json {
			d.both("[")
			d.udec(uint64(i))
			d.both("]=")
		}
		d.hex(uint64(c))
	}
	d.endList()
}
