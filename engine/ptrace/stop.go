package ptrace

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"utrace"
)

// stopAt makes t stop: from now on its tracer's requests are answered, and a
// wait tells of it. The callback that calls it must answer Stop. w.mu is held.
func (t *thread) stopAt(s stop) {
	t.state, t.stop = stopped, s
	t.interrupted, t.answer = false, false
	t.unwaited = true
	switch {
	case s.quiet:
		t.announce()
	case s.kind == atGroup:
		t.tell(cldStopped, int32(s.code&0x7f))
	case s.kind == atTrap:
		t.tell(cldStopped, 0)
	default:
		t.tell(cldTrapped, int32(s.code&0x7f))
	}
}

// siginfo returns the siginfo of the stop. That of a stop which is not a signal's
// (ptrace_notify) is made up when first asked for.
func (t *thread) siginfo() *utrace.Siginfo {
	s := &t.stop
	if s.info.Signo() == 0 {
		s.info.SetSigno(unix.SIGTRAP)
		if s.kind == atGroup {
			s.info.SetSigno(unix.Signal(s.code & 0x7f))
		}
		s.info.SetCode(int32(s.code))
		s.info.SetPid(int32(t.shown(t)))
		s.info.SetUID(t.uid())
	}
	return &s.info
}

// event is a stop with an event in its code.
func event(event uint32, msg uint64) stop {
	code := uint32(unix.SIGTRAP) | event<<8
	return stop{kind: atEvent, code: code, msg: msg}
}

// syscallStop is a stop at a system call.
func (t *thread) syscallStop(k kind, c *utrace.Syscall, msg uint64) stop {
	code := uint32(unix.SIGTRAP)
	if t.options&optSysgood != 0 {
		code |= sysgood
	}
	return stop{kind: k, code: code, msg: msg, call: call{c.Arch(), c.Nr()}}
}

// release lets t run on from the stop that it is in, as t.mode says. s is given
// if its tracer examines it. The thread's own hold on it is withdrawn at last,
// so that it does not run while this goes on. w.mu is held.
func (t *thread) release(s *utrace.Stopped) {
	was := t.stop.kind
	t.state = running
	t.drop()
	action := t.mode.resume()
	switch was {
	case atEntry, atSeccomp:
		t.entry.stopped = true
		action = utrace.Report
	case atSignal, atHandler:
		t.answer = true
		action = utrace.Interrupt
	}
	t.events()
	if was == atGroup {
		if s != nil && !t.trapNotify && s.LeaveJobStop() == nil {
			return
		}
	}
	if t.trapNotify || t.interrupted {
		t.trapNotify, t.interrupted = false, true
		action = min(action, utrace.Interrupt)
		if was == atEntry || was == atSeccomp {
			t.control(utrace.Report)
		}
	}
	t.control(action)
}

// drop takes what a wait has not told of yet from the tracer's list. w.mu is
// held.
func (t *thread) drop() {
	if t.unwaited {
		t.unwaited = false
		t.tracer.proc.events = drop(t.tracer.proc.events, t)
	}
}

// control is Engine.Control, but that it also undoes a Stop which a callback that
// runs at this moment, on another owner, is about to answer (semantics 9.4): then
// it waits, in a goroutine, until that has taken effect. w.mu may be held.
func (t *thread) control(a utrace.Action) {
	e := t.eng
	if err := e.Barrier(now); err == nil {
		_ = e.Control(a) // fails if it has died, which needs nothing
		return
	} else if errors.Is(err, unix.ESRCH) {
		return
	}
	e.Get()
	go func() {
		defer e.Put()
		if e.Barrier(context.Background()) == nil {
			_ = e.Control(a)
		}
	}()
}

// now is a context for calls that are not to wait.
var now = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// tell puts t on its tracer's list of things to wait for, wakes a wait for it,
// and owes the tracer a SIGCHLD. w.mu is held.
func (t *thread) tell(code, status int32) {
	t.announce()
	t.w.owe(t, code, status)
}

// announce is tell without the SIGCHLD. w.mu is held.
func (t *thread) announce() {
	p := t.tracer.proc
	p.events = append(drop(p.events, t), t)
	for _, waiter := range p.waiters {
		if waiter.wait.matches(waiter, t) {
			waiter.control(utrace.Report)
			break
		}
	}
}
