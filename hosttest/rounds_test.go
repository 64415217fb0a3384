package hosttest

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// roundStatements are about stops at a system call entry and what follows them.
var roundStatements = []statement{
	{"S56", "STOP at entry holds before the call, and what is changed then is executed", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscall)
		a.Once("entry getppid", utrace.Stop)
		run.Go()
		rec.Await("a entry getppid")
		AwaitHeld(t, run.Task(), "held at syscall entry")
		err := a.Examine(func(s *utrace.Stopped) error {
			c, ok := s.Syscall()
			if !ok || c.Nr() != unix.SYS_GETPPID {
				t.Errorf("held at call %d, %v", c.Nr(), ok)
			}
			c.SetNr(unix.SYS_GETPID)
			return nil
		})
		WantErr(t, "examine", err, 0)
		if rec.Count("a exit") != 0 {
			t.Error("the call has run")
		}
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Want(1, int64(run.Pid))
	}},
	{"S57", "a second round iff stopped and REPORT or INTERRUPT was asked for", func(t *testing.T, lab Lab) {
		for _, c := range []struct {
			b, control utrace.Action
			rounds     int
		}{
			{utrace.Resume, utrace.Resume, 1},
			{utrace.Resume, utrace.Report, 2},
			{utrace.Resume, utrace.Interrupt, 2},
			{utrace.Report, utrace.Resume, 2},
			{utrace.Interrupt, utrace.Resume, 2},
		} {
			run, rec, a, b := pair(t, lab, utrace.EventSyscallEntry|utrace.EventQuiesce)
			a.Once("entry getppid", utrace.Stop)
			b.Once("entry getppid", c.b)
			run.Go()
			AwaitHeld(t, run.Task(), "held at syscall entry")
			WantErr(t, "control", a.Control(c.control), 0)
			run.Reached(1)
			for _, e := range []string{"a", "b"} {
				if n := rec.Count(e + " entry getppid"); n != c.rounds {
					t.Errorf("b %v, control %v: %s called %d times, want %d", c.b, c.control, e, n, c.rounds)
				}
			}
		}
	}},
	{"S58", "RESUMED is set for every engine from the second round on", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscallEntry|utrace.EventQuiesce)
		stops := 2
		a.On("entry getppid", func(ev *Event) utrace.Action {
			if stops--; stops >= 0 {
				return utrace.Stop
			}
			return ev.Echo()
		})
		run.Go()
		for range 2 {
			rec.Await("a entry getppid")
			AwaitHeld(t, run.Task(), "held at syscall entry")
			WantErr(t, "barrier", a.Barrier(t.Context()), 0)
			WantErr(t, "report", a.Control(utrace.Report), 0)
		}
		run.Reached(1)
		n := 0
		for _, en := range rec.Log() {
			if en.Text == "a entry getppid" || en.Text == "b entry getppid" {
				if en.Arg.Resumed() != (n >= 2) {
					t.Errorf("callback %d: %s, argument %v", n, en.Text, en.Arg)
				}
				n++
			}
		}
		if n != 6 {
			t.Errorf("%d callbacks, want 6", n)
		}
	}},
	{"S59", "no stop, no second round: REPORT is honoured after the call", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscallEntry|utrace.EventQuiesce)
		a.Once("entry getppid", utrace.Report)
		run.Go()
		run.Reached(1)
		if n := rec.Count("a entry getppid"); n != 1 {
			t.Errorf("%d rounds", n)
		}
		if n := rec.Count("a quiesce 0"); n != 1 {
			t.Errorf("%d reports after the call", n)
		}
	}},
	{"S60", "round two starts from round one's choice", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscallEntry|utrace.EventQuiesce)
		a.Once("entry getppid", utrace.SyscallAbort|utrace.Stop)
		run.Go()
		rec.Await("a entry getppid")
		AwaitHeld(t, run.Task(), "held at syscall entry")
		WantErr(t, "report", a.Control(utrace.Report), 0)
		if en := rec.Await("b entry getppid"); en.Arg.Syscall() != utrace.SyscallAbort {
			t.Errorf("b: %v", en.Arg)
		}
		run.Want(1, -int64(unix.ENOSYS)) // both echo
	}},
	{"S61", "an engine attached during the stop is called first in round two, RESUMED", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscallEntry|utrace.EventQuiesce)
		a.Once("entry getppid", utrace.Stop)
		run.Go()
		rec.Await("a entry getppid")
		AwaitHeld(t, run.Task(), "held at syscall entry")
		rec.Engine("c").Attach(run.Task(), utrace.EventSyscallEntry)
		WantErr(t, "report", a.Control(utrace.Report), 0)
		if en := rec.Await(""); en.Text != "c entry getppid" || !en.Arg.Resumed() {
			t.Errorf("first: %s, argument %v", en.Text, en.Arg)
		}
		run.Reached(1)
	}},
	{"S62", "without a second round it sees the exit, not the entry", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscallEntry)
		a.Once("entry getppid", utrace.Stop)
		run.Go()
		rec.Await("a entry getppid")
		AwaitHeld(t, run.Task(), "held at syscall entry")
		rec.Engine("c").Attach(run.Task(), utrace.EventSyscall)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Reached(1)
		if rec.Count("c entry") != 0 || rec.Count("c exit getppid") != 1 {
			t.Errorf("callbacks: %v", rec.Texts("c"))
		}
	}},
	{"S63", "SIGKILL during the stop forces ABORT", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscall)
		a.Once("entry getppid", utrace.Stop)
		run.Go()
		AwaitHeld(t, run.Task(), "held at syscall entry")
		run.Kill()
		run.Wait()
		if rec.Count("a exit getppid=-38") != 1 || len(run.Values(1)) != 0 {
			t.Errorf("callbacks: %v", rec.Texts())
		}
	}},
	{"S64", "SIGKILL pending when STOP is to be honoured: no stop, ABORT", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscall)
		a.On("entry getppid", func(ev *Event) utrace.Action {
			lab.Kill(ev.Engine.Task().PID(), unix.SIGKILL)
			return utrace.Stop
		})
		run.Go()
		if s := run.Wait(); s.Signal() != unix.SIGKILL {
			t.Errorf("wait status %#x", int(s))
		}
		if rec.Count("a exit getppid=-38") != rec.Count("a exit") || len(run.Values(1)) != 0 {
			t.Errorf("callbacks: %v", rec.Texts())
		}
	}},
	{"S65", "a STOP withdrawn before the thread blocks does not block it", func(t *testing.T, lab Lab) {
		run, _, a, b := pair(t, lab, utrace.EventSyscallEntry)
		b.Answer("entry getppid", utrace.Stop)
		a.On("entry getppid", func(ev *Event) utrace.Action {
			WantErr(t, "resume", b.Control(utrace.Resume), 0)
			return ev.Echo()
		})
		run.Go()
		if run.Value(1) <= 0 {
			t.Error("the call was not made")
		}
	}},
}
