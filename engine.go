package utrace

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"utrace/syscalls"
)

// Engine is one engine on one task: a counted handle. Attach and Lookup give
// their caller a reference; the attachment holds another. Every method may be
// called from any goroutine, and from callbacks; on an engine that is detached
// they return ESRCH and touch no task.
type Engine struct {
	task    *Task
	ops     *Ops
	data    atomic.Value // of box
	release func(data any)
	seq     uint64 // attach order on the task; greater is closer to the program

	flags  atomic.Uint32 // Events, engineStop, engineDetached
	set    atomic.Pointer[syscalls.Set]
	last   atomic.Pointer[syscalls.Set] // SetLasting's; nil: none
	follow atomic.Bool
	refs   atomic.Int32
	holds  bool // HoldReap; under task.mu

	stopped Stopped // what Examine gives
}

type box struct{ v any }

// Task returns the task that the engine is, or was, attached to.
func (e *Engine) Task() *Task { return e.task }

// ID names the engine on its task. Greater is closer to the program.
func (e *Engine) ID() uint64 { return e.seq }

// Ops returns the ops given at attach.
func (e *Engine) Ops() *Ops { return e.ops }

// Data returns what was given at attach or set since.
func (e *Engine) Data() any { return e.data.Load().(box).v }

// SetData changes what Data returns and lookups match.
func (e *Engine) SetData(v any) { e.data.Store(box{v}) }

// Events returns the engine's event mask.
func (e *Engine) Events() Events { return Events(e.flags.Load()) & allEvents }

// Holds reports whether this engine holds the thread stopped, or will when it
// next may.
func (e *Engine) Holds() bool {
	f := Events(e.flags.Load())
	return f&engineStop != 0 && f&engineDetached == 0
}

// Detached reports whether the engine was detached.
func (e *Engine) Detached() bool { return Events(e.flags.Load())&engineDetached != 0 }

// Get takes another reference.
func (e *Engine) Get() *Engine { e.refs.Add(1); return e }

// Put drops a reference. At the last one Release is called, once; an attached
// engine cannot lose its last.
func (e *Engine) Put() {
	switch n := e.refs.Add(-1); {
	case n == 0 && e.release != nil:
		e.release(e.Data())
	case n < 0:
		panic("utrace: Engine.Put without a reference")
	}
}

func (e *Engine) current() bool {
	same, _ := e.task.host().OnOwner(e.task)
	return same && e.task.inHook
}

// SetEvents replaces the event mask (semantics 8.2). Bits beyond the events
// are ignored. The new mask is in force for the next engine visit, even of a
// pass in progress: set from Quiesce(X), it decides about X itself.
//
//   - ESRCH: the engine is detached.
//   - EALREADY, nothing changed: the task is dead and DEATH or QUIESCE would be
//     set; or its death pass runs and one of them would be cleared; or its reap
//     has begun and REAP would be cleared.
//   - EINPROGRESS, mask changed: a bit was cleared and a callback to this engine
//     is running; see [Engine.Barrier]. Never from that callback itself.
func (e *Engine) SetEvents(ev Events) error {
	const op = "set events"
	t := e.task
	ev &= allEvents
	t.mu.Lock()
	old := Events(e.flags.Load())
	if old&engineDetached != 0 {
		t.mu.Unlock()
		return errno(op, unix.ESRCH)
	}
	const dying = EventDeath | EventQuiesce
	if t.life != lifeAlive {
		refused := ev&dying&^old != 0 ||
			t.life == lifeDeathPass && old&dying&^ev != 0 ||
			t.life >= lifeDead && ev&dying != 0 ||
			t.life == lifeReaping && old&EventReap&^ev != 0
		if refused {
			t.mu.Unlock()
			return errno(op, unix.EALREADY)
		}
	}
	for !e.flags.CompareAndSwap(uint32(old), uint32(old&^allEvents|ev)) {
		old = Events(e.flags.Load()) // a callback's answer moved engineStop
	}
	more := t.recount()
	if t.stopped() && ev&EventQuiesce&^old != 0 { // Q8
		t.lower(Report)
	}
	running := t.life == lifeAlive && !t.stopped()
	t.mu.Unlock()
	if more && running {
		t.host().Poll(t)
	}
	if old&allEvents&^ev != 0 && running && t.reporting.Load() == e && !e.current() {
		return errno(op, unix.EINPROGRESS)
	}
	return nil
}

// SetSyscalls narrows the engine's system call events to the calls in set; nil
// means all. The host stops for the union of all engines' sets only.
func (e *Engine) SetSyscalls(set *syscalls.Set) error {
	t := e.task
	t.mu.Lock()
	if e.Detached() {
		t.mu.Unlock()
		return errno("set syscalls", unix.ESRCH)
	}
	e.set.Store(set)
	more := t.recount()
	running := t.life == lifeAlive && !t.stopped()
	t.mu.Unlock()
	if more && running {
		t.host().Poll(t)
	}
	return nil
}

// SetLasting says which calls the engine will want for as long as the process
// lives, whatever SetSyscalls says from time to time; nil, as at first, means none.
// It changes no report. A host may have a way to stop threads at few calls that is
// made when they start and can be widened but not taken back: without SetLasting
// such a thread stops at every call while an engine wants more, with it that way is
// widened, for all threads of the process and what they make later. They then stop
// at these calls for good, also when no engine wants them any more, so it is for what
// comes of a change of kind: a process that has become a tracer, say. Children that
// the engine follows to do not have it. ESRCH: the engine is detached.
func (e *Engine) SetLasting(set *syscalls.Set) error {
	t := e.task
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.Detached() {
		return errno("set lasting syscalls", unix.ESRCH)
	}
	e.last.Store(set)
	t.recount()
	return nil
}

// Syscalls returns the engine's set; nil means all calls.
func (e *Engine) Syscalls() *syscalls.Set { return e.set.Load() }

// SetFollow says whether the engine is attached to every child of its thread,
// before the child runs, with the same ops, data, events, set and place in the
// order. A Clone callback of the same engine finds the child's already there.
func (e *Engine) SetFollow(follow bool) { e.follow.Store(follow) }

// Control tells what the thread should do as far as this engine is concerned
// (semantics 8.3). It never waits for the thread.
//
//   - EINVAL: no such action, or Report, SingleStep or BlockStep from an engine
//     without EventQuiesce.
//   - ESRCH: detached or dead. EALREADY: Detach during the death pass.
//   - EOPNOTSUPP: the machine cannot step; the thread is left as it was.
//   - EINPROGRESS: Stop on a thread that runs (a callback will come; its answer
//     counts); Detach while a callback to this engine runs, whose answer is
//     then ignored.
func (e *Engine) Control(a Action) error {
	op := "control " + resumeNames[a&resumeMask]
	t := e.task
	if a > Detach {
		return errno(op, unix.EINVAL)
	}
	step := a == SingleStep || a == BlockStep
	if (step || a == Report) && Events(e.flags.Load())&EventQuiesce == 0 {
		return errno(op, unix.EINVAL)
	}
	t.mu.Lock()
	if e.Detached() {
		t.mu.Unlock()
		return errno(op, unix.ESRCH)
	}
	if t.life != lifeAlive {
		return e.controlDead(op, a)
	}
	if step {
		if err := t.host().CanStep(false); err != nil {
			t.mu.Unlock()
			return errno(op, unix.EOPNOTSUPP)
		}
	}
	stopped := t.stopped()
	put := false
	var err error
	switch a {
	case Stop:
		e.flags.Or(uint32(engineStop))
		if !stopped {
			t.lower(Report)
			err = errno(op, unix.EINPROGRESS)
		}
	case Detach:
		put = t.remove(e)
		if t.reporting.Load() == e {
			err = errno(op, unix.EINPROGRESS)
		}
	default:
		e.flags.And(^uint32(engineStop))
		if a < Resume {
			t.lower(a)
		}
		t.wake()
	}
	poll := a != Resume && a != Detach || stopped
	t.mu.Unlock()
	if poll {
		t.host().Poll(t)
	}
	if put {
		e.Put()
	}
	return err
}

// controlDead is Control on a dead thread, which can only be detached from, and
// only while neither its death nor its reap pass runs (S100, S119). t.mu is
// held and let go.
func (e *Engine) controlDead(op string, a Action) error {
	t := e.task
	var err error
	put, poll := false, false
	switch {
	case a != Detach || t.life >= lifeReaping:
		err = errno(op, unix.ESRCH)
	case t.life == lifeDeathPass:
		err = errno(op, unix.EALREADY)
	default:
		put = t.remove(e)
		poll = e.holds
	}
	t.mu.Unlock()
	if poll {
		t.host().Poll(t)
	}
	if put {
		e.Put()
	}
	return err
}

// Barrier waits until no callback to this engine runs on its thread (semantics
// 8.5). nil means that the last one's answer has taken effect. ESRCH: the
// engine is detached and will get no callback. From a callback of the same
// thread it returns at once; from one of another thread, where it would have
// to wait, EDEADLK. If ctx ends first: ERESTARTSYS.
//
// It settles the race of a callback that publishes that it will stop and then
// answers Stop: Barrier first, then Control(Resume) (semantics 9.4).
func (e *Engine) Barrier(ctx context.Context) error {
	const op = "barrier"
	t := e.task
	same, onOwner := t.host().OnOwner(t)
	if same && t.inHook {
		return nil
	}
	if t.reporting.Load() != e { // as it mostly is; below it would cost a channel
		if e.Detached() {
			return errno(op, unix.ESRCH)
		}
		return nil
	}
	t.waiters.Add(1)
	defer t.waiters.Add(-1)
	for {
		t.mu.Lock()
		busy := t.reporting.Load() == e
		detached := e.Detached()
		idle := t.idling()
		t.mu.Unlock()
		switch {
		case !busy && detached:
			return errno(op, unix.ESRCH)
		case !busy:
			return nil
		case onOwner:
			return errno(op, unix.EDEADLK)
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return errno(op, ERESTARTSYS)
		}
	}
}

// AwaitStop waits until the thread is stopped for this engine, so that Examine
// can look at it: after a callback of this engine has answered Stop, or
// Control(Stop) was asked for. EINVAL: this engine does not hold the thread (any
// more). ESRCH: detached or dead. EDEADLK: called on an owner. If ctx ends
// first: ERESTARTSYS.
func (e *Engine) AwaitStop(ctx context.Context) error {
	const op = "await stop"
	t := e.task
	if _, onOwner := t.host().OnOwner(t); onOwner {
		return errno(op, unix.EDEADLK)
	}
	t.waiters.Add(1)
	defer t.waiters.Add(-1)
	for {
		t.mu.Lock()
		idle := t.idling()
		err := e.examinable(op)
		t.mu.Unlock()
		if !errors.Is(err, unix.EAGAIN) {
			return err
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return errno(op, ERESTARTSYS)
		}
	}
}

// HoldReap keeps the dead thread's status from being collected, and with it
// the news of its death from its parent, until ReleaseReap or Detach. To be
// sure that it is in time, call it before the thread dies, or from Death.
func (e *Engine) HoldReap() error {
	t := e.task
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.Detached() || t.life >= lifeReaping {
		return errno("hold reap", unix.ESRCH)
	}
	e.holds = true
	return nil
}

// ReleaseReap withdraws HoldReap.
func (e *Engine) ReleaseReap() {
	t := e.task
	t.mu.Lock()
	e.holds = false
	poll := t.life == lifeDead
	t.mu.Unlock()
	if poll {
		t.host().Poll(t)
	}
}
