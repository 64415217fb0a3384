package hosttest

import (
	"errors"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// deathStatements are about dead threads, and about job control.
var deathStatements = []statement{
	{"S99", "after REAP the engine is detached and every call is ESRCH", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		a := rec.Engine("a").On("reap", func(ev *Event) utrace.Action {
			WantErr(t, "detach in reap", ev.Engine.Control(utrace.Detach), unix.ESRCH)
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventReap)
		run.Go()
		run.WantExit(0)
		rec.Await("a reap")
		WantErr(t, "barrier", a.Barrier(t.Context()), unix.ESRCH)
		if !a.Detached() || a.Task().State() != "gone" {
			t.Errorf("detached %v, task is %s", a.Detached(), a.Task().State())
		}
		WantErr(t, "set events", a.SetEvents(0), unix.ESRCH)
		for c := utrace.Stop; c <= utrace.Detach; c++ {
			if c < utrace.Report || c > utrace.BlockStep { // those are EINVAL first
				WantErr(t, c.String(), a.Control(c), unix.ESRCH)
			}
		}
		WantErr(t, "examine", a.Examine(func(*utrace.Stopped) error { return nil }), unix.ESRCH)
		a.Put()
		rec.Want("a reap", "a release")
	}},
	{"S100", "control on the dead: ESRCH; DETACH: EALREADY in the death pass, ESRCH in reap, else 0", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		leave := make(chan struct{})
		c := rec.Engine("c")
		a := rec.Engine("a").On("death", func(*Event) utrace.Action { <-leave; return utrace.Resume })
		a.On("reap", func(*Event) utrace.Action {
			WantErr(t, "DETACH in reap", c.Control(utrace.Detach), unix.ESRCH)
			return utrace.Resume
		})
		a.Attach(run.Task(), utrace.EventDeath|utrace.EventReap)
		b := rec.Engine("b").Attach(run.Task(), utrace.EventDeath|utrace.EventReap)
		c.Attach(run.Task(), utrace.EventReap)
		WantErr(t, "hold reap", a.HoldReap(), 0)
		refused := func(e *Engine) {
			t.Helper()
			for _, act := range []utrace.Action{utrace.Stop, utrace.Interrupt, utrace.Resume} {
				WantErr(t, act.String(), e.Control(act), unix.ESRCH)
			}
		}
		run.Go()
		rec.Await("a death")
		refused(b)
		WantErr(t, "DETACH in the death pass", a.Control(utrace.Detach), unix.EALREADY)
		WantErr(t, "DETACH in the death pass", b.Control(utrace.Detach), unix.EALREADY)
		close(leave)
		var err error
		until(func() bool { // the pass is over
			err = b.Control(utrace.Detach)
			return !errors.Is(err, unix.EALREADY)
		})
		WantErr(t, "DETACH of a zombie", err, 0)
		refused(c)
		a.ReleaseReap()
		run.WantExit(0)
		rec.Want("a death", "b death", "a reap", "c reap")
	}},
	{"S101", "an engine with QUIESCE alone gets report_quiesce(DEATH)", func(t *testing.T, lab Lab) {
		for _, kill := range []bool{false, true} {
			run := Start(t, lab, Gate(1))
			rec := run.Recorder()
			rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce)
			run.Go()
			run.Reached(1)
			if kill {
				run.Kill()
			} else {
				run.Open(1)
			}
			run.Wait()
			rec.Want("a quiesce DEATH")
		}
	}},
	{"S102", "group_dead is true for the last thread of a process alone", func(t *testing.T, lab Lab) {
		for _, order := range [][]int{{1, 2, 0}, {0, 1, 2}, {1, 0, 2}} {
			run := Start(t, lab, Thread(Gate(1)), Thread(Gate(2)), Gate(3), Exit(0))
			rec := run.Recorder()
			deaths := make(chan Event, 3)
			rec.Engine("a").On("death", func(ev *Event) utrace.Action {
				deaths <- *ev
				return utrace.Resume
			}).Attach(run.Task(), utrace.EventDeath|utrace.EventExit).SetFollow(true)
			run.Go()
			run.Reached(3)
			tasks := run.Proc.Tasks()
			slices.SortFunc(tasks, func(a, b *utrace.Task) int { return int(a.ID().Gen) - int(b.ID().Gen) })
			tids := []int{tasks[0].TID(), tasks[1].TID(), tasks[2].TID()}
			for _, i := range order {
				gate := []int{3, 1, 2}[i]
				run.Reached(gate)
				run.Open(gate)
				rec.Await("a exiting")
				if i != 0 { // a leader stays until the others are gone
					AwaitHeld(t, tasks[i], "gone")
				}
			}
			run.WantExit(0)
			group := 0
			for range order {
				ev := <-deaths
				if leader := ev.TID == run.Pid; leader != (ev.DeathSig != utrace.SigSelfReap) {
					t.Errorf("order %v: leader %v, signal %d", order, leader, ev.DeathSig)
				}
				if ev.GroupDead {
					group++
					// The kernel may tell of a leader's death when the group is empty.
					if ev.TID != tids[order[2]] && ev.TID != run.Pid {
						t.Errorf("order %v: thread %d of %v was not the last", order, ev.TID, tids)
					}
				}
			}
			if group != 1 {
				t.Errorf("order %v: %d last threads", order, group)
			}
		}
	}},
	{"S103", "JCTL tells stop from continue; notify is nonzero only when SIGCHLD will be sent", func(t *testing.T, lab Lab) {
		rec := NewRecorder(t)
		notes := make(chan int32, 4)
		a := rec.Engine("a").On("jctl", func(ev *Event) utrace.Action {
			notes <- ev.Notify
			return utrace.Resume
		})
		run := family(t, lab, a, utrace.EventJobControl, Handle(unix.SIGCHLD, 0), Fork(Thread(Gate(1)), Gate(2)), Gate(3))
		run.Go()
		rec.Await("born")
		run.Reached(1)
		run.Reached(2)
		child := a.Task()
		threads := child.Process().Tasks()
		if len(threads) != 2 {
			t.Fatalf("%d threads", len(threads))
		}
		signal := func(sig unix.Signal, text, state string) (told int) {
			t.Helper()
			if err := lab.Kill(child.PID(), sig); err != nil {
				t.Fatal(err)
			}
			for range threads {
				rec.Await("a " + text)
				if <-notes != 0 {
					told++
				}
			}
			for _, task := range threads {
				AwaitHeld(t, task, state)
			}
			return told
		}
		if told := signal(unix.SIGSTOP, "jctl 5", "stopped"); told != 1 {
			t.Errorf("%d threads say that the parent is told of the stop", told)
		}
		if !until(func() bool { return run.Handled(unix.SIGCHLD) == 1 }) {
			t.Errorf("the parent was told %d times of the stop", run.Handled(unix.SIGCHLD))
		}
		if told := signal(unix.SIGCONT, "jctl 6", "running"); told > 1 || told == 1 &&
			!until(func() bool { return run.Handled(unix.SIGCHLD) == 2 }) {
			t.Errorf("%d threads say that the parent is told of the end; it was %d times", told, run.Handled(unix.SIGCHLD)-1)
		}
		run.Spun(1)
		run.Spun(2)
	}},
	{"S104", "a thread held by tracing does not delay a group stop", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Thread(Getppid(), Gate(1)), Gate(2))
		rec := run.Recorder()
		notes := make(chan int32, 4)
		note := func(ev *Event) utrace.Action {
			notes <- ev.Notify
			return utrace.Resume
		}
		b := rec.Engine("b").Answer("entry getppid", utrace.Stop).On("jctl 5", note)
		rec.Engine("a").On("clone", func(ev *Event) utrace.Action {
			b.Attach(ev.Child, utrace.EventSyscallEntry|utrace.EventJobControl)
			return utrace.Resume
		}).On("jctl 5", note).Attach(run.Task(), utrace.EventClone|utrace.EventJobControl)
		run.Go()
		rec.Await("b entry getppid")
		AwaitHeld(t, b.Task(), "held at syscall entry")
		run.Reached(2)
		run.Signal(unix.SIGSTOP)
		if n := <-notes; n != utrace.CLDStopped {
			t.Errorf("notify %d: the stop is not complete", n)
		}
		AwaitHeld(t, b.Task(), "held at syscall entry")
		AwaitHeld(t, run.Task(), "stopped")
		WantErr(t, "resume", b.Control(utrace.Resume), 0)
		AwaitHeld(t, b.Task(), "stopped")
		if n := <-notes; n != 0 {
			t.Errorf("notify %d: the parent was told already", n)
		}
		run.Signal(unix.SIGCONT)
		run.Reached(1)
		run.Spun(2)
	}},
}
