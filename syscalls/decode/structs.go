package decode

import (
	"slices"

	"utrace/syscalls"
)

// structAt writes a struct; n is its length if the call says one. It is false if the struct cannot be read
// or has no text yet.
func (d *Decoder) structAt(a *syscalls.Arg, addr, n uint64) bool {
	if a.Shape == nil {
		s := byHand(a.Type)
		return s.write != nil && s.write(d, addr, n)
	}
	size := d.sizeOf(a.Shape)
	if a.Len != 0 {
		size = int(min(n, uint64(size)))
	}
	b, ok := d.fetch(addr, size)
	if !ok {
		return false
	}
	d.fields(a.Shape, b)
	return true
}

func (d *Decoder) sizeOf(s *syscalls.StructType) int { return int(s.Size[syscalls.Layout(d.arch)]) }

// structs writes a list of n structs.
func (d *Decoder) structs(a *syscalls.Arg, addr, n uint64) {
	if a.Shape != nil {
		d.elements(addr, n, d.sizeOf(a.Shape), func(d *Decoder, at uint64) bool {
			b, ok := d.fetch(at, d.sizeOf(a.Shape))
			if ok {
				d.fields(a.Shape, b)
			}
			return ok
		})
		return
	}
	s := byHand(a.Type)
	if s.size == nil {
		d.addr(addr)
		return
	}
	d.elements(addr, n, s.size(d), func(d *Decoder, at uint64) bool { return s.write(d, at, 0) })
}

// fields writes a struct of which b is what could be had: fields that are not in it are not shown.
func (d *Decoder) fields(s *syscalls.StructType, b []byte) {
	if d.depth >= maxDepth {
		d.rest()
		return
	}
	d.depth++
	d.open()
	cut, layout := false, syscalls.Layout(d.arch)
	for i := range s.Fields {
		f := &s.Fields[i]
		if end := int(f.Offset[layout]) + int(f.Size[layout])*max(1, int(f.Elems[layout])); end > len(b) {
			continue
		}
		switch {
		case !d.wanted(s, i, b):
		case f.Show&syscalls.InFull != 0 && !d.full:
			cut = true
		default:
			d.field(f.Name)
			d.fieldValue(s, i, b)
		}
	}
	if cut {
		d.rest()
	}
	d.close()
	d.depth--
}

// wanted reports whether a field means anything.
func (d *Decoder) wanted(s *syscalls.StructType, i int, b []byte) bool {
	f := &s.Fields[i]
	switch {
	case f.Show&syscalls.NonZero != 0 && d.zero(f, b),
		f.Show&syscalls.AtEntry != 0 && d.filled,
		f.Show&syscalls.AtExit != 0 && !d.filled:
		return false
	case f.When.Field == 0:
		return true
	}
	v := d.load(&s.Fields[i+int(f.When.Field)], b) & f.When.Mask
	met := v != 0
	if f.When.Values != nil {
		met = slices.Contains(f.When.Values, v)
	}
	return met != f.When.Unless
}

// zero reports whether all bytes of a field are 0.
func (d *Decoder) zero(f *syscalls.Field, b []byte) bool {
	for _, c := range d.bytesOf(f, b) {
		if c != 0 {
			return false
		}
	}
	return true
}

func (d *Decoder) bytesOf(f *syscalls.Field, b []byte) []byte {
	layout := syscalls.Layout(d.arch)
	start := int(f.Offset[layout])
	return b[start : start+int(f.Size[layout])*max(1, int(f.Elems[layout]))]
}

// load returns a field's number, 0 if it is not in b.
func (d *Decoder) load(f *syscalls.Field, b []byte) uint64 {
	layout := syscalls.Layout(d.arch)
	start, size := int(f.Offset[layout]), int(f.Size[layout])
	if start+size > len(b) {
		return 0
	}
	v := word(b[start:], size)
	if f.Signed {
		return uint64(extend(v, size))
	}
	return v
}

func (d *Decoder) fieldValue(s *syscalls.StructType, i int, b []byte) {
	f := &s.Fields[i]
	layout := syscalls.Layout(d.arch)
	if n := int(f.Elems[layout]); n > 0 {
		d.array(f, n, d.bytesOf(f, b))
		return
	}
	if f.Nested {
		d.nested(f, d.bytesOf(f, b))
		return
	}
	v, n := d.load(f, b), uint64(f.Count)
	if f.Len != 0 {
		n = d.load(&s.Fields[i+int(f.Len)], b)
	}
	switch {
	case f.Kind == syscalls.Seconds:
		d.seconds(int64(v), n)
	case f.Kind == syscalls.Rlim && f.Size[layout] == 4:
		d.limit32(v)
	case f.Kind.IsPointer() && f.Kind != syscalls.Ptr:
		d.pointer(&f.Arg, v, n)
	default:
		d.number(&f.Arg, v)
	}
}

func (d *Decoder) nested(f *syscalls.Field, b []byte) {
	if f.Shape == nil {
		d.quoted(b, false)
		return
	}
	d.fields(f.Shape, b)
}

// array writes an array within a struct.
func (d *Decoder) array(f *syscalls.Field, n int, b []byte) {
	switch f.Kind {
	case syscalls.Chars:
		d.chars(b)
		return
	case syscalls.Bytes:
		d.quoted(b, false)
		return
	case syscalls.HexBytes:
		d.quotedAs(b, false, HexAll)
		return
	}
	size := len(b) / n
	d.list()
	for i := range n {
		d.elem()
		at := b[i*size : (i+1)*size]
		switch {
		case f.Nested:
			d.nested(f, at)
		case f.Signed:
			d.number(&f.Arg, uint64(extend(word(at, size), size)))
		default:
			d.number(&f.Arg, word(at, size))
		}
	}
	d.endList()
}
