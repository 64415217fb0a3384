package decode

import (
	"utrace/syscalls"
)

// str writes the NUL-terminated string at addr: at most limit bytes of it, and "..." if there are more.
func (d *Decoder) str(addr uint64, limit int) {
	s, more, ok := d.stringAt(addr, limit)
	if !ok {
		d.addr(addr)
		return
	}
	d.quoted(s, more)
}

// chars writes an array of text that a NUL ends if there is room for one.
func (d *Decoder) chars(b []byte) {
	for i, c := range b {
		if c == 0 {
			d.quoted(b[:i], false)
			return
		}
	}
	d.quoted(b, true)
}

// bytes writes n bytes at addr as a string: as many as are shown, and "..." if there are more.
func (d *Decoder) bytes(addr, n uint64) { d.buffer(addr, n, (*out).quoted) }

// binaryAt writes n bytes at addr that are no text.
func (d *Decoder) binaryAt(addr, n uint64) { d.buffer(addr, n, (*out).binary) }

func (d *Decoder) buffer(addr, n uint64, write func(o *out, s []byte, more bool)) {
	if addr == 0 {
		d.addr(addr)
		return
	}
	s, more, ok := d.bytesAt(addr, n)
	if !ok {
		d.addr(addr)
		return
	}
	write(&d.out, s, more)
}

// strings writes argv, and an environment where it is not abbreviated.
func (d *Decoder) strings(a *syscalls.Arg, addr uint64) {
	if a.Name == "envp" && !d.full {
		d.envp(addr)
		return
	}
	d.argv(addr)
}

// argv writes a vector of strings that a NULL ends.
func (d *Decoder) argv(addr uint64) {
	start := d.mark()
	d.list()
	size := uint64(d.wordSize())
	for i := uint64(0); ; i++ {
		at := addr + i*size
		var s [1]uint64
		if !d.words(at, s[:]) {
			if i == 0 {
				d.back(start)
				d.addr(addr)
				return
			}
			d.brokenList(at)
			break
		}
		if s[0] == 0 {
			break
		}
		if i >= d.most() {
			d.restOfList()
			break
		}
		d.elem()
		d.str(s[0], d.opts.stringLimit())
	}
	d.endList()
}

// envp writes how many strings an environment has.
func (d *Decoder) envp(addr uint64) {
	const most = 1 << 14
	size := uint64(d.wordSize())
	n := uint64(0)
	for n < most {
		chunk := d.fetchSome(addr+n*size, 64*int(size))
		chunk = chunk[:len(chunk)-len(chunk)%int(size)]
		if len(chunk) == 0 {
			if n == 0 {
				d.addr(addr)
				return
			}
			d.counted(addr, n, "var, unterminated", "vars, unterminated")
			return
		}
		for ; len(chunk) > 0; chunk = chunk[size:] {
			if word(chunk, int(size)) == 0 {
				d.counted(addr, n, "var", "vars")
				return
			}
			n++
		}
	}
	d.addr(addr)
}
