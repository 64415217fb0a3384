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

const hexDigits = "0123456789abcdef"

// AppendQuoted appends a string as C writes it, without quotes around it. The bytes of also are escaped
// too, beside the quote: they end the string.
func AppendQuoted(dst, s []byte, style StringStyle, also string) []byte {
	if style == HexAll || style == HexNonASCII && !printable(s) {
		for _, c := range s {
			dst = appendHexByte(dst, c)
		}
		return dst
	}
	const most = 4 // bytes for one
	dst = slices.Grow(dst, most*len(s))
	for i, c := range s {
		switch e := escapes[c]; {
		case e == 0 && (also == "" || !contains(also, c)):
			dst = append(dst, c)
		case e > 1:
			dst = append(dst, '\\', e)
		case style == HexNonASCIIChars:
			dst = appendHexByte(dst, c)
		default:
			dst = appendOctal(dst, c, i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '7')
		}
	}
	return dst
}

// escapes has for each byte what C writes for it behind a backslash, 1 for a number, 0 for one that stands for
// itself.
var escapes = func() (table [256]byte) {
	for c := range table {
		if !isPrint(byte(c)) {
			table[c] = 1
		}
	}
	for _, pair := range [...]string{"\ff", "\nn", "\rr", "\tt", "\vv", `""`, `\\`} {
		table[pair[0]] = pair[1]
	}
	return table
}()

func contains(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

func isPrint(c byte) bool { return c >= ' ' && c < 0x7f }

func printable(s []byte) bool {
	for _, c := range s {
		if escapes[c] == 1 {
			return false
		}
	}
	return true
}

func appendHexByte(dst []byte, c byte) []byte {
	return append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
}

// appendOctal appends as few digits as tell c from what follows.
func appendOctal(dst []byte, c byte, digitFollows bool) []byte {
	dst = append(dst, '\\')
	if digitFollows || c >= 0o100 {
		dst = append(dst, '0'+c>>6)
	}
	if digitFollows || c >= 0o10 {
		dst = append(dst, '0'+c>>3&7)
	}
	return append(dst, '0'+c&7)
}

// AppendJSON appends a JSON string of valid UTF-8, with its quotes.
func AppendJSON(dst, s []byte) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); i++ {
		n := plainJSON(s[i:])
		dst = append(dst, s[i:i+n]...)
		if i += n; i == len(s) {
			break
		}
		switch c := s[i]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(dst, '"')
}

func plainJSON(s []byte) int {
	for i, c := range s {
		if c < ' ' || c == 0x7f || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}
