package ptrace

import (
	"strconv"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/procfs"
)

// quiesce is a pass before user mode, which a Report asked for.
func (w *world) quiesce(e *utrace.Engine, a utrace.Action, ev utrace.Events) utrace.Action {
	t := w.of(e)
	if ev != 0 {
		w.mu.Lock()
		defer w.mu.Unlock()
		switch ev {
		case utrace.EventJobControl, utrace.EventSyscallEntry, utrace.EventSeccomp:
		default:
			t.dying()
		}
		if t.owes() {
			return utrace.Report // this pass has used up the one that was asked for
		}
		return utrace.Resume
	}
	t.pay()
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.due() {
		return utrace.Stop
	}
	return t.onward()
}

// onward is how the thread runs on as far as its tracer is concerned. w.mu is
// held.
func (t *thread) onward() utrace.Action {
	if t.tracer == nil {
		return utrace.Resume
	}
	return t.mode.resume()
}

// dying ends a stop that SIGKILL has ended: a stopped thread makes no other
// callbacks, but that of the end of a group-stop, and a further round at a call's
// entry if it is given a Report. w.mu is held.
func (t *thread) dying() {
	if t.state == stopped || t.state == listening {
		t.state, t.killed = running, true
		t.drop()
	}
}

// due makes the stop that is due at the border to user mode, and reports
// whether the thread is stopped. w.mu is held.
func (t *thread) due() bool {
	switch {
	case t.tracer == nil || t.killed:
		return false
	case t.state != running:
		return true
	case t.first:
		t.first = false
		t.stopAt(t.firstStop())
	case t.trap != nil:
		s := *t.trap
		t.trap = nil
		t.stopAt(s)
	case t.interrupted:
		t.stopAt(t.trapStop())
	default:
		return false
	}
	return true
}

// firstStop is the stop of a child that is traced from its birth on: of a seized
// one a trap, else by a SIGSTOP that has no sender.
func (t *thread) firstStop() stop {
	if t.seized {
		return t.trapStop()
	}
	s := stop{kind: atSignal, code: uint32(unix.SIGSTOP)}
	s.info.SetSigno(unix.SIGSTOP)
	return s
}

// trapStop is PTRACE_EVENT_STOP without a group-stop.
func (t *thread) trapStop() stop {
	s := event(unix.PTRACE_EVENT_STOP, 0)
	s.kind = atTrap
	return s
}

// signal is a signal that is to be delivered, which its tracer is told of; or a
// pass without one, in which what the tracer has decided is done (S125).
func (w *world) signal(e *utrace.Engine, a utrace.Action, s *utrace.Signal) utrace.Action {
	t := w.of(e)
	if s.Event() != 0 {
		w.mu.Lock()
		defer w.mu.Unlock()
		if t.tracer == nil || t.killed {
			return a.NoOpinion()
		}
		t.stopAt(stop{kind: atSignal, code: uint32(s.Signo()), info: *s.Info()})
		return utrace.Stop | utrace.SignalIgn
	}
	t.pay()
	w.mu.Lock()
	if t.answer {
		t.answer = false
		sig, info, from, then := t.sig, t.stop.info, t.stop.kind, t.onward()
		tracer := t.tracer
		if tracer == nil {
			t.events()
		}
		w.mu.Unlock()
		if sig == 0 || from == atHandler {
			return utrace.SignalIgn | then
		}
		return t.deliver(s, unix.Signal(sig), info, tracer) | then
	}
	defer w.mu.Unlock()
	if a.Signal() == utrace.SignalHandler && t.tracer != nil && t.mode.stepping() && t.state == running {
		t.stopAt(stop{kind: atHandler, code: uint32(unix.SIGTRAP)})
		return utrace.Stop | utrace.SignalIgn
	}
	if t.due() {
		return utrace.Stop | utrace.SignalIgn
	}
	return a.With(t.onward())
}

// deliver delivers sig: with the siginfo of the stop if it is still that signal,
// else as one that the tracer has sent (ptrace_signal). One that is blocked now
// is queued again.
func (t *thread) deliver(s *utrace.Signal, sig unix.Signal, info utrace.Siginfo, tracer *thread) utrace.Action {
	changed := t.masked
	t.masked = false
	if info.Signo() != sig {
		changed = true
		info = utrace.Siginfo{}
		info.SetSigno(sig)
		if tracer != nil {
			info.SetPid(int32(t.shown(tracer)))
			info.SetUID(tracer.uid())
		}
	}
	// PTRACE_GETSIGMASK would show the mask that sigsuspend is to restore.
	if changed && signalSet(t.statusText(), "SigBlk").has(sig) {
		_ = t.task.Queue(&info) // fails if it dies
		return utrace.SignalIgn
	}
	*s.Info() = info
	if s.UseLive() != nil {
		return utrace.SignalIgn // it dies
	}
	return utrace.SignalDeliver
}

// jobControl is a thread that joins or leaves a group-stop.
func (w *world) jobControl(e *utrace.Engine, a utrace.Action, what, notify int32) utrace.Action {
	t := w.of(e)
	w.mu.Lock()
	if notify != 0 {
		t.wakeParent()
	}
	traced := t.tracer != nil
	w.mu.Unlock()
	var sig unix.Signal
	if traced && what == utrace.CLDStopped {
		sig = t.groupSignal()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !traced || t.tracer == nil || t.killed {
		return a.NoOpinion()
	}
	if what == utrace.CLDStopped {
		s := t.groupStop(sig)
		s.quiet = notify != 0 && t.ownChild() // its parent is told that the process has stopped
		t.stopAt(s)
		return utrace.Stop
	}
	switch t.state {
	case listening:
		s := t.trapStop()
		s.quiet = t.ownChild() // its parent is told that the process goes on
		t.stopAt(s)
	case stopped:
		t.trapNotify = t.seized
	case running: // let go from the group-stop before
		if t.seized {
			t.stopAt(t.trapStop())
			return utrace.Stop
		}
		return t.onward()
	}
	return utrace.Stop
}

// wakeParent breaks the waits of the real parent's threads that the kernel does
// not wake: one with __WNOTHREAD, of a thread whose child has a tracer, us, is
// not told of a group-stop that it waits for (pid_child_should_wake). It is made
// again, and finds it. w.mu is held.
func (t *thread) wakeParent() {
	if t.parent == nil {
		return
	}
	for x := range t.parent.proc.threads {
		if x.proc.tracer && x.wait.state == waitRuns && x.wait.options&unix.WNOTHREAD != 0 ||
			!x.proc.tracer && x.tracer != nil && x.inWait(unix.WNOTHREAD) {
			x.control(utrace.Report)
		}
	}
}

// ownChild reports whether the tracer is the real parent, which is another when
// the one that made it has ended. w.mu is held.
func (t *thread) ownChild() bool {
	ppid, err := strconv.Atoi(procfs.Field(t.statusText(), "PPid"))
	if err != nil {
		return t.parent != nil && t.parent.proc == t.tracer.proc
	}
	return ppid == t.tracer.task.PID()
}

// groupSignal returns the signal of the group-stop that the thread is in. For
// its callback, and Examine.
func (t *thread) groupSignal() unix.Signal {
	var info utrace.Siginfo
	if _, err := t.task.Inspect(unix.PTRACE_GETSIGINFO, 0, info.Bytes()); err != nil {
		return unix.SIGSTOP // killed
	}
	return info.Signo()
}

// groupStop is the stop of a thread that is in a group-stop. Only a seized one
// has a siginfo there, and an event, which tell a group-stop from a signal.
func (t *thread) groupStop(sig unix.Signal) stop {
	s := stop{kind: atGroup, code: uint32(sig), none: !t.seized}
	if t.seized {
		s.code |= unix.PTRACE_EVENT_STOP << 8
	}
	return s
}
