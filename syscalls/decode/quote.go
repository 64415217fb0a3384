package decode

import "slices"

// StringStyle says which bytes of a string are written in hexadecimal.
type StringStyle uint8

const (
	Octal            StringStyle = iota // none: what is not printable is in octal, or has a letter
	HexNonASCII                         // the whole string, if something in it is not printable: -x
	HexAll                              // every string: -xx
	HexNonASCIIChars                    // the characters that are not printable: --strings-in-hex=non-ascii-chars
)

// AppendQuoted appends a string as C writes it, without quotes around it. The bytes of also are escaped
// too, beside the quote: they end the string.
func AppendQuoted(dst, s []byte, style StringStyle, also string) []byte {
	table, number := &octalText, &octal
	switch {
	case style == HexAll, style == HexNonASCII && !printable(s):
		table = &hex
	case style == HexNonASCIIChars:
		table, number = &hexText, &hex
	}
	// Traces may be gigabytes of this: forms are copied whole, into room for the longest.
	n, b := len(dst), slices.Grow(dst, len(form{}.text)*len(s))
	b = b[:cap(b)]
	for i, c := range s {
		f := &table[c]
		if f.n == 1 {
			if also == "" || !contains(also, c) {
				b[n] = c
				n++
				continue
			}
			f = &number[c]
		}
		if f.open && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '7' {
			f = &wholeOctal[c]
		}
		*(*[4]byte)(b[n:]) = f.text
		n += int(f.n)
	}
	return b[:n]
}

// form is what is written for a byte.
type form struct {
	text [4]byte
	n    uint8 // of text
	open bool  // a digit behind it would belong to it
}

func formOf(text ...byte) (f form) {
	f.n = uint8(copy(f.text[:], text))
	return f
}

// What is written for each byte.
var (
	hex        = forms(hexForm)
	octal      = forms(func(c byte) form { return octalForm(c, false) }) // as few digits as tell it
	wholeOctal = forms(func(c byte) form { return octalForm(c, true) })
	hexText    = forms(func(c byte) form { return textForm(c, hexForm(c)) })
	octalText  = forms(func(c byte) form { return textForm(c, octalForm(c, false)) })
)

func forms(of func(byte) form) (table [256]form) {
	for c := range table {
		table[c] = of(byte(c))
	}
	return table
}

const hexDigits = "0123456789abcdef"

func hexForm(c byte) form { return formOf('\\', 'x', hexDigits[c>>4], hexDigits[c&15]) }

func octalForm(c byte, whole bool) form {
	f := form{text: [4]byte{'\\', '0' + c>>6, '0' + c>>3&7, '0' + c&7}, n: 4}
	switch {
	case whole || c >= 0o100:
	case c >= 0o10:
		f = formOf('\\', f.text[2], f.text[3])
		f.open = true
	default:
		f = formOf('\\', f.text[3])
		f.open = true
	}
	return f
}

// textForm is the byte itself, if it is printable, or a letter behind a backslash; else number.
func textForm(c byte, number form) form {
	for _, pair := range [...]string{"\ff", "\nn", "\rr", "\tt", "\vv", `""`, `\\`} {
		if c == pair[0] {
			return formOf('\\', pair[1])
		}
	}
	if isPrint(c) {
		return formOf(c)
	}
	return number
}

func contains(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

func isPrint(c byte) bool { return c >= ' ' && c < 0x7f }

// printable reports whether all of s are printable, or have a letter.
func printable(s []byte) bool {
	for _, c := range s {
		if f := &octalText[c]; f.text[0] == '\\' && f.text[1] >= '0' && f.text[1] <= '9' {
			return false
		}
	}
	return true
}

// AppendJSON appends a JSON string of valid UTF-8, with its quotes.
func AppendJSON(dst, s []byte) []byte {
	const most, copied = len(`\u0000`), len(jsonForm{}.text)
	dst = append(dst, '"')
	n, b := len(dst), slices.Grow(dst, most*len(s)+copied)
	b = b[:cap(b)]
	for _, c := range s {
		f := &jsonForms[c]
		if f.n == 1 {
			b[n] = c
			n++
			continue
		}
		*(*[copied]byte)(b[n:]) = f.text
		n += int(f.n)
	}
	return append(b[:n], '"')
}

// jsonForm is what JSON has for a byte; 8 bytes are copied as fast as one.
type jsonForm struct {
	text [8]byte
	n    uint8
}

var jsonForms = func() (table [256]jsonForm) {
	for i := range table {
		c := byte(i)
		text := []byte{c}
		switch {
		case c == '"', c == '\\':
			text = []byte{'\\', c}
		case c == '\n':
			text = []byte(`\n`)
		case c == '\t':
			text = []byte(`\t`)
		case c == '\r':
			text = []byte(`\r`)
		case c < ' ', c == 0x7f:
			text = []byte{'\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15]}
		}
		table[i].n = uint8(copy(table[i].text[:], text))
	}
	return table
}()
