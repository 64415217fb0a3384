package trace

import (
	"time"

	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// outcome writes what stands behind "= ": the result, the error's name and
// text, and what the call found where that is told beside the result.
func (p *printer) outcome() {
	if p.failed() {
		p.failure(int(-p.result))
		return
	}
	kind := syscalls.Long
	if p.call != nil {
		kind = p.call.Ret
	}
	v := uint64(p.result)
	switch kind {
	case syscalls.Ptr, syscalls.Hex:
		p.hex(p.clip(v))
	case syscalls.Mode:
		p.octal(v)
	case syscalls.Uid, syscalls.Gid, syscalls.Uid16, syscalls.Gid16:
		p.id(uint32(v))
	case syscalls.Flags, syscalls.Enum:
		p.hex(v)
		p.str(" (")
		p.flags(p.call.RetFlags, v)
		p.char(')')
	case syscalls.Signal:
		p.dec(p.result)
		if p.result > 0 {
			p.str(" (")
			p.signal(int(p.result))
			p.char(')')
		}
	case syscalls.Time:
		p.dec(p.result)
		p.b = time.Unix(p.result, 0).AppendFormat(p.b, " (2006-01-02T15:04:05-0700)")
	case syscalls.Varies:
		p.variedResult()
	default:
		p.dec(p.signed(v))
	}
	p.found()
}

// failure writes an error. Numbers above the C library's are for the kernel
// alone: the call is started again, or fails with EINTR, which is not decided.
func (p *printer) failure(errno int) {
	name := syscalls.ErrnoName(errno)
	switch {
	case errno == 512 || errno == 513 || errno == 514 || errno == 516:
		p.str("? ")
	case name == "":
		p.str("-1 (errno ")
		p.dec(int64(errno))
		p.char(')')
		return
	default:
		p.str("-1 ")
	}
	p.str(name)
	p.str(" (")
	p.str(syscalls.ErrnoText(errno))
	p.char(')')
}

// variedResult writes a result that depends on a command.
func (p *printer) variedResult() {
	const getfd, getfl = 1, 3
	v := uint64(p.result)
	if p.call.Name != "fcntl" && p.call.Name != "fcntl64" {
		p.dec(p.result)
		return
	}
	switch uint32(p.arg(1)) {
	case getfd:
		p.hex(v)
		if v&1 != 0 {
			p.str(" (flags FD_CLOEXEC)")
		}
	case getfl:
		p.hex(v)
		p.str(" (flags ")
		p.flags(&flags.Open, v)
		p.char(')')
	default:
		p.dec(p.result)
	}
}

// found writes, for calls that wait for descriptors, those that are ready and
// the time that was left: " ([{fd=5, revents=POLLIN}], left {...})".
func (p *printer) found() {
	if p.call == nil {
		return
	}
	waits, some := false, false
	next := func() {
		if some {
			p.str(", ")
		} else {
			p.str(" (")
		}
		some = true
	}
	for i := range p.call.Args {
		a := &p.call.Args[i]
		if a.Dir != syscalls.InOut || !beside(a.Kind) {
			continue
		}
		waits = true
		if p.result == 0 || p.arg(i) == 0 {
			continue
		}
		start, had := len(p.b), some
		next()
		if !p.ready(i, a) {
			p.b, some = p.b[:start], had
		}
	}
	switch {
	case some:
		p.char(')')
	case waits && p.result == 0:
		p.str(" (Timeout)")
	}
}

// ready writes what the kernel made of one argument of such a call.
func (p *printer) ready(i int, a *syscalls.Arg) bool {
	switch a.Kind {
	case syscalls.Pollfd:
		p.polled(p.arg(i), p.length(i))
		return true
	case syscalls.FDSet:
		switch a.Name {
		case "inp":
			p.str("in ")
		case "outp":
			p.str("out ")
		default:
			p.str("except ")
		}
		return p.fdSet(p.arg(i), p.length(i))
	}
	p.str("left ")
	return p.structAt(i, a, p.arg(i))
}
