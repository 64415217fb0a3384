package linux

import (
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// event handles one wait status that was collected.
func (o *owner) event(tid int, ws unix.WaitStatus) {
	if th := o.former(tid, ws); th != nil {
		o.takeOver(th, tid, ws)
		return
	}
	th := o.threads[tid]
	if th == nil {
		// A child whose parent's event has not come yet: it is kept until then.
		th = o.newThread(tid)
		o.threads[tid] = th
		th.orphan = append(th.orphan, ws)
		o.orphaned(th)
		o.orphanExits(th, ws)
		return
	}
	if th.group == nil && th.leaving { // see abandon
		if !ws.Stopped() {
			delete(o.threads, tid)
		}
		return
	}
	if th.group == nil || th.renaming {
		th.orphan = append(th.orphan, ws)
		o.orphanExits(th, ws)
		return
	}
	if !ws.Stopped() {
		if ws.Exited() || ws.Signaled() {
			o.died(th, ws, nil)
		}
		return
	}
	if th.newborn {
		o.firstStop(th, ws)
	} else {
		o.stopped(th, ws)
	}
	// Do may have met a stop that it could not handle; it comes next.
	for o.threads[tid] == th && th.isDefer && th.at == going {
		th.isDefer = false
		if th.deferred.Stopped() {
			o.stopped(th, th.deferred)
		} else {
			o.died(th, th.deferred, nil)
		}
	}
}

// stopped handles a stop: it finds out what it is, tells the core, and does
// what the core says.
func (o *owner) stopped(th *thread, ws unix.WaitStatus) {
	th.status, th.loaded, th.dirty, th.held, th.goesOn = ws, false, false, false, false
	th.asis = false
	sig, event := ws.StopSignal(), int(ws>>16)
	switch {
	case sig == unix.SIGTRAP|0x80:
		o.syscallStop(th)
	case event == unix.PTRACE_EVENT_SECCOMP:
		o.seccompStop(th)
	case event == unix.PTRACE_EVENT_STOP:
		o.eventStop(th, sig)
	case event == unix.PTRACE_EVENT_CLONE, event == unix.PTRACE_EVENT_FORK, event == unix.PTRACE_EVENT_VFORK:
		th.at = atClone
		o.cloned(th, event)
	case event == unix.PTRACE_EVENT_EXEC:
		th.at = atExec
		o.execed(th)
	case event == unix.PTRACE_EVENT_EXIT:
		th.at = atDeath
		o.exiting(th)
	case event != 0:
		th.at = atOther
		if th.leaving {
			o.release(th, 0)
			return
		}
		th.resume(th.sys, 0)
	default:
		o.signalStop(th, sig)
	}
}

// syscallStop is an entry or an exit. The kernel tells which.
func (o *owner) syscallStop(th *thread) {
	info := th.ask()
	if info == nil {
		th.at = going // killed
		return
	}
	if info.Op == sys.OpExit {
		th.at = atExit
		o.exitStop(th, info)
		return
	}
	th.at = atEntry
	th.reported = true
	o.entry(th, info)
}

// toTrap brings a thread that is to be let go from a syscall stop to a trap in
// the signal path. At an entry it cannot be let go: a detach leaves
// TIF_SIGPENDING set (__ptrace_unlink), which would break the call that
// follows. At an exit it could, but a call that a signal has broken, or we
// have, can be set back only there.
func (o *owner) toTrap(th *thread) {
	if th.answered {
		th.skipCall()
	}
	th.trap()
	th.resume(true, 0)
}

func (o *owner) exitStop(th *thread, info *sys.SyscallInfo) {
	rval, _ := info.Exit()
	c := &th.call
	th.reported = false
	th.broken = arch.IsRestart(rval)
	if th.answered {
		th.resumeFilters()
		o.answeredExit(th)
		return
	}
	if !th.inCall {
		if regs, err := th.loadRegs(); err == nil {
			c.arch = arch.ID(info.Arch)
			c.nr, c.args = regs.Nr(), regs.Args(c.arch)
		}
	}
	th.afterCall()
	th.resumeFilters()
	th.inCall = false
	if setsFilters(c.arch.Is64(), c.nr, c.args[0]) || setsFilters(c.arch.Is64(), th.made.nr, th.made.args[0]) {
		th.group.seccomp.Add(1) // in all threads, perhaps
	}
	rval = th.unguard(rval)
	if th.stage != nil {
		o.staged(th, rval)
		if th.stage != nil {
			return
		}
	}
	if th.leaving {
		o.h.hooks.Unwind(th.task, rval)
		o.toTrap(th)
		return
	}
	o.noteInterrupt(th)
	th.restarts = false
	v := o.h.hooks.SyscallExit(th.task, c.arch, c.nr, &c.args, rval)
	o.act(th, o.endStepCall(th, v))
}

// endStepCall reports the step over the call, if there was one, when v is to
// let the thread go on from the call's exit.
func (o *owner) endStepCall(th *thread, v utrace.Verdict) utrace.Verdict {
	if !th.stepCall || v.Stay || th.at != atExit {
		return v
	}
	th.stepCall = false
	return o.stepped(th)
}

// eventStop is PTRACE_EVENT_STOP: the answer to PTRACE_INTERRUPT, the first
// stop of a new child, a group-stop, or the end of one.
func (o *owner) eventStop(th *thread, sig unix.Signal) {
	asked := th.interrupt
	th.interrupt = false
	was := th.at
	if sig != unix.SIGTRAP {
		o.groupStop(th, was)
		return
	}
	th.at = atTrap
	if th.leaving {
		o.rollback(th)
		o.release(th, 0)
		return
	}
	// An Interrupt shows EINTR where a signal would; a Report shows nothing.
	o.noteInterrupt(th)
	if th.ranOn && !asked {
		th.ranOn = false
		o.act(th, o.h.hooks.JobControl(th.task, utrace.CLDContinued, 0))
		return
	}
	if th.inStop {
		th.inStop = false
		th.group.stopped.Add(-1)
		o.act(th, o.h.hooks.JobControl(th.task, utrace.CLDContinued, 0))
		return
	}
	o.act(th, o.h.hooks.UserMode(th.task))
}

// noteInterrupt remembers, before a pass uses it up, that an engine's Interrupt
// has broken the call: it may then show EINTR.
func (o *owner) noteInterrupt(th *thread) {
	if o.h.hooks.Pending(th.task) == utrace.Interrupt {
		th.shows = true
	}
}

// groupStop is a thread that joins a group-stop, or stops in one again because
// of PTRACE_INTERRUPT. It listens, so that SIGCONT reaches it; an engine's Stop
// is honoured when it continues.
func (o *owner) groupStop(th *thread, was stop) {
	th.at = inGroup
	if th.leaving {
		o.release(th, 0)
		return
	}
	if th.inStop {
		o.listen(th)
		return
	}
	th.inStop, th.ranOn = true, false
	notify := int32(0)
	if th.group.stopped.Add(1) == th.group.live.Load() {
		notify = utrace.CLDStopped
	}
	o.h.hooks.JobControl(th.task, utrace.CLDStopped, notify)
	o.listen(th)
}

func (o *owner) listen(th *thread) {
	th.flush()
	th.loaded = false
	th.listening = true
	sys.Listen(th.tid)
}

// retrap stops a listening thread again, since it answers no request; who is
// done with it calls listen.
func (o *owner) retrap(th *thread) error {
	if !th.listening {
		return nil
	}
	if e := sys.Interrupt(th.tid); e != 0 {
		return e
	}
	var ws unix.WaitStatus
	if _, e := sys.Wait4(th.tid, &ws, waitOptions); e != 0 {
		return e
	}
	th.listening = false
	if !ws.Stopped() || int(ws>>16) != unix.PTRACE_EVENT_STOP {
		th.deferStatus(ws)
		return unix.ESRCH
	}
	th.status = ws
	// Back to listening when the request that needed it is done.
	o.post(request{fn: func() {
		if th.at != inGroup || th.listening {
			return
		}
		if ws.StopSignal() == unix.SIGTRAP { // continued meanwhile
			o.eventStop(th, unix.SIGTRAP)
			return
		}
		o.listen(th)
	}})
	return nil
}

// stopOver notes that the thread is in its stop no more, though not resumed: it
// was killed out of it, or another status has taken its place.
func (th *thread) stopOver() {
	th.at, th.loaded, th.dirty, th.held = going, false, false, false
}

// deferStatus keeps a status that was met where it cannot be handled for when
// the thread's present business is done.
func (th *thread) deferStatus(ws unix.WaitStatus) {
	th.deferred, th.isDefer = ws, true
	th.stopOver()
	o := th.owner
	o.post(request{fn: func() {
		if !th.isDefer || o.threads[th.tid] != th {
			return
		}
		th.isDefer = false
		if ws.Stopped() {
			o.stopped(th, ws)
		} else {
			o.died(th, ws, nil)
		}
	}})
}
