package hosttest

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// inCallback is a puppet that calls getppid and reports it, whose engine a is
// in its callback for the entry until leave is called; a then answers as given.
func inCallback(t *testing.T, lab Lab, events utrace.Events, answer utrace.Action) (run *Run, rec *Recorder, a *Engine, leave func()) {
	t.Helper()
	run = Start(t, lab, Getppid(), Report(1), Gate(1))
	rec = run.Recorder()
	gate := make(chan struct{})
	a = rec.Engine("a").On("entry getppid", func(*Event) utrace.Action { <-gate; return answer })
	a.Attach(run.Task(), events)
	run.Go()
	rec.Await("a entry getppid")
	return run, rec, a, func() { close(gate) }
}

// wantBusy fails the test unless Barrier waits.
func wantBusy(t *testing.T, e *Engine) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	WantErr(t, "barrier during the callback", e.Barrier(ctx), utrace.ERESTARTSYS)
}

var detachStatements = []statement{
	{"S105", "DETACH of a stopped thread: 0, removed at once, and it runs if nobody else holds it", func(t *testing.T, lab Lab) {
		run, rec, a, b := pair(t, lab, utrace.EventSyscallExit)
		a.Answer("exit getppid", utrace.Stop)
		b.Answer("exit getppid", utrace.Stop)
		run.Go()
		rec.Await("b exit getppid")
		AwaitHeld(t, run.Task(), "held")
		WantErr(t, "detach", a.Control(utrace.Detach), 0)
		if slices.Contains(run.Task().Engines(), a.Engine) {
			t.Error("still on the list")
		}
		// The owner has looked at what a did when it serves this.
		WantErr(t, "examine", b.Examine(func(*utrace.Stopped) error { return nil }), 0)
		if s := run.Task().State(); s != "held" {
			t.Errorf("state %s after the first detach", s)
		}
		WantErr(t, "detach", b.Control(utrace.Detach), 0)
		run.Reached(1)
	}},
	{"S106", "DETACH of a running thread: 0, and no callback afterwards", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1), Getppid(), Gate(2))
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), all&^utrace.EventQuiesce)
		rec.Engine("b").Attach(run.Task(), utrace.EventSyscall)
		run.Go()
		run.Reached(1)
		rec.Await("a exit getppid")
		rec.Await("b exit getppid")
		WantErr(t, "barrier", a.Barrier(t.Context()), 0)
		WantErr(t, "detach", a.Control(utrace.Detach), 0)
		n := rec.Count("a")
		run.Open(1)
		rec.Await("b exit getppid")
		run.Open(2)
		run.WantExit(0)
		if rec.Count("a") != n {
			t.Errorf("callbacks: %v", rec.Texts("a"))
		}
	}},
	{"S107", "DETACH in the engine's callback: EINPROGRESS, its answer is ignored, none follows", func(t *testing.T, lab Lab) {
		run, rec, a, leave := inCallback(t, lab, utrace.EventSyscall, utrace.SyscallAbort|utrace.Stop)
		WantErr(t, "detach", a.Control(utrace.Detach), unix.EINPROGRESS)
		leave()
		if run.Value(1) <= 0 {
			t.Errorf("result %d: aborted", run.Value(1))
		}
		run.Reached(1)
		rec.Want("a entry getppid")
	}},
	{"S108", "a second DETACH is ESRCH", func(t *testing.T, lab Lab) {
		run, rec, a, leave := inCallback(t, lab, utrace.EventSyscall, utrace.Resume)
		WantErr(t, "in the callback", a.Control(utrace.Detach), unix.EINPROGRESS)
		WantErr(t, "in the callback, again", a.Control(utrace.Detach), unix.ESRCH)
		leave()
		run.Reached(1)
		WantErr(t, "after", a.Control(utrace.Detach), unix.ESRCH)
		b := rec.Engine("b").Attach(run.Task(), 0)
		WantErr(t, "running", b.Control(utrace.Detach), 0)
		WantErr(t, "running, again", b.Control(utrace.Detach), unix.ESRCH)
	}},
	{"S109", "barrier is 0 only when no callback runs and the last one's answer is in effect", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		gate := make(chan struct{})
		var returned atomic.Bool
		a := rec.Engine("a").On("entry getppid", func(*Event) utrace.Action {
			<-gate
			returned.Store(true)
			return utrace.Stop
		}).Attach(run.Task(), utrace.EventSyscallEntry)
		run.Go()
		rec.Await("a entry getppid")
		wantBusy(t, a)
		type seen struct {
			err             error
			returned, holds bool
		}
		done := make(chan seen)
		go func() {
			err := a.Barrier(t.Context())
			done <- seen{err, returned.Load(), a.Holds()}
		}()
		close(gate)
		if s := <-done; s.err != nil || !s.returned || !s.holds {
			t.Errorf("barrier: %+v", s)
		}
		AwaitHeld(t, run.Task(), "held at syscall entry")
	}},
	{"S110", "barrier on a marked engine waits, then is ESRCH; also when the task is gone", func(t *testing.T, lab Lab) {
		run, _, a, leave := inCallback(t, lab, utrace.EventSyscall, utrace.Resume)
		WantErr(t, "detach", a.Control(utrace.Detach), unix.EINPROGRESS)
		wantBusy(t, a)
		leave()
		WantErr(t, "barrier", a.Barrier(t.Context()), unix.ESRCH)
		run.Open(1)
		run.WantExit(0)
		WantErr(t, "barrier on the gone", a.Barrier(t.Context()), unix.ESRCH)
	}},
	{"S111", "barrier by the target itself is 0 at once; an interrupted wait is ERESTARTSYS", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		b := rec.Engine("b")
		rec.Engine("a").On("entry getppid", func(ev *Event) utrace.Action {
			WantErr(t, "barrier by itself", ev.Engine.Barrier(t.Context()), 0)
			WantErr(t, "barrier on another engine", b.Barrier(t.Context()), 0)
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventSyscallEntry)
		b.Attach(run.Task(), utrace.EventSyscallEntry)
		run.Go()
		run.Reached(1)
		rec.Await("a entry getppid")

		_, _, c, leave := inCallback(t, lab, utrace.EventSyscall, utrace.Resume)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- c.Barrier(ctx) }()
		cancel()
		WantErr(t, "interrupted barrier", <-done, utrace.ERESTARTSYS)
		leave()
	}},
	{"S112", "RESUME before a running callback's STOP does not undo it; barrier, then RESUME does", func(t *testing.T, lab Lab) {
		run, _, a, leave := inCallback(t, lab, utrace.EventSyscallEntry, utrace.Stop)
		WantErr(t, "early resume", a.Control(utrace.Resume), 0)
		leave()
		AwaitHeld(t, run.Task(), "held at syscall entry")
		WantErr(t, "barrier", a.Barrier(t.Context()), 0)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Reached(1)
	}},
	{"S113", "detaching the last engine leaves no pending action to a later one", func(t *testing.T, lab Lab) {
		for _, detach := range []bool{true, false} {
			run, rec, a, b := pair(t, lab, utrace.EventSyscallEntry)
			b.Once("entry getppid", utrace.Interrupt)
			a.Once("entry getppid", utrace.Stop)
			run.Go()
			rec.Await("a entry getppid")
			AwaitHeld(t, run.Task(), "held at syscall entry")
			c := rec.Engine("c")
			// On the owner: the thread cannot go on before c is there.
			WantErr(t, "examine", a.Examine(func(*utrace.Stopped) error {
				if !detach { // c is attached before they go: the Interrupt stays
					c.Attach(run.Task(), utrace.EventSyscall)
				}
				WantErr(t, "detach", b.Control(utrace.Detach), 0)
				WantErr(t, "detach", a.Control(utrace.Detach), 0)
				if detach {
					c.Attach(run.Task(), utrace.EventSyscall)
				}
				return nil
			}), 0)
			run.Reached(1)
			rounds := map[bool]int{true: 0, false: 1}[detach]
			if n := rec.Count("c entry getppid"); n != rounds || rec.Count("c exit getppid") != 1 {
				t.Errorf("last one detached %v: %v", detach, rec.Texts("c"))
			}
		}
	}},
}
