package trace

import (
	"utrace/arch"
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// view is a call as an engine sees it; utrace.Syscall is one.
type view interface {
	Nr() int
	Args() [6]uint64
	Regs() (arch.Regs, error)
}

// enter writes the name and the arguments that are known at the call's entry:
// those up to the first that the kernel fills in.
func (p *printer) enter(id arch.ID, c view) {
	p.begin(id, c)
	p.arguments()
}

func (p *printer) begin(id arch.ID, c view) {
	p.arch, p.nr, p.args = id, c.Nr(), c.Args()
	p.call, _ = syscalls.Lookup(p.arch, p.nr)
	p.sp = 0
	if p.call != nil && p.call.Name == "rt_sigreturn" { // for nothing else: registers cost a call
		if r, err := c.Regs(); err == nil {
			p.sp = r.SP()
		}
	}
	p.exit, p.result = false, 0
	p.next, p.comma, p.some = 0, false, false
	p.saved = [6]uint64{}
	p.name()
	p.char('(')
}

func (p *printer) name() {
	if p.call == nil {
		p.str("syscall_")
		p.hex(uint64(uint32(p.nr)))
		return
	}
	p.str(p.call.Name)
}

// leave writes the arguments that enter left out. The result is in p.result.
func (p *printer) leave(result int64) {
	p.exit, p.result = true, result
	p.arguments()
}

// complete reports whether enter wrote all arguments.
func (p *printer) complete() bool { return p.next >= p.argc() }

func (p *printer) argc() int {
	if p.call == nil {
		return len(p.args)
	}
	return len(p.call.Args)
}

// arguments writes arguments from p.next on; at entry it stops at the first one
// that is for the exit.
func (p *printer) arguments() {
	if p.call == nil {
		p.unknown()
		return
	}
	if s, ok := specials[p.call.Name]; ok && (s.on == 0 || s.on == p.arch) {
		s.write(p)
		return
	}
	if !p.exit {
		p.saveInOut()
	}
	for ; p.next < len(p.call.Args); p.next++ {
		a, shown := p.definite(p.next)
		if !shown {
			continue
		}
		p.separate()
		if !p.exit && later(&a) {
			return
		}
		p.comma = false
		if p.exit && later(&a) && p.hidden(&a) {
			p.addr(p.arg(p.next))
		} else {
			p.value(p.next, &a)
		}
	}
}

// separate writes the comma before an argument, once.
func (p *printer) separate() {
	if p.some && !p.comma {
		p.str(", ")
	}
	p.some, p.comma = true, true
}

// unknown writes the arguments of a call that no table has.
func (p *printer) unknown() {
	for ; p.next < len(p.args); p.next++ {
		p.separate()
		p.comma = false
		p.hex(p.arg(p.next))
	}
}

// later reports whether what an argument points at is known at exit only.
func later(a *syscalls.Arg) bool {
	switch a.Kind {
	case syscalls.BufOut, syscalls.StrOut:
		return true
	}
	return a.Dir == syscalls.Out || a.Dir == syscalls.InOut && !beside(a.Kind)
}

// beside reports whether what the kernel made of an argument is told beside
// the result, as strace does for calls that wait for descriptors.
func beside(k syscalls.Kind) bool {
	switch k {
	case syscalls.Pollfd, syscalls.FDSet, syscalls.Timespec, syscalls.Timespec64, syscalls.Timeval:
		return true
	}
	return false
}

// hidden reports whether an argument for the exit has nothing to show: the call
// has failed. What remains of a sleep is there only when it was broken.
func (p *printer) hidden(a *syscalls.Arg) bool {
	const eintr, erestartBlock = 4, 516
	if a.Name == "rmtp" {
		return p.result != -eintr && p.result != -erestartBlock
	}
	if a.Kind == syscalls.Msghdr || a.Dir == syscalls.InOut && numberBehind(a.Kind) {
		return false // there is what the program put there
	}
	return p.failed()
}

func numberBehind(k syscalls.Kind) bool { return k >= syscalls.IntPtr && k <= syscalls.OffPtr }

// saveInOut notes the numbers that the call will overwrite.
func (p *printer) saveInOut() {
	for i := range p.call.Args {
		a := &p.call.Args[i]
		if a.Dir != syscalls.InOut || !numberBehind(a.Kind) {
			continue
		}
		var v [1]uint64
		if p.numbers(p.arg(i), pointee(a.Kind, p.wordSize()), v[:]) {
			p.saved[i] = v[0]
		}
	}
}

// definite returns argument i as it is in this very call; shown is false if it
// means nothing in it.
func (p *printer) definite(i int) (a syscalls.Arg, shown bool) {
	a = p.call.Args[i]
	switch a.Kind {
	case syscalls.Pad:
		return a, false
	case syscalls.CreateMode:
		return a, i > 0 && makesFile(p.arg(i-1))
	case syscalls.Varies:
		return p.varying(i, a)
	case syscalls.Ptr:
		const fixed, dontUnmap = 2, 4
		return a, a.Name != "new_addr" || p.arg(i-1)&(fixed|dontUnmap) != 0 // mremap's
	case syscalls.Protocol:
		switch uint32(p.arg(0)) {
		case afInet, afInet6:
			a.Kind, a.Flags = syscalls.Enum, &flags.IPProtocols
		case 16: // AF_NETLINK
			a.Kind, a.Flags = syscalls.Enum, &flags.NetlinkProtocols
		}
	case syscalls.SockOpt:
		if t := sockopts(p.arg(i - 1)); t != nil {
			a.Kind, a.Flags = syscalls.Enum, t
		}
	}
	return a, true
}

// makesFile reports whether open flags come with a mode.
func makesFile(open uint64) bool {
	const creat, tmpfile = 0x40, 0x410000
	return open&creat != 0 || open&tmpfile == tmpfile
}

func sockopts(level uint64) *flags.Table {
	switch uint32(level) {
	case 0:
		return &flags.IPOptions
	case 1:
		return &flags.SocketOptions
	case 6:
		return &flags.TCPOptions
	case 41:
		return &flags.IPv6Options
	}
	return nil
}
