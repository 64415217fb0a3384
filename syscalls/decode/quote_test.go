package decode

import "testing"

func TestAppendQuoted(t *testing.T) {
	for _, c := range []struct {
		s     string
		style StringStyle
		also  string
		want  string
	}{
		{"plain", Octal, "", `plain`},
		{"a\n\t\"\\\x7f\xff", Octal, "", `a\n\t\"\\\177\377`},
		{"\x00\x01\x1f", Octal, "", `\0\1\37`},
		{"\x008\x007\x1f7\x1f8", Octal, "", `\08\0007\0377\378`},
		{"<a>7<8", Octal, "<>", `\74a\0767\748`},
		{"\n\x01", HexNonASCII, "", `\x0a\x01`},
		{"a\n", HexNonASCII, "", `a\n`},
		{"<a>", HexNonASCII, "<>", `\74a\76`},
		{"az", HexAll, "", `\x61\x7a`},
		{"a\x01\n7", HexNonASCIIChars, "", `a\x01\n7`},
		{"<1", HexNonASCIIChars, "<>", `\x3c1`},
	} {
		if got := string(AppendQuoted([]byte("-"), []byte(c.s), c.style, c.also)); got != "-"+c.want {
			t.Errorf("%q, style %d, also %q: %s, want -%s", c.s, c.style, c.also, got, c.want)
		}
	}
}

func TestAppendJSONEscapes(t *testing.T) {
	got := string(AppendJSON(nil, []byte("a\"\\\n\r\t\x00\x1f\x7f\u00e9")))
	if want := `"a\"\\\n\r\t\u0000\u001f\u007f` + "\u00e9" + `"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func BenchmarkAppendQuoted(b *testing.B) {
	text, zeros := make([]byte, 16<<10), make([]byte, 16<<10)
	for i := range text {
		text[i] = "hello, world\n"[i%13]
	}
	for name, s := range map[string][]byte{"text": text, "zeros": zeros} {
		var dst []byte
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for range b.N {
				dst = AppendQuoted(dst[:0], s, Octal, "")
			}
		})
		b.Run(name+"/json", func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for range b.N {
				dst = AppendJSON(dst[:0], s)
			}
		})
	}
}
