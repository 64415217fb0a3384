package trace

import (
	"math/bits"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// sigset writes a set of signals of n bytes.
func (p *printer) sigset(addr uint64, n uint64) bool {
	if n != 8 {
		return false
	}
	var v [1]uint64
	if !p.numbers(addr, 8, v[:]) {
		return false
	}
	p.mask(v[0])
	return true
}

// mask writes a set of signals without their "SIG"; one that holds most of them
// as what is not in it.
func (p *printer) mask(set uint64) {
	if bits.OnesCount64(set) >= 64*2/3 {
		p.char('~')
		set = ^set
	}
	p.char('[')
	for first := true; set != 0; first = false {
		i := bits.TrailingZeros64(set)
		set &^= 1 << i
		if !first {
			p.char(' ')
		}
		p.str(strings.TrimPrefix(syscalls.SignalName(i+1), "SIG"))
	}
	p.char(']')
}

// sigsetArg writes pselect6's last argument, a set and its size.
func (p *printer) sigsetArg(addr uint64) bool {
	var v [2]uint64
	if !p.words(addr, v[:]) {
		return false
	}
	if v[0] == 0 && v[1] == 0 {
		return false
	}
	p.str("{sigmask=")
	if !p.sigset(v[0], v[1]) {
		p.addr(v[0])
	}
	p.str(", sigsetsize=")
	p.udec(v[1])
	p.char('}')
	return true
}

const saRestorer = 0x04000000

func (p *printer) sigaction(addr uint64) bool {
	var v [3]uint64 // handler, flags, restorer
	size := uint64(3 * p.wordSize())
	b, ok := p.fetch(addr, int(size)+8)
	if !ok {
		return false
	}
	for i := range v {
		v[i] = word(b[i*p.wordSize():], p.wordSize())
	}
	mask := word(b[size:], 8)
	p.str("{sa_handler=")
	p.handler(v[0])
	p.str(", sa_mask=")
	p.mask(mask)
	p.str(", sa_flags=")
	p.flags(&flags.SigactionFlags, uint64(uint32(v[1])))
	if v[1]&saRestorer != 0 {
		p.str(", sa_restorer=")
		p.addr(v[2])
	}
	p.char('}')
	return true
}

func (p *printer) sigaltstack(addr uint64) bool {
	var v [3]uint64 // sp, flags, size
	if !p.words(addr, v[:]) {
		return false
	}
	p.str("{ss_sp=")
	p.addr(v[0])
	p.str(", ss_flags=")
	p.flags(&flags.SigaltstackFlags, uint64(uint32(v[1])))
	p.str(", ss_size=")
	p.udec(v[2])
	p.char('}')
	return true
}

// waitStatus writes what wait4(2) tells, if it has waited for anybody.
func (p *printer) waitStatus(addr uint64) bool {
	var v [1]uint64
	if p.result <= 0 || !p.numbers(addr, 4, v[:]) {
		return false
	}
	w := unix.WaitStatus(v[0])
	p.char('[')
	switch {
	case w.Exited():
		p.str("{WIFEXITED(s) && WEXITSTATUS(s) == ")
		p.dec(int64(w.ExitStatus()))
	case w.Continued():
		p.str("{WIFCONTINUED(s)")
	case w.Stopped():
		sig, syscall := w.StopSignal()&^0x80, w.StopSignal()&0x80 != 0
		p.str("{WIFSTOPPED(s) && WSTOPSIG(s) == ")
		p.signal(int(sig))
		if syscall {
			p.str(" | 0x80")
		}
	default:
		p.str("{WIFSIGNALED(s) && WTERMSIG(s) == ")
		p.signal(int(w & 0x7f))
		if w&0x80 != 0 {
			p.str(" && WCOREDUMP(s)")
		}
	}
	p.char('}')
	if event := v[0] >> 16; w.Stopped() && event != 0 {
		p.str(" | ")
		p.hex(event << 16)
	}
	p.char(']')
	return true
}
