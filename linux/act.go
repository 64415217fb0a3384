package linux

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// poll looks at a task whose wants have changed.
func (o *owner) poll(th *thread) {
	switch {
	case o.threads[th.tid] != th:
	case th.zombie:
		if o.h.hooks.MayReap(th.task) || o.h.isClosed() {
			o.reap(th)
		}
	case th.held:
		if v, ok := o.h.hooks.Continue(th.task); ok {
			o.act(th, o.endStepCall(th, v))
		}
	case th.at == going && !th.doomed:
		if o.h.hooks.Pending(th.task) < utrace.Resume || (th.stopsAll() || th.wantsEnd()) && !th.sys {
			th.trap()
		}
	}
}

func (h *host) isClosed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// act does what a verdict says.
func (o *owner) act(th *thread, v utrace.Verdict) {
	if th.at == going {
		return // killed, or a status is deferred
	}
	if v.Stay && !(th.at == atDeath && o.h.isClosed()) {
		th.held = true
		if th.stage != nil {
			o.report(th, nil) // Start need not wait for the controller
		}
		return
	}
	switch th.at {
	case atEntry, atSeccomp:
		switch {
		case th.answered:
			o.leaveAnswered(th, v)
		case th.told:
			o.actSeccomp(th, v)
		default:
			o.actEntry(th, v)
		}
	case atSignal:
		o.actSignal(th, v)
	case atDeath:
		o.toDeath(th)
	case atClone, atExec:
		th.resume(v.Pass || v.ExitStop, 0)
	default: // atFirst, atExit, atTrap, atHandler
		if v.Deliver != nil {
			o.invent(th, v)
		}
		o.toUser(th, v, 0)
	}
}

// toRestart reports whether engines have written a restart code to the registers, as a
// debugger does that puts them back after it has made the thread run something else in
// the middle of a call. It will not be acted upon but in the kernel's signal path, where
// they believe the thread to be, and which is to come if the code is the kernel's own.
func (th *thread) toRestart(v utrace.Verdict) bool {
	return v.SignalPath && !th.broken && th.restarting()
}

// toUser lets a thread into user mode, stepping if asked.
func (o *owner) toUser(th *thread, v utrace.Verdict, sig unix.Signal) {
	if th.at != going {
		o.widen(th)
	}
	if th.at == going {
		return
	}
	if th.at == atTrap {
		if !th.shows {
			o.rollback(th)
		}
		th.shows = false
	}
	if v.Interrupt || th.at == atExit && th.toRestart(v) {
		th.trap()
	}
	if v.Step == utrace.SingleStep || v.Step == utrace.BlockStep {
		o.step(th, v.Step == utrace.BlockStep, sig)
		return
	}
	th.resume(v.Pass || v.ExitStop, sig)
}

// actEntry lets a call run, or skips it; exit calls are reported first. Those of
// a thread with filters of its own are when the filters have agreed (letCall), or,
// if they do not ask, when it ends (exiting).
func (o *owner) actEntry(th *thread, v utrace.Verdict) {
	th.changeExit(v)
	if v.Skip {
		if th.at == atSeccomp && !th.stopsAll() && th.stage == nil {
			o.answerCall(th)
			return
		}
		o.skip(th)
	} else if th.at == atEntry && !th.filtered() && o.exits(th) {
		return
	}
	if v.Interrupt {
		th.trap()
	}
	if th.at == atSeccomp {
		o.letCall(th, v.ExitStop || v.Pass)
		return
	}
	th.resume(v.ExitStop || v.Pass, 0)
}

// exits reports the exit that the thread's call is, if it is one and some engine
// wants to know, and has not been told. Then the thread has been resumed, or is held.
func (o *owner) exits(th *thread) bool {
	if th.exited || th.task.Union()&utrace.EventExit == 0 {
		return false
	}
	code, ok := th.exitCall()
	if ok {
		th.exited = true
		o.act(th, o.h.hooks.Exit(th.task, unix.WaitStatus(code&0xff)<<8, false))
	}
	return ok
}

// changeExit gives an exit call the code that an engine has set.
func (th *thread) changeExit(v utrace.Verdict) {
	if !v.ChangeExit {
		return
	}
	if regs, err := th.loadRegs(); err == nil {
		regs.SetArg(th.call.arch, 0, uint64(v.ExitCode))
		th.dirty = true
	}
}

// exitCall reports whether the call that is about to run is exit or
// exit_group, and its argument.
func (th *thread) exitCall() (code uint64, ok bool) {
	c := th.madeCall()
	nr, arg := c.nr, c.args[0]
	if th.call.arch.Is64() {
		return arg, nr == 60 || nr == 231
	}
	return arg, nr == 1 || nr == 252
}

// skip applies an abort: the kernel is given no call to make, with -ENOSYS as
// the result. The program's own seccomp filters, which run after an entry stop,
// would judge the missing number and might kill: for that call they are
// suspended, where that is allowed; where it is not, but our own filter traps
// the call, it is skipped at that stop, which comes after all filters.
func (o *owner) skip(th *thread) {
	if th.at == atEntry && th.filtered() && !th.suspendFilters() && th.filter != nil &&
		th.filter.set.Has(th.call.arch, th.madeCall().nr) {
		th.skipLater = true
		return
	}
	if th.loaded {
		th.regs.SetError(th.call.arch, unix.ENOSYS)
	}
	th.skipCall()
}
