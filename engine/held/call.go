package held

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// Call is a system call that is held at its entry.
type Call struct {
	board    *Board
	id       uint64
	e        *utrace.Engine // a reference, until drop
	terms    Terms
	since    time.Time
	deadline time.Time

	mu       sync.Mutex
	what     What
	timer    *time.Timer
	settled  bool    // end says what became of it
	released bool    // the thread has been told
	dropped  bool    // e was put
	end      Settled // valid if settled
}

// ID names the call on its board; ids are never used again.
func (c *Call) ID() uint64 { return c.id }

// Task returns the thread that makes the call.
func (c *Call) Task() *utrace.Task { return c.e.Task() }

// Engine returns the engine that holds it, without a reference.
func (c *Call) Engine() *utrace.Engine { return c.e }

// Terms returns what it is held on.
func (c *Call) Terms() Terms { return c.terms }

// Since returns when it was first held, Deadline when Terms.Default happens.
func (c *Call) Since() time.Time    { return c.since }
func (c *Call) Deadline() time.Time { return c.deadline }

// What returns the call as the engine saw it in the last round.
func (c *Call) What() What {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.what
}

// Examine calls fn with the thread, as Engine.Examine does, once it has stopped.
func (c *Call) Examine(ctx context.Context, fn func(*utrace.Stopped) error) error {
	err := c.e.Barrier(ctx)
	if err == nil {
		err = c.e.AwaitStop(ctx)
	}
	if err == nil {
		err = c.e.Examine(fn)
	}
	if errors.Is(err, unix.ESRCH) || errors.Is(err, unix.EINVAL) {
		if end := c.ended(); end != nil {
			return end
		}
	}
	return err
}

// Answer is what the callback that has called Hold answers, and the callbacks of
// further rounds of the same entry: Stop as long as nothing is decided, then the
// decision, in each round anew.
func (c *Call) Answer(a utrace.Action, sc *utrace.Syscall) utrace.Action {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.settled {
		if a.Resumed() {
			c.what.look(sc)
		}
		return a.With(utrace.Stop)
	}
	d := &c.end.Decision
	c.released = true
	switch d.Verb {
	case Kill:
		return a.With(utrace.Stop) // SIGKILL is on its way
	case Abort:
		sc.SetResult(d.Result)
		return utrace.SyscallAbort | utrace.Resume
	}
	if d.Nr != nil {
		sc.SetNr(*d.Nr)
	}
	for i, v := range d.Args {
		sc.SetArg(i, v)
	}
	return a.NoOpinion()
}

// Gone says that the call has ended without a decision: its thread died, or was
// let go by somebody else. If it was settled before, nothing happens.
func (c *Call) Gone(why string) {
	if c.settle(Settled{ID: c.id, Gone: why}) {
		c.drop()
	}
}

// detached notices that the engine was detached, and the thread let go with it.
func (c *Call) detached() bool {
	if !c.e.Detached() {
		return false
	}
	c.Gone("its engine was detached")
	return true
}

// ended returns what became of a settled call; nil if it is held.
func (c *Call) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.settled {
		return nil
	}
	end := c.end
	return &end
}

// settle makes s what became of the call; false if something else did.
func (c *Call) settle(s Settled) bool {
	c.mu.Lock()
	if c.settled {
		c.mu.Unlock()
		return false
	}
	c.settled, c.end = true, s
	if c.timer != nil {
		c.timer.Stop()
	}
	c.mu.Unlock()
	c.board.take(s)
	if s.Gone != "" {
		c.board.tell(Event{Kind: EventGone, Call: c, Why: s.Gone})
	} else {
		c.board.tell(Event{Kind: EventSettled, Call: c, Decision: s.Decision})
	}
	return true
}

// decide settles the call and lets it go.
func (c *Call) decide(ctx context.Context, d Decision) error {
	if !c.settle(Settled{ID: c.id, Decision: d}) {
		return c.ended()
	}
	defer c.drop()
	if d.Verb == Kill {
		return c.Task().Process().Signal(unix.SIGKILL)
	}
	// The first decision counts, whatever becomes of who made it.
	if err := c.e.Barrier(context.WithoutCancel(ctx)); err != nil {
		return c.lost(err)
	}
	if d.changes() {
		return c.control(utrace.Report)
	}
	return c.control(utrace.Resume)
}

// again makes a further round about a call that stays held.
func (c *Call) again(ctx context.Context) error {
	if err := c.e.Barrier(ctx); err != nil {
		return c.lost(err)
	}
	return c.control(utrace.Report)
}

// control controls the thread, if it is still held for this call.
func (c *Call) control(a utrace.Action) error {
	c.mu.Lock()
	if c.released {
		c.mu.Unlock()
		return nil
	}
	err := c.e.Control(a)
	c.released = err == nil && a == utrace.Resume
	c.mu.Unlock()
	return c.lost(err)
}

// lost puts an engine's ESRCH into words: the thread is gone, and has not had the
// decision. If it has, in a round that somebody else asked for, nothing is lost.
func (c *Call) lost(err error) error {
	if !errors.Is(err, unix.ESRCH) {
		return err
	}
	c.mu.Lock()
	released := c.released
	c.mu.Unlock()
	if released {
		return nil
	}
	return &Settled{ID: c.id, Gone: "its thread is dead, or the engine was detached"}
}

// expire does what the terms say when nobody has decided in time.
func (c *Call) expire() {
	d := c.terms.Default
	d.By = ByDeadline
	_ = c.decide(context.Background(), d) // lost: nothing to decide about
}

// drop puts the engine's reference, once.
func (c *Call) drop() {
	c.mu.Lock()
	dropped := c.dropped
	c.dropped = true
	c.mu.Unlock()
	if !dropped {
		c.e.Put()
	}
}

// Slot is an engine's place for the call that it holds of one thread. It is used
// in that thread's callbacks only.
type Slot struct{ call *Call }

// Again answers for a further round of the entry of a call that is, or was, held;
// ok is false for a call that is new.
func (s *Slot) Again(a utrace.Action, c *utrace.Syscall) (answer utrace.Action, ok bool) {
	if s.call == nil {
		return 0, false
	}
	if a.Resumed() {
		return s.call.Answer(a, c), true
	}
	s.Leave("its thread was let go")
	return 0, false
}

// Hold holds the call that the callback is at the entry of, and answers for it.
func (s *Slot) Hold(b *Board, e *utrace.Engine, a utrace.Action, c *utrace.Syscall, terms Terms) utrace.Action {
	s.call = b.Hold(e, c, terms)
	return s.call.Answer(a, c)
}

// Leave says that the thread is not in that call any more.
func (s *Slot) Leave(why string) {
	if s.call != nil {
		s.call.Gone(why)
		s.call = nil
	}
}
