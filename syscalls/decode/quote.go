package decode

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
// too: they end the string.
func AppendQuoted(dst, s []byte, style StringStyle, also string) []byte {
	if style == HexAll || style == HexNonASCII && !printable(s) {
		for _, c := range s {
			dst = appendHexByte(dst, c)
		}
		return dst
	}
	for i, c := range s {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case letter(c) != 0:
			dst = append(dst, '\\', letter(c))
		case isPrint(c) && !contains(also, c):
			dst = append(dst, c)
		case style == HexNonASCIIChars:
			dst = appendHexByte(dst, c)
		default:
			dst = appendOctal(dst, c, i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '7')
		}
	}
	return dst
}

func contains(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

// letter is what C writes for a character behind a backslash, or 0.
func letter(c byte) byte {
	switch c {
	case '\f':
		return 'f'
	case '\n':
		return 'n'
	case '\r':
		return 'r'
	case '\t':
		return 't'
	case '\v':
		return 'v'
	}
	return 0
}

func isPrint(c byte) bool { return c >= ' ' && c < 0x7f }

func printable(s []byte) bool {
	for _, c := range s {
		if !isPrint(c) && letter(c) == 0 {
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
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < ' ' || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
