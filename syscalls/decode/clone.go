package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// specialFor returns what writes the arguments of a call that the table does not tell enough of, or nil. It is
// called at entry and at exit, and advances d.shown to the end when it has written all.
func specialFor(name string) func(d *Decoder) {
	switch name {
	case "clone":
		return (*Decoder).clone
	case "clone3":
		return (*Decoder).clone3
	case "restart_syscall":
		return (*Decoder).restart
	case "rt_sigreturn", "sigreturn":
		return (*Decoder).sigreturn
	}
	return nil
}

const (
	cloneChildCleartid = 0x00200000
	cloneChildSettid   = 0x01000000
	cloneParentSettid  = 0x00100000
	clonePidfd         = 0x00001000
	cloneSettls        = 0x00080000
	cloneIntoCgroup    = 0x200000000
)

// clone writes clone(2) with the names that strace has for its arguments, and only those that its
// flags make count.
func (d *Decoder) clone() {
	if d.exit && d.shown == 0 || d.shown > 0 && !d.exit {
		return
	}
	f := d.arg(0)
	if !d.exit {
		d.named("child_stack", 1)
		d.addr(d.arg(1))
		d.named("flags", 0)
		d.cloneFlags(f)
		d.shown = 1
		if f&(cloneParentSettid|clonePidfd|cloneChildSettid|cloneChildCleartid|cloneSettls) == 0 {
			d.shown = d.argc()
		}
		return
	}
	if d.Complete() {
		return
	}
	if f&(cloneParentSettid|clonePidfd) != 0 {
		d.named("parent_tid", 2)
		write := (*Decoder).tidAt
		if f&cloneParentSettid == 0 {
			write = (*Decoder).fdAt
		}
		if d.failed() || !write(d, d.arg(2)) {
			d.addr(d.arg(2))
		}
	}
	tls, child := 4, 3
	if d.arch == syscalls.I386 {
		tls, child = child, tls
	}
	if f&cloneSettls != 0 {
		d.named("tls", tls)
		if d.arch != syscalls.I386 || !d.userDesc(d.arg(tls), 0) {
			d.addr(d.arg(tls))
		}
	}
	if f&(cloneChildSettid|cloneChildCleartid) != 0 {
		d.named("child_tidptr", child)
		d.addr(d.arg(child))
	}
	d.shown = d.argc()
}

// named begins argument i, with its name in text too.
func (d *Decoder) named(name string, i int) {
	d.beginArg(name, d.arg(i))
	d.text(name)
	d.text("=")
}

func (d *Decoder) tidAt(addr uint64) bool {
	return addr != 0 && d.boxed(addr, 4, func(v uint64) { d.pid(int32(v), Thread) })
}

func (d *Decoder) fdAt(addr uint64) bool {
	return addr != 0 && d.boxed(addr, 4, func(v uint64) { d.fd(int32(v)) })
}

// clone3 writes struct clone_args, and at exit what the kernel stored where its addresses point.
func (d *Decoder) clone3() {
	if !d.exit {
		d.beginArg("uargs", d.arg(0))
		if !d.cloneArgs(d.arg(0), d.arg(1)) {
			d.addr(d.arg(0))
			d.beginArg("size", d.arg(1))
			d.udec(d.arg(1))
			d.shown = d.argc()
			return
		}
		d.shown = 1
		return
	}
	if d.Complete() {
		return
	}
	d.cloned()
	d.beginArg("size", d.arg(1))
	d.udec(d.arg(1))
	d.shown = d.argc()
}

// cloned writes what the kernel stored where clone3's addresses point.
func (d *Decoder) cloned() {
	if d.failed() {
		return
	}
	m, some := d.mark(), false
	d.after()
	d.open()
	for _, out := range [...]struct {
		flag, addr uint64
		name       string
		write      func(*Decoder, uint64) bool
	}{
		{clonePidfd, d.saved[2], "pidfd", (*Decoder).fdAt},
		{cloneParentSettid, d.saved[1], "parent_tid", (*Decoder).tidAt},
	} {
		before := d.mark()
		if d.saved[0]&out.flag == 0 {
			continue
		}
		d.field(out.name)
		if out.write(d, out.addr) {
			some = true
		} else {
			d.back(before)
		}
	}
	d.close()
	if !some {
		d.back(m)
	}
}

func (d *Decoder) cloneArgs(addr, size uint64) bool {
	const known = 11 // words of struct clone_args
	var v [known]uint64
	n := min(int(size/8), known)
	if n < 8 || !d.numbers(addr, 8, v[:n]) {
		return false
	}
	f := v[0]
	d.saved[0], d.saved[1], d.saved[2] = f, v[3], v[1]
	d.open()
	d.field("flags")
	d.flags(&flags.Clone3, f)
	if f&clonePidfd != 0 {
		d.field("pidfd")
		d.addr(v[1])
	}
	if f&(cloneChildSettid|cloneChildCleartid) != 0 {
		d.field("child_tid")
		d.addr(v[2])
	}
	if f&cloneParentSettid != 0 {
		d.field("parent_tid")
		d.addr(v[3])
	}
	d.field("exit_signal")
	d.signal(int(int32(v[4])))
	d.field("stack")
	d.addr(v[5])
	d.field("stack_size")
	d.hex(v[6])
	if f&cloneSettls != 0 {
		d.field("tls")
		d.addr(v[7])
	}
	if n > 9 && (v[8] != 0 || v[9] != 0) {
		d.field("set_tid")
		d.elements(v[8], v[9], 4, func(d *Decoder, at uint64) bool {
			return d.unboxed(at, 4, func(v uint64) { d.pid(int32(v), Thread) })
		})
		d.field("set_tid_size")
		d.udec(v[9])
	}
	if n > 10 && (v[10] != 0 || f&cloneIntoCgroup != 0) {
		d.field("cgroup")
		d.fd(int32(v[10]))
	}
	if size > 8*known {
		d.unknownBytes(addr, 8*known, size)
	}
	d.close()
	return true
}

// restart writes what restart_syscall(2) goes on with: the call before it.
func (d *Decoder) restart() {
	if d.exit || d.some {
		return
	}
	d.beginArg("interrupted", 0)
	d.beginWord()
	d.text("<... resuming interrupted ")
	if d.before == "" {
		d.both("system call")
	} else {
		d.both(d.before)
	}
	d.text(" ...>")
	d.endWord()
}

// sigreturn writes the signal mask that is put back. It is in the frame that the handler's return has left the
// stack pointer at.
func (d *Decoder) sigreturn() {
	mask, ok := d.frameMask()
	if d.exit || d.some || d.sp == 0 || !ok {
		return
	}
	d.beginArg("frame", d.sp)
	d.open()
	d.field("mask")
	d.mask(mask)
	d.close()
}

// frameMask reads the signal mask in a frame, as the kernel's struct rt_sigframe, rt_sigframe_ia32 and
// sigframe_ia32 have it. What the handler has taken off the stack is its return address and, with i386's
// sigreturn, the signal.
func (d *Decoder) frameMask() (uint64, bool) {
	var v, high [1]uint64
	switch {
	case d.arch != syscalls.I386:
		const at = 8 + 8 + 24 + 256 // flags, link, stack_t, mcontext of struct ucontext
		ok := d.numbers(d.sp+at, 8, v[:])
		return v[0], ok
	case d.call.Name == "rt_sigreturn":
		const at = 3*4 + 128 + 2*4 + 12 + 88 // arguments, siginfo_t, and the same of struct ucontext_ia32
		ok := d.numbers(d.sp+at, 8, v[:])
		return v[0], ok
	}
	const oldmask, extramask = 80, 88 + 624 // in struct sigcontext_32; behind it and struct _fpstate_32
	ok := d.numbers(d.sp+oldmask, 4, v[:]) && d.numbers(d.sp+extramask, 4, high[:])
	return v[0] | high[0]<<32, ok
}
