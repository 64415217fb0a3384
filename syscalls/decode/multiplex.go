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

// socketcalls are the calls of socketcall, from 1.
var socketcalls = [...]string{
	"socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername", "socketpair", "send", "recv", "sendto",
	"recvfrom", "shutdown", "setsockopt", "getsockopt", "sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg",
}

// ipcCalls are the calls of ipc, with which of its arguments theirs are.
var ipcCalls = map[uint64]struct {
	name string
	args []int8
}{
	1: {"semop", []int8{1, 4, 2}}, 2: {"semget", []int8{1, 2, 3}}, 3: {"semctl", []int8{1, 2, 3, 4}},
	4: {"semtimedop", []int8{1, 4, 2, 5}}, 11: {"msgsnd", []int8{1, 4, 2, 3}}, 12: {"msgrcv", []int8{1, 4, 2, 5, 3}},
	13: {"msgget", []int8{1, 2}}, 14: {"msgctl", []int8{1, 2, 4}}, 21: {"shmat", []int8{1, 4, 2}}, 22: {"shmdt", []int8{4}},
	23: {"shmget", []int8{1, 2, 3}}, 24: {"shmctl", []int8{1, 2, 4}},
}

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
		if n := d.regs[0]; n >= 1 && n <= uint64(len(socketcalls)) {
			d.inMemory(d.regs[1], callNamed(socketcalls[n-1]))
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
	which, version := d.regs[0]&0xffff, d.regs[0]>>16
	in, ok := ipcCalls[which]
	if !ok {
		return
	}
	var args [6]uint64
	for i, from := range in.args {
		args[i] = d.regs[from]
	}
	switch {
	case which == semctl:
		var arg [1]uint64
		if !d.words(d.regs[4], arg[:]) {
			return
		}
		args[3], d.boxedArg = arg[0], 3
	case which == msgrcv && version == 0:
		var tmp [2]uint64 // the buffer and the type
		if !d.words(d.regs[4], tmp[:]) {
			return
		}
		args[1], args[3] = tmp[0], tmp[1]
	case which == shmat:
		d.resultAt = d.regs[3]
	}
	d.call, d.regs = callNamed(in.name), args
}
