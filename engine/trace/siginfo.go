package trace

import (
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// siginfoAt writes a 64-bit program's siginfo_t.
func (p *printer) siginfoAt(addr uint64) bool {
	var info utrace.Siginfo
	b, ok := p.fetch(addr, len(info.Bytes()))
	if !ok || p.wordSize() != 8 {
		return false
	}
	copy(info.Bytes(), b)
	if info.Signo() == 0 {
		p.str("{}")
		return true
	}
	p.siginfo(&info)
	return true
}

// siginfo writes who sent a signal and why.
func (p *printer) siginfo(s *utrace.Siginfo) {
	sig, code := s.Signo(), s.Code()
	p.str("{si_signo=")
	p.signal(int(sig))
	p.str(", si_code=")
	p.siCode(sig, code)
	if e := s.Errno(); e != 0 && sig != unix.SIGSYS {
		p.field("si_errno")
		if name := syscalls.ErrnoName(int(e)); name != "" {
			p.str(name)
		} else {
			p.dec(int64(e))
		}
	}
	switch {
	case code == siUser || code == siTkill:
		p.sender(s)
	case code == siTimer:
		id, overrun := s.Timer()
		p.field("si_timerid")
		p.hex(uint64(uint32(id)))
		p.field("si_overrun")
		p.dec(int64(overrun))
		p.sigval(s)
	case code <= 0:
		p.queued(s)
	case sig == unix.SIGCHLD:
		p.child(s)
	case sig == unix.SIGILL || sig == unix.SIGFPE || sig == unix.SIGSEGV || sig == unix.SIGBUS:
		p.field("si_addr")
		p.addr(s.Addr())
	case sig == unix.SIGIO:
		p.field("si_band")
		p.flags(&flags.PollEvents, uint64(s.Band()))
		p.field("si_fd")
		p.dec(int64(s.FD()))
	case sig == unix.SIGSYS:
		p.sigsys(s)
	default:
		p.queued(s)
	}
	p.char('}')
}

func (p *printer) sender(s *utrace.Siginfo) {
	p.field("si_pid")
	p.dec(int64(s.Pid()))
	p.field("si_uid")
	p.udec(uint64(s.UID()))
}

// queued writes what the union holds if nothing better is known.
func (p *printer) queued(s *utrace.Siginfo) {
	if s.Pid() != 0 || s.UID() != 0 {
		p.sender(s)
	}
	if s.Value() != 0 {
		p.sigval(s)
	}
}

func (p *printer) sigval(s *utrace.Siginfo) {
	p.field("si_int")
	p.dec(int64(s.ValueInt()))
	p.field("si_ptr")
	p.addr(s.Value())
}

func (p *printer) child(s *utrace.Siginfo) {
	const cldExited = 1
	p.sender(s)
	p.field("si_status")
	if s.Code() == cldExited {
		p.dec(int64(s.Status()))
	} else {
		p.signal(int(s.Status()))
	}
	user, system := s.Times()
	p.field("si_utime")
	p.ticks(user)
	p.field("si_stime")
	p.ticks(system)
}

// ticks writes a time in hundredths of a second, and in seconds.
func (p *printer) ticks(v int64) {
	p.dec(v)
	if v == 0 {
		return
	}
	p.str(" /* ")
	if v < 0 {
		p.char('-')
		v = -v
	}
	p.udec(uint64(v) / 100)
	p.char('.')
	p.char('0' + byte(uint64(v)/10%10))
	p.char('0' + byte(uint64(v)%10))
	p.str(" s */")
}

func (p *printer) sigsys(s *utrace.Siginfo) {
	at, nr, arch := s.Syscall()
	p.field("si_call_addr")
	p.addr(at)
	p.field("si_syscall")
	if c, ok := syscalls.Lookup(arch, int(nr)); ok {
		p.str("__NR_")
		p.str(c.Name)
	} else {
		p.dec(int64(nr))
	}
	p.field("si_arch")
	switch arch {
	case syscalls.AMD64:
		p.str("AUDIT_ARCH_X86_64")
	case syscalls.I386:
		p.str("AUDIT_ARCH_I386")
	default:
		p.hex(uint64(arch))
	}
}

const (
	siUser  = 0
	siTimer = -2
	siTkill = -6
)

// Signal codes: those that any signal may have, and those of one signal, from 1.
var siCodes = map[int32]string{
	0: "SI_USER", 128: "SI_KERNEL", -1: "SI_QUEUE", -2: "SI_TIMER", -3: "SI_MESGQ", -4: "SI_ASYNCIO",
	-5: "SI_SIGIO", -6: "SI_TKILL", -7: "SI_DETHREAD", -60: "SI_ASYNCNL",
}

var siCodesOf = map[unix.Signal][]string{
	unix.SIGILL: {"ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR", "ILL_ILLTRP", "ILL_PRVOPC", "ILL_PRVREG",
		"ILL_COPROC", "ILL_BADSTK", "ILL_BADIADDR"},
	unix.SIGFPE: {"FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV", "FPE_FLTOVF", "FPE_FLTUND", "FPE_FLTRES",
		"FPE_FLTINV", "FPE_FLTSUB"},
	unix.SIGSEGV: {"SEGV_MAPERR", "SEGV_ACCERR", "SEGV_BNDERR", "SEGV_PKUERR", "SEGV_ACCADI", "SEGV_ADIDERR",
		"SEGV_ADIPERR", "SEGV_MTEAERR", "SEGV_MTESERR", "SEGV_CPERR"},
	unix.SIGBUS:  {"BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR", "BUS_MCEERR_AR", "BUS_MCEERR_AO"},
	unix.SIGTRAP: {"TRAP_BRKPT", "TRAP_TRACE", "TRAP_BRANCH", "TRAP_HWBKPT", "TRAP_UNK", "TRAP_PERF"},
	unix.SIGCHLD: {"CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"},
	unix.SIGIO:   {"POLL_IN", "POLL_OUT", "POLL_MSG", "POLL_ERR", "POLL_PRI", "POLL_HUP"},
	unix.SIGSYS:  {"SYS_SECCOMP", "SYS_USER_DISPATCH"},
}

func (p *printer) siCode(sig unix.Signal, code int32) {
	if name := siCodes[code]; name != "" {
		p.str(name)
		return
	}
	if names := siCodesOf[sig]; code > 0 && int(code) <= len(names) {
		p.str(names[code-1])
		return
	}
	if code < 0 {
		p.dec(int64(code))
		return
	}
	p.hex(uint64(code))
}
