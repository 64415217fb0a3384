package trace

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// special writes the arguments of a call that the table does not tell enough
// of. It is called at entry and at exit, and advances p.next to the end when it
// has written all.
type special struct {
	on    syscalls.Arch // 0: any
	write func(p *printer)
}

var specials = map[string]special{
	"clone":  {syscalls.AMD64, (*printer).clone},
	"clone3": {0, (*printer).clone3},

	"rt_sigreturn": {syscalls.AMD64, (*printer).sigreturn},
}

const (
	cloneChildCleartid = 0x00200000
	cloneChildSettid   = 0x01000000
	cloneParentSettid  = 0x00100000
	clonePidfd         = 0x00001000
	cloneSettls        = 0x00080000
)

// clone writes amd64's clone(2) with the names that strace has for its
// arguments, and only those that its flags make count.
func (p *printer) clone() {
	if p.exit && p.next == 0 || p.next > 0 && !p.exit {
		return
	}
	f := p.arg(0)
	if !p.exit {
		p.str("child_stack=")
		p.addr(p.arg(1))
		p.str(", flags=")
		p.flags(&flags.Clone, f)
		p.next = 1
		if f&(cloneParentSettid|clonePidfd|cloneChildSettid|cloneChildCleartid|cloneSettls) == 0 {
			p.next = p.argc()
		}
		return
	}
	if p.complete() {
		return
	}
	if f&(cloneParentSettid|clonePidfd) != 0 {
		p.str(", parent_tid=")
		if p.failed() || !p.tidAt(p.arg(2)) {
			p.addr(p.arg(2))
		}
	}
	if f&cloneSettls != 0 {
		p.str(", tls=")
		p.hex(p.arg(4))
	}
	if f&(cloneChildSettid|cloneChildCleartid) != 0 {
		p.str(", child_tidptr=")
		p.addr(p.arg(3))
	}
	p.next = p.argc()
}

func (p *printer) tidAt(addr uint64) bool {
	var v [1]uint64
	if addr == 0 || !p.numbers(addr, 4, v[:]) {
		return false
	}
	p.char('[')
	p.dec(int64(int32(v[0])))
	p.char(']')
	return true
}

// clone3 writes struct clone_args, and at exit what the kernel stored where its
// addresses point.
func (p *printer) clone3() {
	const known = 11 // words of struct clone_args
	var v [known]uint64
	n := min(int(p.arg(1)/8), known)
	if !p.exit {
		if n < 8 || !p.numbers(p.arg(0), 8, v[:n]) {
			p.addr(p.arg(0))
			p.str(", ")
			p.udec(p.arg(1))
			p.next = p.argc()
			return
		}
		p.cloneArgs(v, n)
		p.saved[0], p.saved[1] = v[0], v[3]
		p.next = 1
		return
	}
	if p.complete() {
		return
	}
	if p.saved[0]&cloneParentSettid != 0 && !p.failed() {
		start := len(p.b)
		p.str(" => {parent_tid=")
		if p.tidAt(p.saved[1]) {
			p.char('}')
		} else {
			p.b = p.b[:start]
		}
	}
	p.str(", ")
	p.udec(p.arg(1))
	p.next = p.argc()
}

func (p *printer) cloneArgs(v [11]uint64, n int) {
	f := v[0]
	p.str("{flags=")
	p.flags(&flags.Clone3, f)
	if f&clonePidfd != 0 {
		p.field("pidfd")
		p.addr(v[1])
	}
	if f&(cloneChildSettid|cloneChildCleartid) != 0 {
		p.field("child_tid")
		p.addr(v[2])
	}
	if f&cloneParentSettid != 0 {
		p.field("parent_tid")
		p.addr(v[3])
	}
	p.field("exit_signal")
	p.signal(int(int32(v[4])))
	p.field("stack")
	p.addr(v[5])
	p.field("stack_size")
	p.hex(v[6])
	if f&cloneSettls != 0 {
		p.field("tls")
		p.hex(v[7])
	}
	if n > 8 && v[9] != 0 {
		p.field("set_tid")
		p.addr(v[8])
		p.field("set_tid_size")
		p.udec(v[9])
	}
	p.char('}')
}

// sigreturn writes the signal mask that is put back. It is in the frame that the
// handler's return has left the stack pointer at.
func (p *printer) sigreturn() {
	const maskInFrame = 8 + 8 + 24 + 256 // flags, link, stack_t, mcontext of struct ucontext
	if p.complete() && !p.exit && p.sp != 0 {
		start := len(p.b)
		p.str("{mask=")
		if p.sigset(p.sp+maskInFrame, 8) {
			p.char('}')
		} else {
			p.b = p.b[:start]
		}
	}
}
