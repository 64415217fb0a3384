package syscalls

import (
	"iter"
	"sort"

	"utrace/arch"
	"utrace/syscalls/flags"
)

// Arch selects a table; a 64-bit thread may well make an i386 call.
type Arch = arch.ID

// The architectures that have a table.
const (
	AMD64 = arch.AMD64
	I386  = arch.I386
)

// Archs lists them.
func Archs() []Arch { return []Arch{AMD64, I386} }

// Call is one system call of one architecture.
type Call struct {
	Nr       int
	Name     string
	Args     []Arg        // at most 6, in the order of the registers
	Ret      Kind         // what a result that is no error is
	RetFlags *flags.Table // its constants, if Ret is Flags or Enum
	Classes  Class

	commands *commands // nil if its arguments do not depend on a command among them
}

// Arg is one argument of a call: one register.
type Arg struct {
	Name  string       // the kernel's name for it
	Kind  Kind         // what it is, or what it points at
	Dir   Dir          // when to look at what it points at
	Len   int8         // its length is this many arguments further on; 0 if it needs none. See Call.LenArg.
	Count uint16       // how many there are, if that is fixed
	Flags *flags.Table // its constants, if it is made of some
	Type  string       // the C struct's name, if Kind is Struct, Structs or SockStruct
	Shape *StructType  // the struct, if types.txt has it
}

// Dir says who sets the memory behind an argument, so when it is worth a look.
type Dir uint8

const (
	In     Dir = iota // the caller: at entry
	Out               // the kernel: at exit, if the call succeeded
	InOut             // the caller, then the kernel: at exit
	Beside            // the caller: at entry; then the kernel, which strace tells of beside the result
)

// LenArg returns which of the call's arguments holds the length of argument i: bytes, or elements for a Kind that is a
// list. It is -1 if there is none. The length of an Out argument may itself be behind a pointer, as
// accept(2) has it: then that argument's Kind is IntPtr or UintPtr.
func (c *Call) LenArg(i int) int {
	if i < 0 || i >= len(c.Args) || c.Args[i].Len == 0 {
		return -1
	}
	return i + int(c.Args[i].Len)
}

// String returns the call's line of calls.txt without the numbers, for people who look a call up.
func (c *Call) String() string { return string(c.append(nil)) }

// Lookup returns the call with this number. It allocates nothing.
func Lookup(arch Arch, nr int) (*Call, bool) {
	calls, _ := table(arch)
	if nr < 0 || nr >= len(calls) || calls[nr].Name == "" {
		return nil, false
	}
	return &calls[nr], true
}

// ByName returns the call with this name.
func ByName(arch Arch, name string) (*Call, bool) {
	calls, names := table(arch)
	i := sort.Search(len(names), func(i int) bool { return calls[names[i]].Name >= name })
	if i == len(names) || calls[names[i]].Name != name {
		return nil, false
	}
	return &calls[names[i]], true
}

// Table yields every call of an architecture in the order of their numbers.
func Table(arch Arch) iter.Seq[*Call] {
	return func(yield func(*Call) bool) {
		calls, _ := table(arch)
		for i := range calls {
			if calls[i].Name != "" && !yield(&calls[i]) {
				return
			}
		}
	}
}

// table returns an architecture's calls, indexed by number, with holes; and their numbers sorted by name.
func table(arch Arch) ([]Call, []uint16) {
	switch arch {
	case AMD64:
		return amd64Calls[:], amd64Names[:]
	case I386:
		return i386Calls[:], i386Names[:]
	}
	return nil, nil
}
