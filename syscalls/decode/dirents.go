package decode

import (
	"bytes"

	"utrace/syscalls/flags"
)

// direntForm is where the parts of a directory entry are.
type direntForm struct {
	word   int  // bytes of the inode's number and the offset
	header int  // bytes before the name
	last   bool // the type is the last byte of the entry, not the one before the name
}

// dirents writes a buffer of n bytes of directory entries: each of them in full, else how many there are.
func (d *Decoder) dirents(addr, n uint64, f direntForm) {
	if d.full {
		d.direntList(addr, n, f)
		return
	}
	count, ok := d.countDirents(addr, n, f)
	if !ok {
		d.addr(addr)
		return
	}
	d.counted(addr, count, "entry", "entries")
}

// reclen is where an entry's own size is, in 16 bits.
func (f direntForm) reclen() uint64 { return uint64(2 * f.word) }

func (d *Decoder) countDirents(addr, n uint64, f direntForm) (count uint64, ok bool) {
	reclen, header := f.reclen(), f.reclen()+2
	for at := uint64(0); at+header <= n; {
		chunk := d.fetchSome(addr+at, int(min(n-at, maxChunk)))
		walked := uint64(0)
		for walked+header <= uint64(len(chunk)) {
			size := word(chunk[walked+reclen:], 2)
			if size < header {
				return 0, false // nonsense
			}
			walked += size
			count++
		}
		if walked == 0 { // a header across two pages
			size, ok := d.fetch(addr+at+reclen, 2)
			if !ok || word(size, 2) < header {
				return 0, false
			}
			walked = word(size, 2)
			count++
		}
		at += walked
	}
	return count, true
}

// direntList writes the entries themselves.
func (d *Decoder) direntList(addr, n uint64, f direntForm) {
	d.list()
	read := len(d.arena)
	for at := uint64(0); at+uint64(f.header) <= n; {
		d.arena = d.arena[:read]
		head, ok := d.fetch(addr+at, f.header)
		if !ok {
			d.brokenList(addr + at)
			break
		}
		size := word(head[f.reclen():], 2)
		b, ok := d.fetch(addr+at, int(size))
		if !ok || int(size) < f.header {
			d.brokenList(addr + at)
			break
		}
		d.elem()
		d.dirent(b, f)
		at += size
	}
	d.endList()
}

func (d *Decoder) dirent(b []byte, f direntForm) {
	d.open()
	d.field("d_ino")
	d.udec(word(b, f.word))
	d.field("d_off")
	d.dec(extend(word(b[f.word:], f.word), f.word))
	d.field("d_reclen")
	d.udec(uint64(len(b)))
	name := b[f.header:]
	kind := b[len(b)-1]
	if !f.last {
		kind = b[f.header-1]
		d.direntType(kind)
	}
	if end := bytes.IndexByte(name, 0); end >= 0 {
		name = name[:end]
	}
	d.field("d_name")
	d.quoted(name, false)
	if f.last {
		d.direntType(kind)
	}
	d.close()
}

func (d *Decoder) direntType(v byte) {
	d.field("d_type")
	d.flags(&flags.DirentTypes, uint64(v))
}
