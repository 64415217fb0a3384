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
	rec = run.Recorder()
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
		rec := run.Recorder()
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
	{"S66", "a pending INTERRUPT outlives the entry and breaks the call", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Pause())
		rec := run.Recorder()
		a := rec.Engine("a").Once("entry pause", utrace.Interrupt)
		a.Attach(run.Task(), utrace.EventSyscall|utrace.EventQuiesce)
		run.Go()
		rec.Await("a exit pause=-514")
		rec.Await("a report")
		rec.Await("a entry pause") // again, unseen by the program
	}},
	{"S67", "exits are in attach order, restart codes unmodified", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Handle(unix.SIGUSR1, 0), Pause(), Report(1), Gate(1))
		rec := run.Recorder()
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
		rec := run.Recorder()
		a := rec.Engine("a")
		run.Attach(func(task *utrace.Task) error {
			a.Attach(task, utrace.EventSyscallEntry)
			return nil
		})
		run.Hold()
		run.Open(1)
		run.Release()
		rec.Await("a entry pause")
		rec.Engine("b").Attach(run.Task(), utrace.EventSyscallExit)
		run.Signal(unix.SIGUSR1)
		rec.Await("b exit pause=-514")
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
