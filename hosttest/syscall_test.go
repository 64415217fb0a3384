package hosttest

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

const (
	abort = utrace.SyscallAbort | utrace.Resume
)

// pair is a puppet that calls getppid and reports it, with two engines.
func pair(t *testing.T, lab Lab, events utrace.Events) (run *Run, rec *Recorder, a, b *Engine) {
	t.Helper()
	run = Start(t, lab, Getppid(), Report(1), Gate(1))
	rec = NewRecorder(t)
	a, b = rec.Engine("a").Attach(run.Task(), events), rec.Engine("b").Attach(run.Task(), events)
	return
}

var syscallStatements = []statement{
	{"S50", "an entry answer replaces the previous engine's", func(t *testing.T, lab Lab) {
		run, _, a, b := pair(t, lab, utrace.EventSyscallEntry)
		b.Answer("entry getppid", abort)
		a.Answer("entry getppid", utrace.Resume)
		run.Go()
		if run.Value(1) <= 0 {
			t.Errorf("result %d: the call was not made", run.Value(1))
		}
	}},
	{"S51", "the first attached engine decides", func(t *testing.T, lab Lab) {
		run, _, a, b := pair(t, lab, utrace.EventSyscallEntry)
		b.Answer("entry getppid", utrace.SyscallRun|utrace.Resume)
		a.Answer("entry getppid", abort)
		run.Go()
		run.Want(1, -int64(unix.ENOSYS))
	}},
	{"S52", "each engine sees the previous one's choice", func(t *testing.T, lab Lab) {
		run, rec, _, b := pair(t, lab, utrace.EventSyscallEntry)
		b.Answer("entry getppid", abort)
		run.Go()
		if en := rec.Await("b entry getppid"); en.Arg != utrace.SyscallRun|utrace.Resume {
			t.Errorf("b: %v", en.Arg)
		}
		if en := rec.Await("a entry getppid"); en.Arg != abort {
			t.Errorf("a: %v", en.Arg)
		}
		run.Want(1, -int64(unix.ENOSYS))
	}},
	{"S53", "ABORT: no call, exit tracing, ENOSYS, the number readable", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Pipe(), WritePipe(), Report(1), WritePipe(), ReadPipe(), Report(2), Gate(1))
		rec := NewRecorder(t)
		rec.Engine("a").Once("entry write", abort).Attach(run.Task(), utrace.EventSyscall)
		run.Go()
		run.Want(1, -int64(unix.ENOSYS))
		rec.Await("a exit write=-38")
		run.Want(2, 1)
	}},
	{"S54", "a result set at the exit of an aborted call is what user mode sees", func(t *testing.T, lab Lab) {
		run, _, a, _ := pair(t, lab, utrace.EventSyscall)
		a.Answer("entry getppid", abort)
		a.On("exit getppid", func(ev *Event) utrace.Action {
			if !ev.Call.Aborted() {
				t.Error("not shown as aborted")
			}
			ev.Call.SetResult(4711)
			return utrace.Resume
		})
		run.Go()
		run.Want(1, 4711)
	}},
	{"S55", "rollback makes the instruction a no-op", func(t *testing.T, lab Lab) {
		run, _, a, _ := pair(t, lab, utrace.EventSyscall)
		a.Answer("entry getppid", abort)
		a.On("exit getppid", func(ev *Event) utrace.Action {
			WantErr(t, "rollback", ev.Call.Rollback(), 0)
			return utrace.Resume
		})
		run.Go()
		run.Want(1, unix.SYS_GETPPID) // amd64: the register holds the number
	}},
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
	{"S66", "a pending INTERRUPT outlives the entry and breaks the call", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Pause())
		rec := NewRecorder(t)
		a := rec.Engine("a").Once("entry pause", utrace.Interrupt)
		a.Attach(run.Task(), utrace.EventSyscall|utrace.EventQuiesce)
		run.Go()
		rec.Await("a exit pause=-514")
		rec.Await("a report")
		rec.Await("a entry pause") // again, unseen by the program
	}},
	{"S67", "exits are in attach order, restart codes unmodified", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Handle(unix.SIGUSR1, 0), Pause(), Report(1), Gate(1))
		rec := NewRecorder(t)
		rec.Engine("a").Attach(run.Task(), utrace.EventSyscall)
		rec.Engine("b").Attach(run.Task(), utrace.EventSyscall)
		run.Go()
		rec.Await("a entry pause")
		run.Signal(unix.SIGUSR1)
		run.Want(1, -int64(unix.EINTR))
		if got := rec.Texts("a exit pause", "b exit pause"); len(got) != 2 ||
			got[0] != "a exit pause=-514" || got[1] != "b exit pause=-514" {
			t.Errorf("callbacks: %v", got)
		}
	}},
	{"S68", "SYSCALL_EXIT enabled inside a call reports that call's exit", func(t *testing.T, lab Lab) {
		run := StartUntraced(t, lab, Handle(unix.SIGUSR1, 0), Gate(1), Pause(), Report(1), Gate(2))
		run.Go()
		run.Reached(1)
		rec := NewRecorder(t)
		a := rec.Engine("a")
		run.Attach(func(task *utrace.Task) error {
			a.Attach(task, utrace.EventSyscallEntry)
			return nil
		})
		run.Open(1)
		rec.Await("a entry pause")
		b := rec.Engine("b").Attach(run.Task(), utrace.EventSyscallExit)
		run.Signal(unix.SIGUSR1)
		rec.Await("b exit pause=-514")
		WantErr(t, "clear", b.Control(utrace.Detach), 0)
		run.Want(1, -int64(unix.EINTR))
	}},
	{"S69", "nested interposers: entry B then A, exit A then B", func(t *testing.T, lab Lab) {
		run, rec, a, b := pair(t, lab, utrace.EventSyscall)
		b.On("entry getppid", func(ev *Event) utrace.Action { ev.Call.SetNr(unix.SYS_GETPID); return ev.Echo() })
		a.On("exit getpid", func(ev *Event) utrace.Action { ev.Call.SetResult(10); return ev.Echo() })
		b.On("exit getppid", func(ev *Event) utrace.Action {
			ev.Call.SetResult(ev.Call.Result() + 1)
			return ev.Echo()
		})
		run.Go()
		run.Want(1, 11)
		run.Reached(1)
		rec.Want("b entry getppid", "a entry getpid", "a exit getpid="+resultOf(rec, "a exit getpid="), "b exit getppid=10")
	}},
}

// resultOf is what follows prefix in the first entry that has it.
func resultOf(rec *Recorder, prefix string) string {
	if got := rec.Texts(prefix); len(got) > 0 {
		return got[0][len(prefix):]
	}
	return "?"
}
