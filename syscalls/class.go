package syscalls

import (
	"strings"
)

// Class is a set of strace's classes, a bit each.
type Class uint32

// The classes, by what strace calls them in its manual page. calls.txt says what each is for.
const (
	ClassFile    Class = 1 << iota // %file
	ClassProcess                   // %process
	ClassNetwork                   // %network, %net
	ClassSignal                    // %signal
	ClassIPC                       // %ipc
	ClassDesc                      // %desc
	ClassMemory                    // %memory
	ClassCreds                     // %creds
	ClassClock                     // %clock
	ClassPure                      // %pure
	ClassStat                      // %stat
	ClassLstat                     // %lstat
	ClassFstat                     // %fstat
	ClassStatfs                    // %statfs
	ClassFstatfs                   // %fstatfs
	ClassUstat                     // in %%statfs only
)

// className is one spelling of a class in a set.
type className struct {
	name  string // behind the "%"
	class Class
	bare  bool // may also be written without "%", as strace once had it
}

var classNames = [...]className{
	{"file", ClassFile, true},
	{"process", ClassProcess, true},
	{"network", ClassNetwork, true},
	{"net", ClassNetwork, false},
	{"signal", ClassSignal, true},
	{"ipc", ClassIPC, true},
	{"desc", ClassDesc, true},
	{"memory", ClassMemory, true},
	{"creds", ClassCreds, false},
	{"clock", ClassClock, false},
	{"pure", ClassPure, false},
	{"stat", ClassStat, false},
	{"lstat", ClassLstat, false},
	{"fstat", ClassFstat, false},
	{"%stat", ClassStat | ClassLstat | ClassFstat, false},
	{"statfs", ClassStatfs, false},
	{"fstatfs", ClassFstatfs, false},
	{"%statfs", ClassStatfs | ClassFstatfs | ClassUstat, false},
}

// ClassByName returns what a "%" stands before: "file", "%stat". A call is in it if it has any of its bits.
func ClassByName(name string) (Class, bool) {
	for _, c := range classNames {
		if c.name == name {
			return c.class, true
		}
	}
	return 0, false
}

// ClassNames returns every spelling of a class, with its "%".
func ClassNames() []string {
	names := make([]string, len(classNames))
	for i, c := range classNames {
		names[i] = "%" + c.name
	}
	return names
}

// String returns the classes as calls.txt writes them: "%desc %file".
func (c Class) String() string {
	var names []string
	for _, n := range classNames {
		if n.name != "net" && c&n.class != 0 && n.class&(n.class-1) == 0 {
			names = append(names, "%"+n.name)
		}
	}
	return strings.Join(names, " ")
}
