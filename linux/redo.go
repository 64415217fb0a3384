package linux

import (
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/internal/sys"
	"utrace/syscalls"
)

// redo is a call that ended in EINTR though no handler runs, set back to be
// made again: our own PTRACE_INTERRUPT broke it, or a signal that is ignored,
// for which a thread that is not traced would not have woken. Calls that the
// kernel restarts by itself (-ERESTART...) need none of this.
//
// As long as the thread has not left the kernel a signal with a handler undoes
// it: the program must see EINTR then, or epoll_pwait and its like would lose
// their wake-up. Whether it has left shows in the registers.
type redo struct {
	done   bool
	before arch.Regs // at the EINTR
	after  arch.Regs // as set back

	// The timeout that was left when it was last made again.
	arg      int
	value    uint64 // what was put into the argument, or to where it points
	deadline int64  // monotonic ns; 0: none
	original uint64 // the program's argument, to be restored at the exit
	restore  bool
}

// timeout describes the timeout argument of a call that ends in EINTR when
// broken and can be made again.
type timeout struct {
	arg  int
	kind timeoutKind
}

type timeoutKind uint8

const (
	forever  timeoutKind = iota // none, or one that is not in an argument
	millis                      // int, milliseconds; negative: none
	timespec                    // pointer to a struct timespec that is not written back
	timespec32
	timeval
)

// eintrCalls are the calls that return EINTR, and not a restart code, when a
// signal wakes them, having done nothing (signal(7), and the kernel's sources:
// ep_poll, do_sigtimedwait, do_semtimedop, do_io_getevents, io_cqring_wait,
// sock_intr_errno with a timeout).
var eintrCalls = map[string]timeout{
	"epoll_wait":             {3, millis},
	"epoll_pwait":            {3, millis},
	"epoll_pwait2":           {3, timespec},
	"rt_sigtimedwait":        {2, timespec},
	"semop":                  {},
	"semtimedop":             {3, timespec},
	"io_getevents":           {4, timespec},
	"io_pgetevents":          {4, timespec},
	"io_uring_enter":         {},
	"recvfrom":               {},
	"recvmsg":                {},
	"sendto":                 {},
	"sendmsg":                {},
	"accept":                 {},
	"accept4":                {},
	"read":                   {},
	"readv":                  {},
	"write":                  {},
	"writev":                 {},
	"rt_sigtimedwait_time64": {2, timespec},
	"semtimedop_time64":      {3, timespec},
	"io_pgetevents_time64":   {4, timespec},
}

func eintrCall(id arch.ID, nr int) (timeout, bool) {
	d, ok := syscalls.Lookup(id, nr)
	if !ok {
		return timeout{}, false
	}
	t, ok := eintrCalls[d.Name]
	if ok && !id.Is64() && t.kind == timespec {
		switch d.Name {
		case "rt_sigtimedwait", "semtimedop", "io_getevents", "io_pgetevents":
			t.kind = timespec32
		}
	}
	return t, ok
}

// timed reports whether it matters when the call began. By number, since it is
// asked at every entry.
func timed(c *callInfo) bool {
	if c.arch.Is64() {
		switch c.nr {
		case 232, 281, 441, 128, 220, 208, 333:
			return true
		}
		return false
	}
	switch c.nr {
	case 256, 319, 441, 177, 421, 420, 247, 385, 416:
		return true
	}
	return false
}

// noteStart makes sure, before the thread is woken, that it is known how long
// it has been in a call with a timeout, if that began unseen.
func (th *thread) noteStart() {
	if th.inCall && th.call.at != 0 {
		return
	}
	if at, wake, ok := lastRan(th.tid); ok {
		th.call.at, th.wake = at, min(wake, maxWake)
	} else {
		th.call.at = monotonic()
	}
}

// eintr reports whether the thread has just left a call with EINTR.
func (th *thread) eintr() bool {
	regs, err := th.loadRegs()
	if err != nil || regs.Nr() < 0 {
		return false
	}
	return regs.Result(th.lastArch(regs)) == -int64(unix.EINTR)
}

// mayBeEintr is false where a look at the result alone, which takes half as long as
// all registers, shows that eintr is.
func (th *thread) mayBeEintr() bool {
	if th.loaded {
		return true
	}
	result, e := sys.PeekUser(th.tid, arch.UserResult)
	return e != 0 || int32(result) == -int32(unix.EINTR)
}

func (th *thread) lastArch(regs *arch.Regs) arch.ID {
	if th.call.arch != 0 && (th.inCall || th.call.nr == regs.Nr()) {
		return th.call.arch
	}
	return modeArch(regs)
}

// rollback sets a call that ended in EINTR back, with what is left of its
// timeout. The thread is in the kernel's signal path.
func (o *owner) rollback(th *thread) {
	if !th.eintr() {
		th.correct()
		return
	}
	regs := &th.regs
	id := th.lastArch(regs)
	nr := regs.Nr()
	t, ok := eintrCall(id, nr)
	if !ok {
		return
	}
	r := th.redo
	args := regs.Args(id)
	before := *regs
	same := r != nil && r.restore && r.arg == t.arg && r.value == args[t.arg]
	if !same {
		r = &redo{arg: t.arg}
		th.redo = r
	}
	r.done, r.before = true, before
	if t.kind != forever {
		// Let go for good, a wait in milliseconds is made one in nanoseconds,
		// or each attach and detach would round it.
		fine := th.leaving && t.kind == millis && id.Is64() && int32(args[3]) > 0 && !th.filtered()
		th.shorten(r, t, id, &args, same, fine)
		if fine {
			if nr == nrEpollWait {
				args[4] = 0 // no signal mask
			}
			nr = nrEpollPwait2
		}
	}
	regs.Rewind(id, nr, args)
	r.after = *regs
	th.dirty = true
}

// maxWake bounds the estimate of a wake-up: more of it is a busy CPU.
const maxWake = 100_000

// written are the calls whose timeout the kernel has written back, as what was
// left when they were broken, and restarts with that: -ERESTARTNOHAND.
var written = map[string]timeout{
	"select": {4, timeval}, "_newselect": {4, timeval},
	"pselect6": {4, timespec}, "pselect6_time64": {4, timespec},
	"ppoll": {2, timespec}, "ppoll_time64": {2, timespec},
}

// correct takes the time that the thread was stopped off a timeout which the
// kernel has written back: its clock stood still meanwhile.
func (th *thread) correct() {
	regs, err := th.loadRegs()
	if err != nil || regs.Nr() < 0 {
		return
	}
	id := th.lastArch(regs)
	if regs.Result(id) != -int64(arch.ERESTARTNOHAND) {
		return
	}
	d, ok := syscalls.Lookup(id, regs.Nr())
	if !ok {
		return
	}
	t, ok := written[d.Name]
	at := regs.Arg(id, t.arg)
	if !ok || at == 0 {
		return
	}
	size := 16
	if !id.Is64() && !strings.HasSuffix(d.Name, "_time64") {
		size = 8
	}
	var b [16]byte
	if n, _ := th.readMem(b[:size], at); n != size {
		return
	}
	unit := int64(1)
	if t.kind == timeval {
		unit = 1000
	}
	left := getTime(b[:size], unit)
	since, wake, ok := lastRan(th.tid)
	if !ok || left <= 0 {
		return
	}
	putTime(b[:size], unit, max(left-(monotonic()-since)-min(wake, maxWake), 0))
	th.writeMem(b[:size], at)
}

// shorten replaces the timeout argument by what is left of it.
func (th *thread) shorten(r *redo, t timeout, id arch.ID, args *[6]uint64, same, fine bool) {
	now := monotonic()
	var ts [16]byte
	size := 16
	if t.kind == timespec32 {
		size = 8
	}
	if !same {
		var ns int64
		switch t.kind {
		case millis:
			ms := int32(args[t.arg])
			if ms < 0 {
				return
			}
			ns = int64(ms) * 1e6
		default:
			if args[t.arg] == 0 {
				return
			}
			if n, _ := th.readMem(ts[:size], args[t.arg]); n != size {
				return
			}
			ns = getTime(ts[:size], 1)
		}
		start := th.call.at
		if start == 0 {
			start = now
		}
		r.deadline, r.original, r.restore = start+ns, args[t.arg], true
	}
	left := r.deadline - now
	if th.leaving {
		left -= th.wake // nobody will know the deadline any more
	}
	left = max(left, 0)
	switch {
	case t.kind == millis && !fine:
		r.value = uint64((left + 1e6 - 1) / 1e6)
	default:
		putTime(ts[:size], 1, left)
		r.value = (th.regs.SP() - 1024) &^ 15
		if !id.Is64() {
			r.value &= 0xffffffff
		}
		th.writeMem(ts[:size], r.value)
	}
	args[t.arg] = r.value
	th.wantExit = true // to put the program's argument back
}

// getTime reads a struct timespec (unit 1) or timeval (unit 1000) as ns.
func getTime(b []byte, unit int64) int64 {
	le := binary.LittleEndian
	if len(b) == 8 {
		return int64(int32(le.Uint32(b)))*1e9 + int64(int32(le.Uint32(b[4:])))*unit
	}
	return int64(le.Uint64(b))*1e9 + int64(le.Uint64(b[8:]))*unit
}

func putTime(b []byte, unit, ns int64) {
	le := binary.LittleEndian
	if len(b) == 8 {
		le.PutUint32(b, uint32(ns/1e9))
		le.PutUint32(b[4:], uint32(ns%1e9/unit))
		return
	}
	le.PutUint64(b, uint64(ns/1e9))
	le.PutUint64(b[8:], uint64(ns%1e9/unit))
}

// undo takes a rollback back at a signal-delivery-stop that comes before the
// thread has left the kernel. If the signal has no handler either, it is rolled
// back again when the thread goes on.
func (o *owner) undo(th *thread) {
	r := th.redo
	if r == nil || !r.done {
		return
	}
	r.done = false
	regs, err := th.loadRegs()
	if err != nil || regs.PC() != r.after.PC() || regs.Nr() != r.after.Nr() ||
		regs.Result(modeArch(regs)) != r.after.Result(modeArch(regs)) {
		return
	}
	*regs = r.before
	th.dirty = true
}

// afterCall is at an exit stop: a shortened timeout gives way to the program's
// own argument.
func (th *thread) afterCall() {
	r := th.redo
	th.scratch.next = 0
	if !th.wantExit {
		return
	}
	regs, err := th.loadRegs()
	if err != nil {
		return
	}
	if regs.Result(th.call.arch) == -int64(unix.EINTR) {
		return // it may be made again; undo or rollback will know
	}
	th.wantExit = false
	if r != nil && r.restore && regs.Arg(th.call.arch, r.arg) == r.value {
		regs.SetArg(th.call.arch, r.arg, r.original)
		th.dirty = true
	}
	th.redo = nil
}
