package match

import (
	"utrace"
	"utrace/syscalls"
)

// Within returns what tells at a call's entry whether it is in a set, where its number does not: i386 makes
// connect(2) through socketcall(2), and semget(2) through ipc(2). only, if it is not nil, is asked too. It returns only
// if numbers tell.
func Within(set *syscalls.Set, only func(*utrace.Syscall) bool) func(*utrace.Syscall) bool {
	if !set.SplitsWithin() {
		return only
	}
	return func(c *utrace.Syscall) bool { return within(set, c) && (only == nil || only(c)) }
}

// Has reports whether a call is in a set, at its entry.
func Has(set *syscalls.Set, c *utrace.Syscall) bool {
	return set.Has(c.Arch(), c.Nr()) && within(set, c)
}

// within reports whether a call is in a set that has its number. A socketcall(2) whose arguments cannot be read makes
// no other call.
func within(set *syscalls.Set, c *utrace.Syscall) bool {
	if c.Arch() != syscalls.I386 || c.Nr() != syscalls.NrSocketcall && c.Nr() != syscalls.NrIPC {
		return true
	}
	first := uint32(c.Arg(0))
	if w, ok := syscalls.LookupWithin(c.Nr(), first); ok && w.Memory > 0 {
		args := make([]byte, 4*w.Memory)
		if n, _ := c.Memory().ReadAt(args, int64(uint32(c.Arg(1)))); n < len(args) {
			return set.Own(c.Nr())
		}
	}
	return set.HasWithin(c.Nr(), first)
}
