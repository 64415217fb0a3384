package decode

import (
	"bytes"
	"encoding/binary"
)

// Memory is a program's memory. A short count is a border of what can be read.
type Memory interface {
	ReadAt(p []byte, addr int64) (int, error)
}

// Bounds on what a hostile program can make us read and write.
const (
	pageSize  = 4096
	pathMax   = 4096    // of a file's name, its NUL included
	maxItems  = 32      // elements of a list, when strings are as short as strace's
	maxFull   = 4096    // elements of a list where nothing is abbreviated
	maxChunk  = 4096    // bytes of one thing that is no string
	maxBits   = 8192    // of a bit mask
	readLimit = 1 << 20 // bytes for one call, above what strings may take
	maxDepth  = 8       // structs inside of structs
)

// fetch reads n bytes, all or nothing; no more than maxChunk. They are good until the end of the argument.
func (d *Decoder) fetch(addr uint64, n int) ([]byte, bool) {
	if n < 0 || n > maxChunk {
		return nil, false
	}
	b := d.read(addr, n)
	return b, len(b) == n && addr != 0
}

// fetchSome reads as many bytes as there are, up to n, without touching a page that what it needs may not
// be in.
func (d *Decoder) fetchSome(addr uint64, n int) []byte {
	return d.read(addr, min(n, pageSize-int(addr%pageSize)))
}

// read reads up to n bytes into the arena.
func (d *Decoder) read(addr uint64, n int) []byte {
	if addr == 0 || d.mem == nil || n <= 0 || d.spent+n > readLimit+maxItems*d.opt.stringLimit() {
		return nil
	}
	d.spent += n
	b := d.room(n)
	got, _ := d.mem.ReadAt(b, int64(addr))
	return b[:min(max(got, 0), n)]
}

// firstArena is enough for most calls: a path is read by 256 bytes. Each thread has one.
const firstArena = 512

// room returns n bytes of the arena. What was there stays where it was.
func (d *Decoder) room(n int) []byte {
	if cap(d.arena)-len(d.arena) < n {
		d.arena = make([]byte, 0, max(2*cap(d.arena), n, firstArena))
	}
	start := len(d.arena)
	d.arena = d.arena[:start+n]
	return d.arena[start : start+n : start+n]
}

// words reads n words of the caller into dst.
func (d *Decoder) words(addr uint64, dst []uint64) bool { return d.numbers(addr, d.wordSize(), dst) }

// numbers reads n numbers of size bytes into dst.
func (d *Decoder) numbers(addr uint64, size int, dst []uint64) bool {
	b, ok := d.fetch(addr, size*len(dst))
	if !ok {
		return false
	}
	for i := range dst {
		dst[i] = word(b[i*size:], size)
	}
	return true
}

func word(b []byte, size int) uint64 {
	switch size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// extend gives a number of size bytes its sign.
func extend(v uint64, size int) int64 {
	shift := 64 - 8*size
	return int64(v<<shift) >> shift
}

// stringAt reads a NUL-terminated string: at most limit bytes of it, and whether there are more. One read
// is enough but for strings that are long or cross a page.
func (d *Decoder) stringAt(addr uint64, limit int) (s []byte, more, ok bool) {
	if addr == 0 {
		return nil, false, false
	}
	for size := 256; ; size = maxChunk {
		chunk := d.fetchSome(addr+uint64(len(s)), min(limit-len(s)+1, size))
		if len(chunk) == 0 {
			return nil, false, false
		}
		end := bytes.IndexByte(chunk, 0)
		done := end >= 0
		if !done {
			end = len(chunk)
		}
		if s == nil {
			s = chunk[:end:end]
		} else {
			s = append(s, chunk[:end]...)
		}
		switch {
		case len(s) > limit:
			return s[:limit], true, true
		case done:
			return s, false, true
		}
	}
}

// bytesAt reads n bytes, as many as are shown, and whether there are more.
func (d *Decoder) bytesAt(addr, n uint64) (s []byte, more, ok bool) {
	show := int(min(n, uint64(d.opt.stringLimit())))
	if show == 0 {
		return nil, n > 0, true
	}
	s = d.read(addr, show)
	return s, n > uint64(show), len(s) == show
}
