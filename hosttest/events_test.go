package hosttest

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

var eventStatements = []statement{
	{"S16", "release runs once, at the last reference, never while attached", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("entry getppid", utrace.Detach)
		a.Attach(run.Task(), utrace.EventSyscallEntry)
		a.Get()
		a.Put()
		a.Put() // the attachment's is left
		rec.Want()
		run.Go()
		run.Reached(1)
		rec.Want("a entry getppid", "a release")
	}},
	{"S17", "every call on a detached engine is ESRCH, also when the task is gone", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		a, b := rec.Engine("a").Attach(run.Task(), 0), rec.Engine("b").Attach(run.Task(), utrace.EventQuiesce)
		WantErr(t, "detach", a.Control(utrace.Detach), 0)
		check := func(e *Engine) {
			t.Helper()
			WantErr(t, "set events", e.SetEvents(0), unix.ESRCH)
			WantErr(t, "set syscalls", e.SetSyscalls(nil), unix.ESRCH)
			WantErr(t, "set lasting", e.SetLasting(nil), unix.ESRCH)
			WantErr(t, "stop", e.Control(utrace.Stop), unix.ESRCH)
			WantErr(t, "resume", e.Control(utrace.Resume), unix.ESRCH)
			WantErr(t, "detach", e.Control(utrace.Detach), unix.ESRCH)
			WantErr(t, "barrier", e.Barrier(t.Context()), unix.ESRCH)
			WantErr(t, "hold reap", e.HoldReap(), unix.ESRCH)
			WantErr(t, "examine", e.Examine(func(*utrace.Stopped) error { return nil }), unix.ESRCH)
		}
		check(a)
		run.Go()
		run.WantExit(0)
		check(a)
		check(b)
	}},
	{"S18", "release is the function given at attach", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), 0)
		a.Ops.Release = func(any) { rec.Mark("other") }
		a.Control(utrace.Detach)
		a.Put()
		rec.Want("a release")
	}},
	{"S19", "a callback is made only if its bit is set", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		rec.Engine("a").Attach(run.Task(), utrace.EventSyscallEntry)
		rec.Engine("b").Attach(run.Task(), utrace.EventSyscallExit)
		rec.Engine("c").Attach(run.Task(), utrace.EventSignalAll|utrace.EventClone)
		run.Go()
		run.Reached(1)
		if got := rec.Texts(); len(got) != 2 || got[0] != "a entry getppid" || rec.Count("b exit getppid") != 1 {
			t.Errorf("callbacks: %v", got)
		}
	}},
	{"S20", "quiesce comes before the own callback, and for others' events too", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce)
		rec.Engine("b").Attach(run.Task(), utrace.EventQuiesce|utrace.EventSyscallEntry)
		run.Go()
		run.Reached(1)
		rec.Want("b quiesce SYSCALL_ENTRY", "b entry getppid", "a quiesce SYSCALL_ENTRY")
	}},
	{"S21", "a bit set in quiesce counts for the same event", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		rec.Engine("a").On("quiesce SYSCALL_ENTRY", func(ev *Event) utrace.Action {
			WantErr(t, "set events", ev.Engine.SetEvents(utrace.EventQuiesce|utrace.EventSyscallEntry), 0)
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventQuiesce)
		rec.Engine("b").Attach(run.Task(), utrace.EventSyscallEntry)
		run.Go()
		run.Reached(1)
		rec.Want("b entry getppid", "a quiesce SYSCALL_ENTRY", "a entry getppid")
	}},
	{"S22", "an event that nobody wants makes no callback, not even quiesce", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Fork(), WaitChild(1), Gate(1))
		rec := run.Recorder()
		rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce|utrace.EventExec)
		run.Go()
		run.Reached(1)
		rec.Want()
	}},
	{"S23", "setting DEATH or QUIESCE anew on the dead is EALREADY", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), utrace.EventReap)
		rec.Engine("b").Attach(run.Task(), utrace.EventDeath)
		WantErr(t, "hold reap", a.HoldReap(), 0)
		run.Go()
		rec.Await("b death")
		AwaitHeld(t, run.Task(), "dead")
		for _, ev := range []utrace.Events{utrace.EventDeath, utrace.EventQuiesce} {
			WantErr(t, ev.String(), a.SetEvents(utrace.EventReap|ev), unix.EALREADY)
		}
		if a.Events() != utrace.EventReap {
			t.Errorf("events %v", a.Events())
		}
		a.ReleaseReap()
		run.WantExit(0)
	}},
	{"S24", "clearing DEATH or QUIESCE in the death pass is EALREADY", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		rec.Engine("a").On("death", func(ev *Event) utrace.Action {
			WantErr(t, "DEATH", ev.Engine.SetEvents(utrace.EventQuiesce), unix.EALREADY)
			WantErr(t, "QUIESCE", ev.Engine.SetEvents(utrace.EventDeath), unix.EALREADY)
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventDeath|utrace.EventQuiesce)
		run.Go()
		run.WantExit(0)
		rec.Await("a death")
	}},
	{"S25", "clearing REAP once reaping has begun is EALREADY", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		rec.Engine("a").On("reap", func(ev *Event) utrace.Action {
			WantErr(t, "REAP", ev.Engine.SetEvents(0), unix.EALREADY)
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventReap)
		run.Go()
		run.WantExit(0)
		rec.Await("a reap")
	}},
	{"S26", "adding bits is never EINPROGRESS", func(t *testing.T, lab Lab) {
		duringCallback(t, lab, func(a *Engine) {
			WantErr(t, "add", a.SetEvents(utrace.EventSyscall|utrace.EventQuiesce), 0)
		})
	}},
	{"S27", "clearing bits during the engine's callback is EINPROGRESS and done", func(t *testing.T, lab Lab) {
		rec := duringCallback(t, lab, func(a *Engine) {
			WantErr(t, "clear", a.SetEvents(utrace.EventExit), unix.EINPROGRESS)
			if a.Events() != utrace.EventExit {
				t.Errorf("events %v", a.Events())
			}
		})
		if rec.Count("a exit getppid") != 0 {
			t.Error("a cleared event was reported")
		}
	}},
	{"S28", "for current it is never EINPROGRESS", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid())
		rec := run.Recorder()
		rec.Engine("a").On("entry getppid", func(ev *Event) utrace.Action {
			WantErr(t, "clear", ev.Engine.SetEvents(0), 0)
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventSyscall)
		run.Go()
		run.WantExit(0)
		rec.Want("a entry getppid")
	}},
	{"S29", "after 0 from set_events no callback for a cleared event starts", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Loop(200, Getppid()), Gate(1), Loop(200, Getppid()))
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), utrace.EventSyscall)
		run.Go()
		rec.Await("a exit getppid")
		for cleared := a.SetEvents(0); cleared != nil; cleared = a.SetEvents(0) {
			WantErr(t, "clear", cleared, unix.EINPROGRESS)
			WantErr(t, "barrier", a.Barrier(t.Context()), 0)
		}
		WantErr(t, "barrier", a.Barrier(t.Context()), 0)
		n := rec.Count("a")
		run.Reached(1)
		run.Open(1)
		run.WantExit(0)
		if rec.Count("a") != n {
			t.Errorf("%d callbacks came after", rec.Count("a")-n)
		}
	}},
	{"S30", "the internal stop bit in the argument is ignored", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid())
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), utrace.EventSyscallEntry)
		WantErr(t, "set", a.SetEvents(utrace.EventSyscallEntry|1<<14|1<<15), 0)
		if a.Holds() || a.Detached() || a.Events() != utrace.EventSyscallEntry {
			t.Errorf("holds %v, detached %v, events %v", a.Holds(), a.Detached(), a.Events())
		}
		run.Go()
		run.WantExit(0)
	}},
}

// duringCallback calls fn while a's callback for the entry of getppid runs.
func duringCallback(t *testing.T, lab Lab, fn func(a *Engine)) *Recorder {
	t.Helper()
	run := Start(t, lab, Getppid())
	rec := run.Recorder()
	leave := make(chan struct{})
	a := rec.Engine("a").On("entry getppid", func(ev *Event) utrace.Action { <-leave; return ev.Echo() })
	a.Attach(run.Task(), utrace.EventSyscall)
	run.Go()
	rec.Await("a entry getppid")
	fn(a)
	close(leave)
	run.WantExit(0)
	return rec
}
