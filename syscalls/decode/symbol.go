package decode

import (
	"bytes"
	"strings"

	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// numberForm is how the number of a constant is written where its name is not.
type numberForm uint8

const (
	inHex numberForm = iota
	inDec
	inUdec
	inOctal
)

// symbol begins a value that has a name. It writes the number, if Options.Constants wants it, and reports
// whether the caller is to write the name, with endSymbol behind it.
func (o *out) symbol(v uint64, form numberForm) bool {
	style := o.constants()
	if o.json || style == Names {
		return true
	}
	switch form {
	case inDec:
		o.dec(int64(v))
	case inUdec:
		o.udec(v)
	case inOctal:
		o.octalText(v)
	default:
		o.hexText(v)
	}
	if style == Numbers {
		return false
	}
	o.both(" /* ")
	return true
}

// constants says how constants are written here.
func (o *out) constants() Constants {
	if o.bare {
		return Names
	}
	return o.opt.Constants
}

func (o *out) endSymbol() {
	if !o.json && o.constants() == Verbose {
		o.both(" */")
	}
}

// name writes the name of a number.
func (o *out) name(v uint64, form numberForm, name string) {
	if o.symbol(v, form) {
		o.word(name)
		o.endSymbol()
	}
}

// constant writes the name of a number as a part of a word.
func (o *out) constant(v uint64, name string) {
	verbose := !o.json && o.constants() == Verbose
	if verbose {
		o.hexText(v)
		o.both(" /* ")
	}
	o.both(name)
	if verbose {
		o.both(" */")
	}
}

// flags writes v in the words of a table.
func (o *out) flags(t *flags.Table, v uint64) {
	if t == nil {
		o.hex(v)
		return
	}
	if o.json {
		start := len(o.b) + 1
		o.beginWord()
		o.b = t.Append(o.b, v)
		if end := bytes.Index(o.b[start:], []byte(" /*")); end >= 0 {
			o.b = o.b[:start+end]
		}
		o.endWord()
		return
	}
	bits := *t
	bits.Mask, bits.Values, bits.Zero = 0, nil, ""
	if t.Rest != "" {
		bits.Prefix = strings.Trim(t.Rest, "-")
	}
	switch {
	case o.constants() == Names && !t.Apart:
		o.b = t.Append(o.b, v)
	case t.Apart && t.Loose && !o.named(t, v):
		o.symbols(&bits, v)
	case t.Apart && t.Last && v&^t.Mask != 0:
		o.symbols(&bits, v&^t.Mask)
		o.both("|")
		o.symbols(t, v&t.Mask)
	case t.Apart && v&^t.Mask != 0:
		o.symbols(t, v&t.Mask)
		o.both("|")
		o.symbols(&bits, v&^t.Mask)
	case t.Octal != 0:
		if v&^t.Octal != 0 {
			bits.Octal = 0
			o.symbols(&bits, v&^t.Octal)
			o.both("|")
		}
		o.octalText(v & t.Octal)
	default:
		o.symbols(t, v)
	}
}

// named reports whether the enumerated field of v has a name.
func (o *out) named(t *flags.Table, v uint64) bool {
	_, ok := t.Name(v & t.Mask)
	return ok
}

// cloneFlags writes flags with a signal behind them.
func (o *out) cloneFlags(v uint64) {
	bits, sig := v&^0xff, int(v&0xff)
	if o.json {
		o.beginWord()
		start := len(o.b)
		if bits != 0 || sig == 0 {
			o.b = flags.Clone.Append(o.b, bits)
		}
		if sig != 0 {
			if len(o.b) > start {
				o.both("|")
			}
			o.b = flags.Signals.Append(o.b, uint64(sig))
		}
		if end := bytes.Index(o.b[start:], []byte(" /*")); end >= 0 {
			o.b = o.b[:start+end]
		}
		o.endWord()
		return
	}
	if bits != 0 || sig == 0 {
		o.flags(&flags.Clone, bits)
	}
	if sig != 0 {
		if bits != 0 {
			o.both("|")
		}
		o.signal(sig)
	}
}

// noted writes a number with what it means in a comment.
func (o *out) noted(t *flags.Table, v uint64) {
	if o.json {
		o.flags(t, v)
		return
	}
	o.hexText(v)
	if o.constants() != Numbers {
		o.both(" /* ")
		o.b = t.Append(o.b, v)
		o.both(" */")
	}
}

// symbols writes the number of flags and, if asked for, the words, unless nothing in it has one.
func (o *out) symbols(t *flags.Table, v uint64) {
	m, number, form := o.mark(), v, inHex
	if t.Decimal {
		number, form = uint64(int32(v)), inDec
	}
	if !o.symbol(number, form) {
		return
	}
	start := len(o.b)
	o.b = t.Append(o.b, v)
	if c := o.b[start]; c >= '0' && c <= '9' || c == '-' {
		o.back(m)
		o.b = t.Append(o.b, v)
		return
	}
	o.endSymbol()
}

func (o *out) signal(sig int) {
	if name := syscalls.SignalName(sig); name != "" {
		o.name(uint64(sig), inDec, name)
		return
	}
	o.dec(int64(sig))
}

// status writes what a call would return: an error as its name.
func (o *out) status(v int32) {
	name := syscalls.ErrnoName(int(-v))
	if v >= 0 || name == "" || o.json {
		o.dec(int64(v))
		return
	}
	if o.symbol(uint64(v), inDec) {
		o.both("-")
		o.both(name)
		o.endSymbol()
	}
}

// errno writes the name of an error's number, which is positive.
func (o *out) errno(e int) {
	if name := syscalls.ErrnoName(e); name != "" {
		o.name(uint64(e), inDec, name)
		return
	}
	o.dec(int64(e))
}

// handler writes a signal's handler, of a word of the program.
func (o *out) handler(v, minus1 uint64) {
	switch v {
	case 0:
		o.name(v, inHex, "SIG_DFL")
	case 1:
		o.name(v, inHex, "SIG_IGN")
	case minus1:
		o.name(v, inHex, "SIG_ERR")
	default:
		o.addr(v)
	}
}

// dev writes a device's number of the kernel's 32 or 64-bit form.
func (o *out) dev(v uint64) {
	if !o.symbol(v, inHex) {
		return
	}
	o.fn("makedev")
	o.fnArg("major")
	o.hex(v>>8&0xfff | v>>32&0xfffff000)
	o.fnArg("minor")
	o.hex(v&0xff | v>>12&0xffffff00)
	o.endFn()
	o.endSymbol()
}

// fileMode writes a mode with a file's type: "S_IFREG|0644".
func (o *out) fileMode(mode uint32) {
	name, ok := flags.FileTypes.Name(uint64(mode & 0xf000))
	if !ok && mode&0xf000 != 0 {
		o.octal(uint64(mode))
		return
	}
	if !o.symbol(uint64(mode), inOctal) {
		return
	}
	o.beginWord()
	if ok {
		o.both(name)
		o.both("|")
	}
	for _, bit := range [...]struct {
		bit  uint32
		name string
	}{{0o4000, "S_ISUID|"}, {0o2000, "S_ISGID|"}, {0o1000, "S_ISVTX|"}} {
		if mode&bit.bit != 0 {
			o.both(bit.name)
		}
	}
	o.octalText(uint64(mode & 0o777))
	o.endWord()
	o.endSymbol()
}
