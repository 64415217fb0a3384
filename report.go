package utrace

import (
	"fmt"
	"os"
	"runtime/debug"
)

// pass is one walk over the engines for one event (semantics 1.5).
type pass struct {
	action Action // smallest resume action so far
	resume Action // smallest that is not Stop
	result Action // event-specific bits of the last answer
	keep   Action // which bits of an answer count as such
	flags  Action // SyscallResumed, in the argument only
	event  Events // what the pass is about

	// What the event's callback is given beside the engine and the action.
	cloneFlags uint64
	child      *Task
	signal     int
	kind       int32
	notify     int32
	data       uint16 // of Seccomp
	groupDead  bool

	here  bool // Stop was answered with StopHere
	asked bool // a Report was pending: the pass counts as it
}

// begin starts a pass: a pending Report or step is consumed, a pending
// Interrupt is left for the border to user mode (S40).
func (t *Task) begin() {
	t.mu.Lock()
	asked := t.resume == Report
	if t.resume > Interrupt {
		t.resume = Resume
	}
	t.mu.Unlock()
	t.pass = pass{action: Resume, resume: Resume, keep: eventMask, asked: asked}
}

// report makes the pass for ev over all engines, in attach order, or reversed
// at system call entry and what belongs to it. An engine attached meanwhile is not in it (S12).
func (t *Task) report(ev Events) {
	t.pass.event = ev
	list := t.list()
	if ev == EventSyscallEntry || ev == EventSeccomp {
		for i := len(list) - 1; i >= 0; i-- {
			t.visit(list[i], ev)
		}
		return
	}
	for _, e := range list {
		t.visit(e, ev)
	}
}

// visit is one engine's turn. That reporting is set before the flags are read
// is what SetEvents, Control and Barrier rely on: whoever changes the flags and
// then finds another engine reporting knows that this one will see the change.
func (t *Task) visit(e *Engine, ev Events) {
	t.reporting.Store(e)
	f := Events(e.flags.Load())
	if f&engineDetached == 0 && t.concerns(e, f, ev) {
		if f&EventQuiesce != 0 && e.ops.Quiesce != nil {
			t.answer(e, t.invoke(e, EventQuiesce, ev), false)
			f = Events(e.flags.Load())
		}
		if f&engineStop != 0 && f&engineDetached == 0 {
			t.pass.action = Stop
		}
		if f&ev != 0 && f&engineDetached == 0 {
			t.answer(e, t.invoke(e, ev, ev), true)
		}
	} else if f&(engineStop|engineDetached) == engineStop {
		t.pass.action = Stop
	} else if t.pass.asked && f&(EventQuiesce|engineDetached) == EventQuiesce {
		// It may have asked, and is not shown this call: the Report is still due.
		t.pass.action = min(t.pass.action, Report)
	}
	t.visited()
}

// visited ends an engine's turn and wakes those who wait for that.
func (t *Task) visited() {
	t.reporting.Store(nil)
	if t.waiters.Load() != 0 {
		t.mu.Lock()
		t.wake()
		t.mu.Unlock()
	}
}

// wake wakes those who wait in Barrier and AwaitStop. t.mu is held.
func (t *Task) wake() {
	if t.idle != nil {
		close(t.idle)
		t.idle = nil
	}
}

// idling is closed by the next wake. t.mu is held, and waiters was raised
// before.
func (t *Task) idling() <-chan struct{} {
	if t.idle == nil {
		t.idle = make(chan struct{})
	}
	return t.idle
}

// concerns reports whether a pass that is made for some engine's sake visits
// this one: an engine with a syscall set is not bothered with other calls.
func (t *Task) concerns(e *Engine, f, ev Events) bool {
	if ev&EventSyscall == 0 {
		return true
	}
	set := e.set.Load()
	if set == nil {
		return true
	}
	nr := t.call.base.nr
	if len(t.call.changes) != 0 {
		nr = t.call.view(e).nr
	}
	return set.Has(t.call.arch, nr)
}

// answer applies what a callback returned. specific says whether its
// event-specific bits count: Quiesce's never do (decision Q1).
func (t *Task) answer(e *Engine, a Action, specific bool) {
	p := &t.pass
	r := a.Resume()
	f := Events(e.flags.Load())
	if f&engineDetached != 0 {
		return // S107
	}
	if specific {
		p.result = a & p.keep
	}
	if r == Detach {
		t.mu.Lock()
		put := t.remove(e)
		t.mu.Unlock()
		if put {
			e.Put()
		}
		return
	}
	if r == Stop {
		p.action = Stop
		p.here = p.here || specific && a&StopHere != 0
		if f&engineStop == 0 {
			e.flags.Or(uint32(engineStop))
		}
		return
	}
	p.action = min(p.action, r)
	p.resume = min(p.resume, r)
	if f&engineStop != 0 {
		e.flags.And(^uint32(engineStop))
	}
}

// arg is the action argument of the next callback.
func (t *Task) arg() Action { return t.pass.action | t.pass.result | t.pass.flags }

// invoke calls one callback. A panic detaches the engine and counts as an
// answer that changes nothing.
func (t *Task) invoke(e *Engine, which, ev Events) (a Action) {
	returned := false
	defer func() {
		if !returned {
			a = t.panicked(e, recover())
		}
	}()
	a = t.callback(e, which, ev)
	returned = true
	return a
}

func (t *Task) callback(e *Engine, which, ev Events) Action {
	a := t.arg()
	ops := e.ops
	switch which {
	case 0: // see visitSignal
		return ops.Signal(e, a, &t.sig)
	case EventQuiesce:
		return ops.Quiesce(e, a, ev)
	case EventSyscallEntry:
		if ops.SyscallEntry != nil {
			t.call.handle.e = e
			return ops.SyscallEntry(e, a, &t.call.handle)
		}
	case EventSyscallExit:
		if ops.SyscallExit != nil {
			t.call.handle.e = e
			return ops.SyscallExit(e, a, &t.call.handle)
		}
	case EventSeccomp:
		if ops.Seccomp != nil {
			t.call.handle.e = e
			return ops.Seccomp(e, a, &t.call.handle, t.pass.data)
		}
	case EventClone:
		if ops.Clone != nil {
			return ops.Clone(e, a, t.pass.cloneFlags, t.pass.child)
		}
	case EventExec:
		if ops.Exec != nil {
			return ops.Exec(e, a)
		}
	case EventExit:
		if ops.Exit != nil {
			return ops.Exit(e, a, &t.exit)
		}
	case EventDeath:
		if ops.Death != nil {
			return ops.Death(e, a, t.pass.groupDead, t.pass.signal)
		}
	case EventReap:
		if ops.Reap != nil {
			ops.Reap(e)
		}
	case EventJobControl:
		if ops.JobControl != nil {
			return ops.JobControl(e, a, t.pass.kind, t.pass.notify)
		}
	}
	return t.noOpinion(e)
}

// noOpinion is the answer of an engine without the callback: the chain as it
// is, and its own Stop if it holds.
func (t *Task) noOpinion(e *Engine) Action {
	a := t.pass.result | Resume
	if e.Holds() {
		a = a.With(Stop)
	}
	return a
}

func (t *Task) panicked(e *Engine, value any) Action {
	stack := debug.Stack()
	if f := t.tr.OnPanic; f != nil {
		f(e, value, stack)
	} else {
		fmt.Fprintf(os.Stderr, "utrace: engine %s panicked and was detached: %v\n%s", e.ops.Name, value, stack)
	}
	return t.pass.result | Detach
}

// settle ends a pass whose Stop does not stop on the spot: it, and anything
// smaller than what is pending, waits for the border to user mode, where all
// engines are asked again and the last pass decides (semantics 1.5, step 3).
func (t *Task) settle() {
	t.mu.Lock()
	if t.pass.action == Stop {
		t.lower(Report) // another engine's step or Interrupt is asked for again there (Q9)
	} else {
		t.lower(t.pass.action)
	}
	t.mu.Unlock()
}

// hold ends a pass whose Stop stops on the spot. It reports whether some
// engine holds the thread at this moment (decision Q2); then the task is in
// state w, and what the engines chose beside Stop is kept for when it ends
// (S41). Otherwise it has already run on: w is left at running.
func (t *Task) hold(w where) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.held() {
		return false
	}
	t.lower(t.pass.resume)
	t.where = w
	t.armed = 0
	t.wake()
	return true
}

// released reports whether nobody holds the thread any more, and if so marks
// it as running.
func (t *Task) released() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.where == running || t.held() {
		return false
	}
	t.where = running
	t.runs.Add(1)
	return true
}

// enter and leave bracket every hook: in between, calls from this OS thread
// about this task are calls from the thread itself ("current").
func (t *Task) enter() { t.inHook = true }

func (t *Task) leave() { t.inHook = false }

// pending returns the pending resume action.
func (t *Task) pending() Action {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.resume
}
