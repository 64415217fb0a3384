package hosttest

import (
	"context"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

const all = utrace.EventJobControl<<1 - 1

var attachStatements = []statement{
	{"S1", "a new engine has no events and gets no callback", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), ExitGroup(3))
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), 0)
		b := rec.Engine("b").Attach(run.Task(), utrace.EventSyscallEntry|utrace.EventQuiesce)
		if a.Events() != 0 {
			t.Errorf("events %v", a.Events())
		}
		run.Go()
		run.WantExit(3)
		if rec.Count("a ") != 0 || rec.Count("b entry getppid") != 1 {
			t.Errorf("callbacks: %v", rec.Texts())
		}
		a.Put()
		b.Put()
	}},
	{"S2", "the caller's reference and the attachment's are two", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), ExitGroup(0))
		rec := run.Recorder()
		rec.Engine("a").Attach(run.Task(), utrace.EventSyscallEntry).Put()
		run.Go()
		rec.Await("a entry getppid")
		run.WantExit(0)
		if rec.Count("a release") != 1 {
			t.Errorf("callbacks: %v", rec.Texts())
		}
	}},
	{"S3", "a lookup that finds nothing is ENOENT", func(t *testing.T, lab Lab) {
		run := StartRunning(t, lab)
		rec := run.Recorder()
		a, b := rec.Engine("a"), rec.Engine("b")
		_, err := run.Task().Attach(utrace.MatchOps, a.Ops, nil)
		WantErr(t, "never traced", err, unix.ENOENT)
		a.Attach(run.Task(), 0)
		_, err = run.Task().Attach(utrace.MatchOps, b.Ops, nil)
		WantErr(t, "other ops", err, unix.ENOENT)
		_, err = run.Task().Attach(utrace.MatchData, nil, "b")
		WantErr(t, "other data", err, unix.ENOENT)
	}},
	{"S4", "a lookup returns the same handle with one more reference", func(t *testing.T, lab Lab) {
		run := StartRunning(t, lab)
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), 0)
		for _, flags := range []utrace.AttachFlags{0, utrace.MatchOps, utrace.MatchData, utrace.MatchOps | utrace.MatchData} {
			e, err := run.Task().Attach(flags, a.Ops, "a")
			if err != nil || e != a.Engine {
				t.Fatalf("flags %#x: %v, %v", flags, e, err)
			}
		}
		WantErr(t, "detach", a.Control(utrace.Detach), 0)
		for range 4 {
			a.Put()
		}
		rec.Want()
		a.Put()
		rec.Want("a release")
	}},
	{"S5", "EXCLUSIVE with MATCH_OPS is EEXIST iff a live engine has the ops", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		a, b := rec.Engine("a").Attach(run.Task(), 0), rec.Engine("b")
		const flags = utrace.AttachCreate | utrace.AttachExclusive | utrace.MatchOps
		_, err := run.Task().Attach(flags, a.Ops, nil)
		WantErr(t, "same ops", err, unix.EEXIST)
		_, err = run.Task().Attach(flags, b.Ops, nil)
		WantErr(t, "other ops", err, 0)
	}},
	{"S6", "EXCLUSIVE without MATCH is EEXIST if there is any live engine", func(t *testing.T, lab Lab) {
		run := StartRunning(t, lab)
		rec := run.Recorder()
		a, b := rec.Engine("a"), rec.Engine("b")
		const flags = utrace.AttachCreate | utrace.AttachExclusive
		_, err := run.Task().Attach(flags, a.Ops, nil)
		WantErr(t, "first", err, 0)
		_, err = run.Task().Attach(flags, b.Ops, "other")
		WantErr(t, "second", err, unix.EEXIST)
	}},
	{"S7", "the same ops and data may be attached repeatedly", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid())
		rec := run.Recorder()
		a := rec.Engine("a")
		first := a.Attach(run.Task(), utrace.EventSyscallEntry).Engine
		if second := a.Attach(run.Task(), utrace.EventSyscallEntry).Engine; first == second {
			t.Error("one engine")
		}
		run.Go()
		run.WantExit(0)
		if n := rec.Count("a entry getppid"); n != 2 {
			t.Errorf("%d callbacks", n)
		}
	}},
	{"S8", "a detached engine matches nothing", func(t *testing.T, lab Lab) {
		run := StartRunning(t, lab)
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), 0)
		WantErr(t, "detach", a.Control(utrace.Detach), 0)
		_, err := run.Task().Attach(utrace.MatchOps, a.Ops, nil)
		WantErr(t, "lookup", err, unix.ENOENT)
		_, err = run.Task().Attach(utrace.AttachCreate|utrace.AttachExclusive, a.Ops, nil)
		WantErr(t, "exclusive", err, 0)
	}},
	{"S9", "CREATE without ops is EINVAL", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		_, err := run.Task().Attach(utrace.AttachCreate, nil, nil)
		WantErr(t, "attach", err, unix.EINVAL)
	}},
	{"S10", "a reaped task cannot be attached to, nor found", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		task := run.Task()
		run.Go()
		run.WantExit(0)
		_, err := task.Attach(utrace.AttachCreate, NewRecorder(t).Engine("a").Ops, nil)
		WantErr(t, "attach", err, unix.ESRCH)
		_, err = lab.Tracer().Task(task.TID())
		WantErr(t, "find", err, unix.ESRCH)
		_, err = lab.Tracer().Attach(context.Background(), run.Pid, func(*utrace.Task) error { return nil })
		WantErr(t, "attach to the process", err, unix.ESRCH)
	}},
	{"S11", "a zombie can be attached to and delivers REAP only", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), utrace.EventDeath)
		WantErr(t, "hold reap", a.HoldReap(), 0)
		run.Go()
		rec.Await("a death")
		AwaitHeld(t, run.Task(), "dead")
		b := rec.Engine("b").Attach(run.Task(), utrace.EventReap|utrace.EventSyscall|utrace.EventExit)
		_ = b
		a.ReleaseReap()
		run.WantExit(0)
		rec.Want("a death", "b reap")
	}},
	{"S12", "an engine attached in a callback misses that event and sees the next", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gettid())
		rec := run.Recorder()
		b := rec.Engine("b")
		rec.Engine("a").On("exit getppid", func(ev *Event) utrace.Action {
			b.Attach(ev.Engine.Task(), utrace.EventSyscall|utrace.EventQuiesce)
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventSyscallExit)
		run.Go()
		run.WantExit(0)
		got := rec.Texts("b entry", "b exit", "b quiesce SYSCALL")
		if len(got) < 4 || got[0] != "b quiesce SYSCALL_ENTRY" || got[1] != "b entry gettid" {
			t.Errorf("callbacks: %v", got)
		}
	}},
	{"S13", "engines are called in attach order", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Raise(unix.SIGUSR1), Fork(), WaitChild(2), ExitGroup(0))
		rec := run.Recorder()
		for _, name := range []string{"a", "b", "c"} {
			e := rec.Engine(name)
			e.Answer("signal 10", utrace.SignalIgn|utrace.Resume)
			e.Attach(run.Task(), all&^(utrace.EventQuiesce|utrace.EventSyscallEntry|utrace.EventSignalIgn))
		}
		run.Go()
		run.WantExit(0)
		for _, ev := range []string{"exit getppid", "signal 10", "clone", "exiting", "death", "reap"} {
			got := rec.Texts("a "+ev, "b "+ev, "c "+ev)
			if len(got) != 3 || got[0][0] != 'a' || got[1][0] != 'b' || got[2][0] != 'c' {
				t.Errorf("%s: %v", ev, got)
			}
		}
	}},
	{"S14", "at entry engines and their quiesce are called in reverse", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		for _, name := range []string{"a", "b", "c"} {
			rec.Engine(name).Attach(run.Task(), utrace.EventSyscallEntry|utrace.EventQuiesce)
		}
		run.Go()
		run.Reached(1)
		rec.Want("c quiesce SYSCALL_ENTRY", "c entry getppid", "b quiesce SYSCALL_ENTRY", "b entry getppid",
			"a quiesce SYSCALL_ENTRY", "a entry getppid")
	}},
	{"S15", "an engine attached from outside is in the first pass that starts after", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1), Gettid())
		rec := run.Recorder()
		a, b := rec.Engine("a"), rec.Engine("b")
		attached := make(chan struct{})
		a.On("entry getppid", func(ev *Event) utrace.Action { <-attached; return ev.Echo() })
		a.Attach(run.Task(), utrace.EventSyscall)
		run.Go()
		rec.Await("a entry getppid")
		b.Attach(run.Task(), utrace.EventSyscall) // in the middle of a pass
		close(attached)
		rec.Await("b exit getppid")
		run.Reached(1)
		run.Open(1)
		run.WantExit(0)
		if rec.Count("b entry getppid") != 0 || rec.Count("b entry gettid") != 1 {
			t.Errorf("callbacks: %v", rec.Texts())
		}
	}},
}
