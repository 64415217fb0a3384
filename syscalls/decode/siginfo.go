package decode

import (
	"golang.org/x/sys/unix"

	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// SiginfoSize is how many bytes siginfo_t has.
const SiginfoSize = 128

// siginfoAt writes the program's siginfo_t.
func (d *Decoder) siginfoAt(addr uint64) bool {
	b, ok := d.fetch(addr, SiginfoSize)
	if !ok {
		return false
	}
	d.siginfo(siginfo{b, d.wordSize()})
	return true
}

// Siginfo writes who sent a signal and why. info is a siginfo_t as the kernel gives it to a 64-bit tracer.
func (d *Decoder) Siginfo(info []byte) {
	if len(info) >= SiginfoSize {
		d.siginfo(siginfo{info, 8})
	}
}

// Signal writes a signal's name.
func (d *Decoder) Signal(sig int) {
	d.bare = true
	d.signal(sig)
	d.bare = false
}

// siginfo is a siginfo_t of a program with words of a size. What is in the union begins at its first word's
// border behind signo, errno and code.
type siginfo struct {
	b    []byte
	word int
}

func (s siginfo) signo() unix.Signal { return unix.Signal(s.int(0)) }
func (s siginfo) errno() int32       { return s.int(4) }
func (s siginfo) code() int32        { return s.int(8) }
func (s siginfo) int(at int) int32   { return int32(word(s.b[at:], 4)) }

// union is where the union begins.
func (s siginfo) union() int {
	if s.word == 4 {
		return 12
	}
	return 16
}

func (s siginfo) field(at int) int32       { return s.int(s.union() + at) }
func (s siginfo) wordField(at int) uint64  { return word(s.b[s.union()+at:], s.word) }
func (s siginfo) signedField(at int) int64 { return extend(s.wordField(at), s.word) }
func (s siginfo) childTimes() (int64, int64) { // behind pid, uid, status, at a word's border
	at := (12 + s.word - 1) / s.word * s.word
	return s.signedField(at), s.signedField(at + s.word)
}

const (
	siUser  = 0
	siTimer = -2
	siSigio = -5
	siTkill = -6
)

func (d *Decoder) siginfo(s siginfo) {
	sig, code := s.signo(), s.code()
	d.open()
	if sig == 0 {
		d.close()
		return
	}
	d.field("si_signo")
	d.signal(int(sig))
	d.field("si_code")
	d.siCode(sig, code)
	if e := s.errno(); e != 0 && sig != unix.SIGSYS {
		d.field("si_errno")
		d.errno(int(e))
	}
	switch {
	case code == siUser || code == siTkill:
		d.sender(s)
	case code == siTimer:
		d.field("si_timerid")
		d.hex(uint64(uint32(s.field(0))))
		d.field("si_overrun")
		d.dec(int64(s.field(4)))
		d.sigval(s)
	case code == siSigio || code > 0 && sig == unix.SIGIO:
		d.field("si_band")
		if code > 0 {
			d.flags(&flags.PollEvents, s.wordField(0))
		} else {
			d.dec(s.signedField(0))
		}
		d.field("si_fd")
		d.fd(s.field(s.word))
	case code <= 0:
		d.sender(s)
		if s.wordField(8) != 0 {
			d.sigval(s)
		}
	case sig == unix.SIGCHLD:
		d.child(s)
	case sig == unix.SIGILL || sig == unix.SIGFPE || sig == unix.SIGSEGV ||
		sig == unix.SIGBUS || sig == unix.SIGTRAP:
		d.field("si_addr")
		d.addr(s.wordField(0))
	case sig == unix.SIGSYS:
		d.sigsys(s)
	default:
		d.queued(s)
	}
	d.close()
}

func (d *Decoder) sender(s siginfo) {
	d.field("si_pid")
	d.pid(s.field(0), Process)
	d.field("si_uid")
	d.udec(uint64(uint32(s.field(4))))
}

// queued writes what the union holds if nothing better is known.
func (d *Decoder) queued(s siginfo) {
	if s.field(0) != 0 || s.field(4) != 0 {
		d.sender(s)
	}
	if s.wordField(8) != 0 {
		d.sigval(s)
	}
}

func (d *Decoder) sigval(s siginfo) {
	d.field("si_int")
	d.dec(int64(s.field(8)))
	d.field("si_ptr")
	d.addr(s.wordField(8))
}

func (d *Decoder) child(s siginfo) {
	const cldExited = 1
	d.sender(s)
	d.field("si_status")
	if s.code() == cldExited {
		d.dec(int64(s.field(8)))
	} else {
		d.signal(int(s.field(8)))
	}
	user, system := s.childTimes()
	d.field("si_utime")
	d.ticks(user)
	d.field("si_stime")
	d.ticks(system)
}

// ticks writes a time in hundredths of a second, and in seconds.
func (d *Decoder) ticks(v int64) {
	d.dec(v)
	if v == 0 || d.json {
		return
	}
	d.both(" /* ")
	u := uint64(v)
	if v < 0 {
		d.both("-")
		u = -u
	}
	d.udec(u / 100)
	d.b = append(d.b, '.', '0'+byte(u/10%10), '0'+byte(u%10))
	d.both(" s */")
}

func (d *Decoder) sigsys(s siginfo) {
	nr, id := s.field(s.word), syscalls.Arch(uint32(s.field(s.word+4)))
	d.field("si_call_addr")
	d.addr(s.wordField(0))
	d.field("si_syscall")
	d.callNumber(id, int(nr))
	d.field("si_arch")
	d.auditArch(uint32(id))
}

// callNumber writes the constant of a call: __NR_openat.
func (d *Decoder) callNumber(id syscalls.Arch, nr int) {
	c, ok := syscalls.Lookup(id, nr)
	if !ok {
		d.dec(int64(nr))
		return
	}
	d.beginWord()
	d.both("__NR_")
	d.both(c.Name)
	d.endWord()
}

func (d *Decoder) auditArch(v uint32) {
	switch syscalls.Arch(v) {
	case syscalls.AMD64:
		d.name(uint64(v), inHex, "AUDIT_ARCH_X86_64")
	case syscalls.I386:
		d.name(uint64(v), inHex, "AUDIT_ARCH_I386")
	default:
		d.hex(uint64(v))
	}
}

// siCode writes why a signal was sent: a code that any signal may have, or one of that signal, from 1.
func (d *Decoder) siCode(sig unix.Signal, code int32) {
	name := siCodes[code]
	if names := siCodesOf[sig]; name == "" && code > 0 && int(code) <= len(names) {
		name = names[code-1]
	}
	switch {
	case name != "":
		d.name(uint64(uint32(code)), inHex, name)
	default:
		d.hex(uint64(uint32(code)))
	}
}

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
