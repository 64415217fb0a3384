package linux

import (
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// seccompStop is a call that a filter asks its tracer about: ours, or one that
// the program has installed. All filters have run. If the call stopped at its
// entry before, it was reported there, and here only what is due at this place
// is done; else this is its entry stop.
func (o *owner) seccompStop(th *thread) {
	info := th.ask()
	if info == nil {
		th.at = going // killed
		return
	}
	th.at = atSeccomp
	_, _, data := info.Seccomp()
	th.asked, th.data, th.told = th.filter.asker(data), uint16(data), false
	if !th.reported {
		o.entry(th, info)
		return
	}
	th.reported = false
	nr, args := info.Entry()
	th.made = frame{int(int32(nr)), args}
	if th.skipLater {
		th.skipCall()
	}
	o.letCall(th, true)
}

// asker is who asked for a seccomp stop.
type asker uint8

const (
	weAsked     asker = iota
	otherAsked        // a filter of the program's
	strictAsked       // the one that stands for SECCOMP_MODE_STRICT
)

// asker tells who asked from the answer's data: of several filters that ask, the
// newest one's is seen.
func (f *filter) asker(data uint32) asker {
	switch {
	case f == nil:
		return otherAsked
	case data == uint32(f.mark):
		return weAsked
	case data == uint32(f.strict()):
		return strictAsked
	}
	return otherAsked
}

// entry reports a call's entry.
func (o *owner) entry(th *thread, info *sys.SyscallInfo) {
	nr, args := info.Entry()
	c := &th.call
	c.arch, c.nr, c.args = arch.ID(info.Arch), int(int32(nr)), args
	th.made = frame{c.nr, c.args}
	th.inCall, th.exited, th.shows, th.answered, th.skipLater, th.told = true, false, false, false, false, false
	if th.redo != nil {
		th.redo.done = false
	}
	if timed(c) {
		c.at = monotonic()
	} else {
		c.at = 0
	}
	if th.leaving {
		o.toTrap(th)
		return
	}
	o.act(th, o.h.hooks.SyscallEntry(th.task, c.arch, c.nr, &c.args))
}

// letCall lets a call go on from its seccomp stop, with an exit stop if exit is
// set, when engines, filters and the guard have all agreed to it.
func (o *owner) letCall(th *thread, exit bool) {
	c := th.madeCall()
	if c.nr == arch.NoCall {
		th.resume(exit, 0)
		return
	}
	if th.asked == otherAsked && !th.told {
		th.told, th.exitStop = true, exit
		o.act(th, o.h.hooks.Seccomp(th.task, th.data))
		return
	}
	if o.exits(th) {
		return
	}
	if result, done := o.guard(th, c); done {
		th.skipCall()
		th.setResult(th.call.arch, result)
	}
	th.resume(exit, 0)
}

// actSeccomp does what became of a call that a filter of the program's asked
// about. If nobody says otherwise it fails with ENOSYS, as without a tracer.
func (o *owner) actSeccomp(th *thread, v utrace.Verdict) {
	th.changeExit(v)
	if v.Skip {
		th.skipCall()
		th.setResult(th.call.arch, -int64(unix.ENOSYS))
	}
	if v.Interrupt {
		th.trap()
	}
	o.letCall(th, th.exitStop || v.ExitStop || v.Pass)
}

// answerCall ends an aborted call at its seccomp stop: the exit is reported here,
// and the thread has one stop less. (The program's filters have judged the
// number by now; at an entry stop they would be shown the missing one.)
func (o *owner) answerCall(th *thread) {
	c := &th.call
	th.answered, th.restarts, th.broken = true, false, false
	th.afterCall()
	o.noteInterrupt(th)
	o.act(th, o.h.hooks.SyscallSkipped(th.task, c.arch, c.nr, &c.args, -int64(unix.ENOSYS)))
}

// leaveAnswered lets a thread go whose exit was reported at its entry. What can
// be done in the kernel's signal path or behind an exit only, is done at the
// exit stop: a step, and a restart code, for which the number must be there.
func (o *owner) leaveAnswered(th *thread, v utrace.Verdict) {
	if v.Deliver != nil {
		o.invent(th, v)
		v.Deliver = nil
	}
	if v.Interrupt {
		th.trap()
	}
	if th.toRestart(v) {
		th.restarts, th.call.nr, v.Interrupt = true, th.regs.Nr(), true
	}
	th.skipCall()
	th.after = v
	step := v.Step == utrace.SingleStep || v.Step == utrace.BlockStep
	th.resume(step || v.Pass || v.ExitStop || th.restarts, 0)
}

// answeredExit is the exit stop of a call whose exit was reported at its entry.
func (o *owner) answeredExit(th *thread) {
	th.answered, th.inCall = false, false
	if th.restarts {
		if regs, err := th.loadRegs(); err == nil {
			regs.SetNr(th.call.nr)
			th.dirty = true
		}
	}
	if th.leaving {
		o.toTrap(th)
		return
	}
	o.toUser(th, th.after, 0)
}

// wantsEnd reports whether the call that the thread may still be in, with no stop
// to come, is one whose exit some engine has come to want.
func (th *thread) wantsEnd() bool {
	return th.goesOn && th.owner.h.hooks.Wants(th.task).Exit.Has(th.call.arch, th.call.nr)
}

// leaveUnseen is called when a thread goes on otherwise than by PTRACE_SYSCALL:
// the end of the call that it is in will not be seen.
func (th *thread) leaveUnseen() {
	if th.inCall && th.task != nil {
		th.owner.h.hooks.EndUnseen(th.task)
	}
	th.goesOn = th.inCall
	th.inCall, th.reported, th.answered = false, false, false
	if th.filter == nil {
		th.filters.known = false
	}
	if !th.trapsAll() {
		th.plain.fds = 0
	}
}
