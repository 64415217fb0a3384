package syscalls

import "sort"

// StructType is how a C struct lies in memory, and what is in it. types.txt has them, one line a struct.
type StructType struct {
	Name   string
	Size   [2]uint16 // bytes: amd64's, i386's; see Layout
	Min    uint16    // the least bytes that make one, where a call says how many there are
	Boxed  bool      // shown as its one field, in brackets: a number behind an address
	Bare   bool      // shown as its one field
	Dated  bool      // seconds since 1970 and a part of one: the date follows in a comment
	Padded bool      // what a call does not give of it is 0
	Fields []Field   // in the order in which they are shown
}

// Field is a member of a StructType. What it is, is said as of an argument; Len counts in fields.
type Field struct {
	Arg
	Offset [2]uint16 // amd64's, i386's
	Size   [2]uint16 // bytes of a number or an address; of one, if it is an array
	Signed bool
	Nested bool      // the struct of the Arg is here, not behind an address
	Elems  [2]uint16 // how many, if it is an array within the struct; 0 if it is none
	Show   Show
	When   When
	Since  uint16 // of a Padded struct: it is shown if the call gives more than so many bytes; 0: in any case
}

// Show says when a field is worth showing; 0 is always.
type Show uint8

const (
	InFull  Show = 1 << iota // where structs are not abbreviated; else "..." stands for it
	NonZero                  // if it is not 0
	AtEntry                  // before the call
	AtExit                   // after the call, if it succeeded
)

// When makes a field depend on another: the arms of a union on what selects them. With Values it is there if
// the other, under the mask, is one of them; without, if it has a bit of the mask.
type When struct {
	Field  int8 // how many fields before this one; 0 if it depends on none
	Unless bool // the opposite
	Mask   uint64
	Values []uint64
}

// Layout is the index of an architecture in a StructType's sizes and offsets.
func Layout(arch Arch) int {
	if arch == I386 {
		return 1
	}
	return 0
}

// StructByName returns the struct that types.txt calls so.
func StructByName(name string) (*StructType, bool) {
	i := sort.Search(len(structs), func(i int) bool { return structs[i].Name >= name })
	if i == len(structs) || structs[i].Name != name {
		return nil, false
	}
	return structs[i], true
}
