package hosttest

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// clones are the ways to make a child.
var clones = []struct {
	name string
	make func(...Step) Step
}{{"fork", Fork}, {"thread", Thread}, {"vfork", VFork}}

// cloneStatements are about clone and vfork.
var cloneStatements = []statement{
	{"S85", "in the clone report the child exists and has executed nothing", func(t *testing.T, lab Lab) {
		for _, c := range clones {
			run := Start(t, lab, c.make(Note(5, 1)), Gate(1))
			rec := run.Recorder()
			look := func(ev *Event) utrace.Action {
				if task, err := lab.Tracer().Task(ev.Child.TID()); err != nil || task != ev.Child || ev.Child.TID() <= 0 {
					t.Errorf("%s: the child is %v, found as %v, %v", c.name, ev.Child.ID(), task, err)
				}
				for range 1000 {
					runtime.Gosched()
				}
				if len(run.Values(5)) != 0 {
					t.Errorf("%s: the child has run when %s was called", c.name, ev.Text)
				}
				return ev.Echo()
			}
			for _, name := range []string{"a", "b"} {
				rec.Engine(name).On("clone", look).Attach(run.Task(), utrace.EventClone)
			}
			run.Go()
			run.Want(5, 1)
			rec.Want("a clone", "b clone")
		}
	}},
	{"S86", "a child has no engines but those attached to it", func(t *testing.T, lab Lab) {
		for _, c := range clones {
			run := Start(t, lab, c.make(Getppid(), Note(5, 1)), Gate(1))
			rec := run.Recorder()
			a := rec.Engine("a").On("clone", func(ev *Event) utrace.Action {
				if n := len(ev.Child.Engines()); n != 0 || ev.Child.Union() != 0 {
					t.Errorf("%s: %d engines, %v", c.name, n, ev.Child.Union())
				}
				return ev.Echo()
			})
			a.Attach(run.Task(), all&^utrace.EventQuiesce)
			run.Go()
			run.Want(5, 1)
			run.Reached(1)
			for _, en := range rec.Log() {
				if en.TID != run.Task().TID() {
					t.Errorf("%s: %s in the child", c.name, en.Text)
				}
			}
			if rec.Count("a clone") != 1 {
				t.Errorf("%s: callbacks: %v", c.name, rec.Texts())
			}
		}
	}},
	{"S87", "STOP on the child in the clone report is EINPROGRESS, and comes before its first instruction", func(t *testing.T, lab Lab) {
		for _, c := range clones {
			run := Start(t, lab, c.make(Note(5, 1), Gate(2)), Gate(1))
			rec := run.Recorder()
			child := rec.Engine("child").Answer("quiesce 0", utrace.Stop)
			rec.Engine("a").On("clone", func(ev *Event) utrace.Action {
				child.Attach(ev.Child, utrace.EventQuiesce)
				WantErr(t, "stop", child.Control(utrace.Stop), unix.EINPROGRESS)
				return ev.Echo()
			}).Attach(run.Task(), utrace.EventClone)
			run.Go()
			rec.Await("child quiesce 0")
			AwaitHeld(t, child.Task(), "held")
			if len(run.Values(5)) != 0 {
				t.Errorf("%s: the child has run", c.name)
			}
			WantErr(t, "resume", child.Control(utrace.Resume), 0)
			run.Want(5, 1)
			run.Reached(2)
			rec.Want("a clone", "child quiesce 0")
		}
	}},
	{"S88", "STOP from a clone report holds the parent at user mode; the child runs", func(t *testing.T, lab Lab) {
		for _, c := range clones[:2] {
			run := Start(t, lab, c.make(Note(5, 1), Gate(2)), Note(6, 1), Gate(1))
			rec := run.Recorder()
			a := rec.Engine("a").Answer("clone", utrace.Stop).Attach(run.Task(), utrace.EventClone)
			run.Go()
			run.Want(5, 1)
			AwaitHeld(t, run.Task(), "held")
			run.Reached(2)
			if len(run.Values(6)) != 0 {
				t.Errorf("%s: the parent has run on", c.name)
			}
			WantErr(t, "resume", a.Control(utrace.Resume), 0)
			run.Want(6, 1)
		}
	}},
	{"S89", "STOP from a vfork report holds the parent before it waits; the child runs", func(t *testing.T, lab Lab) {
		run := Start(t, lab, VFork(Note(5, 1), Gate(2)), Note(6, 1), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("clone", utrace.Stop).Attach(run.Task(), utrace.EventClone)
		run.Go()
		run.Want(5, 1)
		AwaitHeld(t, run.Task(), "held in vfork")
		WantErr(t, "examine", a.Examine(func(*utrace.Stopped) error { return nil }), 0)
		run.Open(2)
		WantErr(t, "examine", a.Examine(func(*utrace.Stopped) error { return nil }), 0)
		if s := run.Task().State(); s != "held in vfork" || len(run.Values(6)) != 0 {
			t.Errorf("%s when the child has ended, %v", s, run.Values(6))
		}
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Want(6, 1)
	}},
	{"S90", "REPORT from a vfork report is honoured when the child has let go", func(t *testing.T, lab Lab) {
		run := Start(t, lab, VFork(Gate(2), Note(5, 1)), Note(6, 1), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("clone", utrace.Report)
		a.On("quiesce 0", func(ev *Event) utrace.Action {
			if len(run.Values(5)) != 1 {
				t.Error("the child has not let go")
			}
			if len(run.Values(6)) != 0 {
				t.Error("the parent has run on")
			}
			return utrace.Resume
		})
		a.Attach(run.Task(), utrace.EventClone|utrace.EventQuiesce)
		run.Go()
		rec.Await("a clone")
		run.Reached(2)
		rec.Want("a quiesce CLONE", "a clone")
		run.Open(2)
		rec.Await("a quiesce 0")
		run.Want(6, 1)
		rec.Want("a quiesce CLONE", "a clone", "a quiesce 0")
	}},
	{"S91", "SYSCALL_EXIT set on the child in the report gives an exit with 0, and no entry", func(t *testing.T, lab Lab) {
		for _, c := range clones {
			run := Start(t, lab, c.make(Getppid(), Gate(2)), Gate(1))
			rec := run.Recorder()
			child := rec.Engine("child")
			rec.Engine("a").On("clone", func(ev *Event) utrace.Action {
				child.Attach(ev.Child, utrace.EventSyscall)
				return ev.Echo()
			}).Attach(run.Task(), utrace.EventClone)
			run.Go()
			run.Reached(2)
			got := rec.Texts("child")
			if len(got) != 3 || got[0] != "child exit clone=0" || got[1] != "child entry getppid" {
				t.Errorf("%s: callbacks: %v", c.name, got)
			}
		}
	}},
}
