package decode

import "utrace/syscalls"

// DefaultStringLimit is how many bytes of a string are shown if nothing else is asked for.
const DefaultStringLimit = 32

// MaxStringLimit is the most that Options.StringLimit can ask for.
const MaxStringLimit = 1 << 20

// Options say how things are written. They may serve many Decoders, and must not change while they do. The
// zero value is what strace does without options.
type Options struct {
	JSON bool // values as JSON, not strace's text

	StringLimit int         // bytes of a string that are shown; 0: DefaultStringLimit; negative: none
	Strings     StringStyle // which strings are in hexadecimal
	Constants   Constants   // how constants with a name are written in text

	Full *syscalls.Set // calls whose structs and lists are not abbreviated; nil: none
	Flat *syscalls.Set // calls whose structs are not shown, but their addresses; nil: none
	Raw  *syscalls.Set // calls whose arguments are shown as numbers, in hexadecimal; nil: none

	// FD appends what a descriptor is, as it stands between "<" and ">", and returns dst as it is if that
	// is not known. AT_FDCWD, as fd, is the working directory. It may be nil.
	FD func(dst []byte, fd int32) []byte
	// Comm appends the name of a thread's command, as it stands between "<" and ">". It may be nil.
	Comm func(dst []byte, id int32) []byte
	// Interface appends the name of the network interface with this index, and returns dst as it is if there is
	// none. It may be nil.
	Interface func(dst []byte, index uint32) []byte
	// Netlink returns which protocol a descriptor's netlink socket speaks, -1 if that is not known, and whether it
	// is one. It may be nil.
	Netlink func(fd int32) (protocol int, ok bool)
	// Outer returns what a process or thread is called in the tracer's PID namespace, and whether that is
	// known and not what the program calls it. It may be nil.
	Outer func(id int32, kind PidKind) (int, bool)
}

// Constants says how a constant with a name is written.
type Constants uint8

const (
	Names   Constants = iota // its name
	Numbers                  // its number: -X raw
	Verbose                  // its number, and its name in a comment: -X verbose
)

// PidKind says what a process id is the id of.
type PidKind uint8

const (
	Thread PidKind = iota
	Process
	ProcessGroup
	Session
)

func (o *Options) stringLimit() int {
	switch n := o.StringLimit; {
	case n == 0:
		return DefaultStringLimit
	case n < 0:
		return 0
	default:
		return min(n, MaxStringLimit)
	}
}
