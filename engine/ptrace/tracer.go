package ptrace

import (
	"time"

	"utrace"
)

// A process becomes a tracer by its own ATTACH or SEIZE, or by a child's TRACEME.
// From then on its waits are this engine's, whichever thread makes them; before, they
// are not seen, so that who traces nothing pays nothing for them. A thread may be
// in one already, of which the kernel would tell it nothing, or on its way there. So
// each is made to come here once, which breaks its call; it makes that again, and is
// seen.

// traceFor makes the process one that traces; by is its thread that is about to, if it is
// one of its own. w.mu is held.
func (p *process) traceFor(by *thread) {
	if p.tracer {
		return
	}
	p.tracer = true
	for x := range p.threads {
		// It has a tracer itself, which sees all its calls, or has stopped it.
		seen := x.eng.Syscalls() == nil || x.wait.state != noWait || x.state == stopped || x.state == listening
		x.events()
		if x != by && !x.dead && !seen {
			p.settling = true
			x.unseen.Store(true) // after events: what it does when it has come here is seen
			x.control(utrace.Report)
		}
	}
}

// begun ends a call that has made tracer one's tracer: when no thread of that process
// can be in a wait that was not seen. Who has made the call could make them wait for
// what they would miss otherwise, or die and be told of by the kernel and by this
// engine too.
func (t *thread) begun(a utrace.Action, c *utrace.Syscall, tracer *process) utrace.Action {
	t.w.mu.Lock()
	settling := tracer.settling
	t.w.mu.Unlock()
	if !settling {
		return finish(c, 0)
	}
	r, late := t.req, &reply{}
	t.late = late
	go func() {
		t.w.settle(tracer)
		r.answer(late, 0)
	}()
	return a.With(utrace.Stop)
}

// settle waits until all threads of a process that has become a tracer have come.
func (w *world) settle(p *process) {
	for pause := 20 * time.Microsecond; ; pause = min(2*pause, time.Millisecond) {
		time.Sleep(pause)
		if w.settled(p, pause == time.Millisecond) {
			return
		}
	}
}

// settled reports whether none is to be waited for any more. One that has not come for
// long may be unable to: in a vfork, or other uninterruptible sleep, where it is in no
// wait.
func (w *world) settled(p *process, long bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for x := range p.threads {
		if !x.unseen.Load() || x.dead || x.task.State() != "running" {
			continue
		}
		if state, ok := stateOf(x.task.TID()); !long || ok && state != 'D' {
			return false
		}
	}
	p.settling = false
	return true
}
