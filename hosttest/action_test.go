package hosttest

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

var actionStatements = []statement{
	{"S31", "the smallest action of any engine is done", func(t *testing.T, lab Lab) {
		for _, c := range []struct {
			a, b utrace.Action
			want string
		}{
			{utrace.Resume, utrace.Report, "a quiesce 0"},
			{utrace.Report, utrace.Resume, "a quiesce 0"},
			{utrace.Report, utrace.Interrupt, "a report"},
			{utrace.Interrupt, utrace.Resume, "a report"},
		} {
			run := Start(t, lab, Getppid(), Gate(1))
			rec := run.Recorder()
			const events = utrace.EventSyscallExit | utrace.EventQuiesce
			rec.Engine("a").Answer("exit getppid", c.a).Attach(run.Task(), events)
			rec.Engine("b").Answer("exit getppid", c.b).Attach(run.Task(), events)
			run.Go()
			run.Reached(1)
			if got := rec.Texts("a quiesce 0", "a report"); len(got) != 1 || got[0] != c.want {
				t.Errorf("%v, %v: %v, want %s", c.a, c.b, got, c.want)
			}
		}
	}},
	{"S32", "the argument is what would happen without the engine", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		for _, e := range []struct {
			name   string
			answer utrace.Action
		}{{"a", utrace.Report}, {"b", utrace.Interrupt}, {"c", utrace.Resume}, {"d", utrace.Resume}} {
			rec.Engine(e.name).Answer("exit getppid", e.answer).Attach(run.Task(), utrace.EventSyscallExit)
		}
		run.Go()
		for _, w := range []utrace.Action{utrace.Resume, utrace.Report, utrace.Interrupt, utrace.Interrupt} {
			if en := rec.Await(""); en.Arg != w {
				t.Errorf("%s: %v, want %v", en.Text, en.Arg, w)
			}
		}
	}},
	{"S33", "a Detach answer does not lower what later engines see", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		rec.Engine("a").Answer("exit", utrace.Detach).Attach(run.Task(), utrace.EventSyscallExit)
		rec.Engine("b").Attach(run.Task(), utrace.EventSyscallExit)
		run.Go()
		if en := rec.Await("b exit getppid"); en.Arg != utrace.Resume {
			t.Errorf("argument %v", en.Arg)
		}
		run.Reached(1)
	}},
	{"S34", "STOP persists across events until the engine says otherwise", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Fork(), Gate(1), Fork(), Gate(2))
		rec := run.Recorder()
		a := rec.Engine("a").Once("clone", utrace.Stop).Attach(run.Task(), utrace.EventClone)
		b := rec.Engine("b").Attach(run.Task(), utrace.EventSyscallExit)
		run.Go()
		if en := rec.Await("b exit clone"); en.Arg != utrace.Stop {
			t.Errorf("argument %v, want STOP", en.Arg)
		}
		AwaitHeld(t, run.Task(), "held")
		b.Control(utrace.Interrupt) // another engine's wish does not end it
		AwaitHeld(t, run.Task(), "held")
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Reached(1)
		run.Open(1)
		run.Reached(2) // the second clone was answered RESUME
	}},
	{"S35", "a thread stopped by two engines runs when both have released it", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("exit getppid", utrace.Stop).Attach(run.Task(), utrace.EventSyscallExit)
		b := rec.Engine("b").Answer("exit getppid", utrace.Stop).Attach(run.Task(), utrace.EventSyscallExit)
		run.Go()
		AwaitHeld(t, run.Task(), "held")
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		// The owner has looked at what a did when it serves this.
		WantErr(t, "examine", b.Examine(func(*utrace.Stopped) error { return nil }), 0)
		if s := run.Task().State(); s != "held" {
			t.Errorf("state %s after the first release", s)
		}
		WantErr(t, "resume", b.Control(utrace.Resume), 0)
		run.Reached(1)
	}},
	{"S36", "SIGKILL ends a stop, and no user instruction runs after", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Note(1, 1))
		rec := run.Recorder()
		rec.Engine("a").Answer("exit getppid", utrace.Stop).
			Attach(run.Task(), utrace.EventSyscallExit|utrace.EventExit|utrace.EventDeath|utrace.EventReap)
		run.Go()
		AwaitHeld(t, run.Task(), "held")
		run.Kill()
		if s := run.Wait(); s.Signal() != unix.SIGKILL {
			t.Errorf("wait status %#x", int(s))
		}
		if len(run.Values(1)) != 0 {
			t.Error("the program ran on")
		}
		if got := rec.Texts("a exiting", "a death", "a reap"); len(got) != 3 || got[0] != "a exiting 0x9" {
			t.Errorf("callbacks: %v", got)
		}
		// An engine that does not ask for EXIT wanted that stop, not another there.
		run = Start(t, lab, Getppid(), Note(1, 1))
		rec = run.Recorder()
		rec.Engine("a").Answer("exit getppid", utrace.Stop).Attach(run.Task(), utrace.EventSyscallExit)
		rec.Engine("b").Attach(run.Task(), utrace.EventExit)
		run.Go()
		AwaitHeld(t, run.Task(), "held")
		run.Kill()
		run.Wait()
		rec.Await("b exiting 0x9")
	}},
}
