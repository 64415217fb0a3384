// Package flags names the constants that the arguments of system calls are made of: bits, and fields of
// enumerated values, in tables.
//
// The values are those of amd64 and i386, which agree in all of them but the requests of ioctl(2), of which
// there are two tables. They are literals, not constants of the machine the program is built for, so a trace
// can be read anywhere. go generate takes them from the kernel's user headers and the C library's, as
// tables.txt says; what those headers do not have yet, up to Linux 7.2, tables.txt has itself. Tests compare
// all with the headers of the machine they run on and with golang.org/x/sys/unix.
//
// The tables are data: nobody may change them, and any number of goroutines may read them.
package flags

//go:generate go run ./internal/gen

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Flag is one constant.
type Flag struct {
	Value uint64
	Name  string
}

// Table tells how to write an argument in words. One table does for sets of bits, for enumerations, and
// for the many that are both: an enumerated field, with bits around it.
type Table struct {
	// Prefix is what the names have in common, to say what an unknown value isn't: "PROT_". One that has a "?"
	// is written as it is.
	Prefix string
	// Zero is what 0 is called, when it has a name that never appears with others: "PROT_NONE".
	Zero string
	// Mask holds the enumerated field, Values its values in ascending order. A field that is 0 goes unsaid if 0
	// has no name.
	Mask   uint64
	Values []Flag
	// Bits are tried in turn, and each takes what it names, so one of several bits precedes its parts.
	Bits []Flag
	// Huge names the shift of the size of a huge page, the logarithm in the upper six bits of 32:
	// "21<<MAP_HUGE_SHIFT".
	Huge string
	// Octal holds a number to write in octal, always and last: the access mode among the IPC_ flags.
	Octal uint64
	// Last puts the enumerated field after the bits, as clone(2)'s signal is written.
	Last bool
	// Loose makes bits of a field whose value has no name: "SOCK_CLOEXEC|0xf".
	Loose bool
	// Apart makes two numbers of the field and the bits, where numbers are shown: "0x1|0x80000".
	Apart bool
	// Rest is the Prefix of the bits that stand Apart, if they have another one; "-" if none is told.
	Rest string
	// Decimal shows numbers so, with a sign: "-5 /* KEY_REQKEY_DEFL_??? */".
	Decimal bool
}

// The bits of a huge page's size.
const (
	hugeShift = 26
	hugeBits  = 63 << hugeShift
)

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
	if t.Mask == Whole && t.Bits == nil && v > Whole {
		w.unknown(t, v)
		return w.dst
	}
	field, rest := v&t.Mask, v&^(t.Mask|t.Octal)
	if t.Huge != "" {
		rest &^= hugeBits
	}
	loose := false // the field is taken for bits
	if t.Loose {
		if _, ok := t.Name(field); !ok {
			loose, rest = true, field|rest
		}
	}
	if !t.Last && !loose {
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
	if t.Huge != "" && v&hugeBits != 0 {
		w.shifted(v&hugeBits>>hugeShift, t.Huge)
	}
	if t.Last && !loose {
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
	i, ok := slices.BinarySearchFunc(t.Values, v, func(f Flag, v uint64) int { return cmp.Compare(f.Value, v) })
	if !ok {
		return "", false
	}
	return t.Values[i].Name, true
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
	if v == 0 {
		w.add("0")
		return
	}
	w.add("0x")
	w.dst = strconv.AppendUint(w.dst, v, 16)
}

func (w *words) shifted(v uint64, shift string) {
	w.add("")
	w.dst = strconv.AppendUint(w.dst, v, 10)
	w.dst = append(w.dst, "<<"...)
	w.dst = append(w.dst, shift...)
}

func (w *words) octal(v uint64) {
	w.add("0")
	if v < 0o10 {
		w.dst = append(w.dst, '0')
	}
	w.dst = strconv.AppendUint(w.dst, v, 8)
}

func (w *words) unknown(t *Table, v uint64) {
	if t.Decimal {
		w.dst = strconv.AppendInt(w.dst, int64(int32(v)), 10)
	} else {
		w.hex(v)
	}
	if t.Prefix != "" {
		w.dst = append(w.dst, " /* "...)
		w.dst = append(w.dst, t.Prefix...)
		if !strings.Contains(t.Prefix, "?") {
			w.dst = append(w.dst, "???"...)
		}
		w.dst = append(w.dst, " */"...)
	}
}

func (w *words) field(t *Table, v uint64) {
	if name, ok := t.Name(v); ok {
		w.add(name)
	} else if v != 0 || t.Mask == Whole {
		w.unknown(t, v)
	}
}
