// Package flags names the constants that the arguments of system calls are made of: bits, and fields of
// enumerated values, in tables.
//
// The values are those of amd64 and i386, which agree in all of them. They are literals, not constants
// of the machine the program is built for, so a trace can be read anywhere. They were written down once,
// from the kernel's user headers (up to Linux 7.2) and the C library's where the kernel exports none,
// and are kept by hand since; a test compares them with golang.org/x/sys/unix.
//
// The tables are data: nobody may change them, and any number of goroutines may read them.
package flags

import "strconv"

// Flag is one constant.
type Flag struct {
	Value uint64
	Name  string
}

// Table tells how to write an argument in words. One table does for sets of bits, for enumerations, and
// for the many that are both: an enumerated field, with bits around it.
type Table struct {
	// Prefix is what the names have in common, to say what an unknown value isn't: "PROT_".
	Prefix string
	// Zero is what 0 is called, when it has a name that never appears with others: "PROT_NONE".
	Zero string
	// Mask holds the enumerated field, Values its values. A field that is 0 goes unsaid if 0 has no name.
	Mask   uint64
	Values []Flag
	// Bits are tried in turn, and each takes what it names, so one of several bits precedes its parts.
	Bits []Flag
	// Octal holds a number to write in octal, always and last: the access mode among the IPC_ flags.
	Octal uint64
	// Last puts the enumerated field after the bits, as clone(2)'s signal is written.
	Last bool
}

// Whole is the mask of an argument that is an enumeration and nothing else: a C int.
const Whole = 0xffffffff

// Format is [Table.Append] as a string.
func (t *Table) Format(v uint64) string { return string(t.Append(nil, v)) }

// Append appends v in words: "O_RDONLY|O_CLOEXEC". Bits without a name follow in hexadecimal, "R_OK|0x10",
// and a value of which nothing has a name says so: "0x40 /* PROT_??? */".
func (t *Table) Append(dst []byte, v uint64) []byte {
	if v == 0 && t.Zero != "" {
		return append(dst, t.Zero...)
	}
	w := words{dst: dst, start: len(dst)}
	field, rest := v&t.Mask, v&^(t.Mask|t.Octal)
	if !t.Last {
		w.field(t, field)
	}
	for _, f := range t.Bits {
		if f.Value != 0 && rest&f.Value == f.Value {
			rest &^= f.Value
			w.add(f.Name)
		}
	}
	switch {
	case rest != 0 && w.empty():
		w.unknown(t, rest)
	case rest != 0:
		w.hex(rest)
	}
	if t.Last {
		w.field(t, field)
	}
	if t.Octal != 0 {
		w.octal(v & t.Octal)
	}
	if w.empty() {
		w.add("0")
	}
	return w.dst
}

// Name returns the name of a value of the enumerated field, and whether it has one.
func (t *Table) Name(v uint64) (string, bool) {
	for _, f := range t.Values {
		if f.Value == v {
			return f.Name, true
		}
	}
	return "", false
}

// Value returns the constant called name, from the field or the bits.
func (t *Table) Value(name string) (uint64, bool) {
	for _, list := range [][]Flag{t.Values, t.Bits} {
		for _, f := range list {
			if f.Name == name {
				return f.Value, true
			}
		}
	}
	return 0, name == t.Zero && name != ""
}

// words is text under construction, its parts joined with "|".
type words struct {
	dst   []byte
	start int
}

func (w *words) empty() bool { return len(w.dst) == w.start }

func (w *words) add(s string) {
	if !w.empty() {
		w.dst = append(w.dst, '|')
	}
	w.dst = append(w.dst, s...)
}

func (w *words) hex(v uint64) {
	w.add("0x")
	w.dst = strconv.AppendUint(w.dst, v, 16)
}

func (w *words) octal(v uint64) {
	w.add("0")
	if v < 0o10 {
		w.dst = append(w.dst, '0')
	}
	w.dst = strconv.AppendUint(w.dst, v, 8)
}

func (w *words) unknown(t *Table, v uint64) {
	w.hex(v)
	if t.Prefix != "" {
		w.dst = append(w.dst, " /* "...)
		w.dst = append(w.dst, t.Prefix...)
		w.dst = append(w.dst, "??? */"...)
	}
}

func (w *words) field(t *Table, v uint64) {
	if name, ok := t.Name(v); ok {
		w.add(name)
	} else if v != 0 || t.Mask == Whole {
		w.unknown(t, v)
	}
}
