package trace

import (
	"bytes"
)

// quote writes text as a C string, without its quotes: escapes for what C has
// letters for, octal for the rest, as short as what follows allows.
func (p *printer) quote(s []byte) {
	for i, c := range s {
		switch c {
		case '"', '\\':
			p.char('\\')
			p.char(c)
		case '\f':
			p.str(`\f`)
		case '\n':
			p.str(`\n`)
		case '\r':
			p.str(`\r`)
		case '\t':
			p.str(`\t`)
		case '\v':
			p.str(`\v`)
		default:
			if c >= ' ' && c < 0x7f {
				p.char(c)
				continue
			}
			long := i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '7'
			p.char('\\')
			if long || c >= 0o100 {
				p.char('0' + c>>6)
			}
			if long || c >= 0o10 {
				p.char('0' + c>>3&7)
			}
			p.char('0' + c&7)
		}
	}
}

// quoteHex writes every byte in hexadecimal: what is random is no text.
func (p *printer) quoteHex(s []byte) {
	const digits = "0123456789abcdef"
	for _, c := range s {
		p.str(`\x`)
		p.char(digits[c>>4])
		p.char(digits[c&15])
	}
}

// text writes the NUL-terminated string at addr: at most limit bytes of it, and
// "..." if there are more. One read is enough but for strings that are long or
// cross a page.
func (p *printer) text(addr uint64, limit int) {
	if addr == 0 {
		p.addr(addr)
		return
	}
	start := len(p.b)
	p.char('"')
	for at, left := addr, limit; ; {
		chunk := p.fetchSome(at, min(left+1, 256))
		if len(chunk) == 0 {
			p.b = p.b[:start]
			p.addr(addr)
			return
		}
		end := bytes.IndexByte(chunk, 0)
		if end >= 0 {
			p.quote(chunk[:end])
			p.char('"')
			return
		}
		p.quote(chunk[:min(len(chunk), left)])
		at += uint64(len(chunk))
		if left -= len(chunk); left < 0 {
			p.str(`"...`)
			return
		}
	}
}

// bytes writes n bytes at addr as a string: as many as are shown, and "..." if
// there are more.
func (p *printer) bytes(addr uint64, n uint64) { p.buffer(addr, n, p.quote) }

func (p *printer) buffer(addr uint64, n uint64, quote func([]byte)) {
	if addr == 0 {
		p.addr(addr)
		return
	}
	if n == 0 {
		p.str(`""`)
		return
	}
	show := int(min(n, uint64(p.max), maxChunk))
	s, ok := p.fetch(addr, show)
	if !ok {
		p.addr(addr)
		return
	}
	p.char('"')
	quote(s)
	p.char('"')
	if n > uint64(show) {
		p.str("...")
	}
}

// argv writes a vector of strings that a NULL ends.
func (p *printer) argv(addr uint64) {
	if addr == 0 {
		p.addr(addr)
		return
	}
	start := len(p.b)
	p.char('[')
	size := uint64(p.wordSize())
	for i := uint64(0); ; i++ {
		var s [1]uint64
		if !p.words(addr+i*size, s[:]) {
			if i == 0 {
				p.b = p.b[:start]
				p.addr(addr)
				return
			}
			p.str(", ... /* ")
			p.addr(addr + i*size)
			p.str(" */")
			break
		}
		if s[0] == 0 {
			break
		}
		if i > 0 {
			p.str(", ")
		}
		if i >= uint64(max(p.max, maxItems)) {
			p.str("...")
			break
		}
		p.text(s[0], p.max)
	}
	p.char(']')
}

// envp writes how many strings an environment has.
func (p *printer) envp(addr uint64) {
	p.addr(addr)
	if addr == 0 {
		return
	}
	const most = 1 << 16
	size := uint64(p.wordSize())
	n := uint64(0)
	for n < most {
		chunk := p.fetchSome(addr+n*size, 64*int(size))
		chunk = chunk[:len(chunk)-len(chunk)%int(size)]
		if len(chunk) == 0 {
			if n > 0 {
				p.str(" /* ")
				p.udec(n)
				p.str(plural(n, " var", " vars"))
				p.str(", unterminated */")
			}
			return
		}
		for ; len(chunk) > 0; chunk = chunk[size:] {
			if word(chunk, int(size)) == 0 {
				p.str(" /* ")
				p.udec(n)
				p.str(plural(n, " var", " vars"))
				p.str(" */")
				return
			}
			n++
		}
	}
}

func plural(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// dirents writes the address of a buffer of directory entries and how many of
// n bytes there are. reclen is where an entry's own size is.
func (p *printer) dirents(addr uint64, n uint64, reclen int) {
	p.addr(addr)
	if addr == 0 {
		return
	}
	count, header := uint64(0), uint64(reclen+2)
	for at := uint64(0); at+header <= n; {
		chunk := p.fetchSome(addr+at, int(min(n-at, maxChunk)))
		walked := uint64(0)
		for walked+header <= uint64(len(chunk)) {
			size := word(chunk[walked+uint64(reclen):], 2)
			if size < header {
				return // nonsense
			}
			walked += size
			count++
		}
		if walked == 0 { // a header across two pages
			size, ok := p.fetch(addr+at+uint64(reclen), 2)
			if !ok || word(size, 2) < header {
				return
			}
			walked = word(size, 2)
			count++
		}
		at += walked
	}
	p.str(" /* ")
	p.udec(count)
	p.str(plural(count, " entry", " entries"))
	p.str(" */")
}
