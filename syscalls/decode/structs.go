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
	if a.Len == 0 {
		n = uint64(size)
	}
	b, ok := d.fetch(addr, int(min(n, uint64(size))))
	if !ok || a.Shape.Padded && (n == 0 || n > pageSize) || n < uint64(a.Shape.Min) || n < uint64(size) && (a.Shape.Boxed || a.Shape.Bare) {
		return false
	}
	d.given = len(b)
	if a.Shape.Padded {
		b = d.padded(b, size)
	}
	d.members(a.Shape, b, addr, n)
	return true
}

// padded returns size bytes: b, and 0 for what is missing.
func (d *Decoder) padded(b []byte, size int) []byte {
	all := d.room(size)
	clear(all[copy(all, b):])
	return all
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
func (d *Decoder) fields(s *syscalls.StructType, b []byte) { d.members(s, b, 0, 0) }

// members is fields for a struct that has n bytes at addr, more than are known: the others are shown if they
// are not 0.
func (d *Decoder) members(s *syscalls.StructType, b []byte, addr, n uint64) {
	if s.Boxed || s.Bare {
		d.onlyField(s, b)
		return
	}
	if d.depth >= maxDepth {
		d.open()
		d.rest()
		d.close()
		return
	}
	d.open()
	if d.fieldList(s, b) {
		d.rest()
	}
	d.unknownBytes(addr, uint64(d.sizeOf(s)), n)
	d.close()
	if s.Dated {
		d.date(int64(d.load(&s.Fields[0], b)), d.load(&s.Fields[1], b))
	}
}

// fieldList writes fields, and reports whether some are left out because structs are abbreviated.
func (d *Decoder) fieldList(s *syscalls.StructType, b []byte) (cut bool) {
	d.depth++
	for i := range s.Fields {
		f := &s.Fields[i]
		switch {
		case len(d.bytesOf(f, b)) == 0 || f.Since > 0 && d.given <= int(f.Since) || !d.wanted(s, i, b):
		case f.Show&syscalls.InFull != 0 && !d.full:
			cut = true
		case f.Kind == syscalls.Inet6:
			d.inet6(f.Name, d.bytesOf(f, b))
		default:
			d.field(f.Name)
			d.fieldValue(s, i, b)
		}
	}
	d.depth--
	return cut
}

// shape returns a struct of types.txt, for decoders by hand that show a part of one.
func shape(name string) *syscalls.StructType {
	s, ok := syscalls.StructByName(name)
	if !ok {
		panic("decode: types.txt has no " + name)
	}
	return s
}

// onlyField writes a struct that stands for the number in it.
func (d *Decoder) onlyField(s *syscalls.StructType, b []byte) {
	if s.Boxed {
		d.box()
	}
	if len(d.bytesOf(&s.Fields[0], b)) > 0 {
		d.fieldValue(s, 0, b)
	}
	if s.Boxed {
		d.endBox()
	}
}

// unknownBytes writes what is behind the part of a struct that is known, up to byte n, if it is not 0.
func (d *Decoder) unknownBytes(addr, known, n uint64) {
	if n <= known {
		return
	}
	b, ok := d.fetch(addr+known, int(min(n-known, maxChunk)))
	if ok && allZero(b) {
		return
	}
	if d.call.Name == "bpf" && ok {
		d.extraData(b, known, n-1)
		return
	}
	d.unknownField(known, n-1)
	if !ok {
		d.either("???", "null")
		return
	}
	d.binary(b, false)
}

// extraData is unknownBytes for the attributes of bpf(2), which strace writes so.
func (d *Decoder) extraData(b []byte, from, to uint64) {
	if !d.full {
		d.rest()
		return
	}
	d.field("extra_data")
	d.binary(b, false)
	if !d.json {
		d.both(" /* bytes ")
		d.udec(from)
		d.both("..")
		d.udec(to)
		d.both(" */")
	}
}

func (d *Decoder) unknownField(from, to uint64) {
	if d.json {
		d.field("unknown")
		return
	}
	d.next(", ")
	d.both("/* bytes ")
	d.udec(from)
	d.both("..")
	d.udec(to)
	d.both(" */ ")
}

// wanted reports whether a field means anything.
func (d *Decoder) wanted(s *syscalls.StructType, i int, b []byte) bool {
	f := &s.Fields[i]
	switch {
	case f.Show&syscalls.NonZero != 0 && allZero(d.bytesOf(f, b)),
		f.Show&syscalls.AtEntry != 0 && d.filled,
		f.Show&syscalls.AtExit != 0 && (!d.filled || d.failed()):
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

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// bytesOf returns a field's bytes, none if not all are in b.
func (d *Decoder) bytesOf(f *syscalls.Field, b []byte) []byte {
	layout := syscalls.Layout(d.arch)
	start := int(f.Offset[layout])
	end := start + int(f.Size[layout])*max(1, int(f.Elems[layout]))
	switch {
	case end <= len(b):
		return b[start:end]
	case f.Nested && f.Elems[layout] == 0 && start < len(b):
		return b[start:] // as many of its fields as there are
	}
	return nil
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
		if f.Kind == syscalls.Mac {
			length := min(int(d.load(&s.Fields[i+int(f.Len)], b)), n)
			d.hardware(d.bytesOf(f, b)[:length], length)
			return
		}
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
		d.binary(b, false)
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
