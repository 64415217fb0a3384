package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// The calls of i386 that are several: socketcall(2), ipc(2), and the old mmap(2) and select(2), which take
// their arguments in memory. They are shown as what they call.

// Calls that have no number of their own on i386.
var (
	send = syscalls.Call{Name: "send", Args: []syscalls.Arg{
		{Name: "fd", Kind: syscalls.FD}, {Name: "buff", Kind: syscalls.BufIn, Len: 1}, {Name: "len", Kind: syscalls.Size},
		{Name: "flags", Kind: syscalls.Flags, Flags: &flags.Msg},
	}, Ret: syscalls.Long}
	recv = syscalls.Call{Name: "recv", Args: []syscalls.Arg{
		{Name: "fd", Kind: syscalls.FD}, {Name: "ubuf", Kind: syscalls.BufOut, Dir: syscalls.Out, Len: 1},
		{Name: "size", Kind: syscalls.Size}, {Name: "flags", Kind: syscalls.Flags, Flags: &flags.Msg},
	}, Ret: syscalls.Long}
)

// callNamed returns a call of i386, or one that only amd64 has a number for.
func callNamed(name string) *syscalls.Call {
	switch name {
	case "send":
		return &send
	case "recv":
		return &recv
	}
	if c, ok := syscalls.ByName(syscalls.I386, name); ok {
		return c
	}
	c, _ := syscalls.ByName(syscalls.AMD64, name)
	return c
}

// unwind makes the call that is within a call of i386 the one to show, with its arguments.
func (d *Decoder) unwind() {
	switch d.call.Name {
	case "socketcall":
		if w, ok := syscalls.LookupWithin(d.nr, uint32(d.regs[0])); ok {
			d.inMemory(d.regs[1], callNamed(w.Name))
		}
	case "mmap", "select":
		c, _ := syscalls.ByName(syscalls.AMD64, d.call.Name)
		d.inMemory(d.regs[0], c)
	case "ipc":
		d.ipcCall()
	}
}

// inMemory takes a call's arguments from memory, if they can be read.
func (d *Decoder) inMemory(addr uint64, c *syscalls.Call) {
	var args [6]uint64
	n := 0
	for i, a := range c.Args {
		if a.Kind != syscalls.Pad {
			n = i + 1
		}
	}
	if d.words(addr, args[:n]) {
		d.call, d.regs = c, args
	}
}

// ipcCall takes the arguments of a call of ipc(2). The low half of the first one says which it is, the high
// half which version of it.
func (d *Decoder) ipcCall() {
	const semctl, msgrcv, shmat = 3, 12, 21
	version := d.regs[0] >> 16
	in, ok := syscalls.LookupWithin(d.nr, uint32(d.regs[0]))
	if !ok {
		return
	}
	var args [6]uint64
	for i, from := range in.Args {
		args[i] = d.regs[from]
	}
	switch {
	case in.Which == semctl:
		var arg [1]uint64
		if !d.words(d.regs[4], arg[:]) {
			return
		}
		args[3], d.boxedArg = arg[0], 3
	case in.Which == msgrcv && version == 0:
		var tmp [2]uint64 // the buffer and the type
		if !d.words(d.regs[4], tmp[:]) {
			return
		}
		args[1], args[3] = tmp[0], tmp[1]
	case in.Which == shmat:
		d.resultAt = d.regs[3]
	}
	d.call, d.regs = callNamed(in.Name), args
}
