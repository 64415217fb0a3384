package hosttest

import (
	"testing"

	"utrace"
)

// hereStatements are about StopHere, which the reference does not have.
var hereStatements = []statement{
	{"StopHere_exit", "the engines after are called when the thread is let go, with the result as it is then", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscall)
		a.Answer("exit getppid", utrace.Stop|utrace.StopHere)
		run.Go()
		rec.Await("a exit getppid")
		AwaitHeld(t, run.Task(), "held at syscall exit")
		if n := rec.Count("b exit getppid"); n != 0 {
			t.Errorf("b was called %d times", n)
		}
		WantErr(t, "examine", a.Examine(func(s *utrace.Stopped) error {
			c, ok := s.Syscall()
			if !ok || !c.AtExit() {
				t.Error("no call at its exit")
			}
			c.SetResult(4711)
			return nil
		}), 0)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		rec.Await("b exit getppid=4711")
		run.Want(1, 4711)
	}},
	{"StopHere_exit_two", "each engine may hold the thread in its turn", func(t *testing.T, lab Lab) {
		run, rec, a, b := pair(t, lab, utrace.EventSyscall)
		a.Answer("exit getppid", utrace.Stop|utrace.StopHere)
		b.Answer("exit getppid", utrace.Stop|utrace.StopHere)
		run.Go()
		rec.Await("a exit getppid")
		AwaitHeld(t, run.Task(), "held at syscall exit")
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		rec.Await("b exit getppid")
		AwaitHeld(t, run.Task(), "held at syscall exit")
		WantErr(t, "resume", b.Control(utrace.Resume), 0)
		run.Value(1)
	}},
	{"StopHere_exit_killed", "the engines after are called when the thread is killed", func(t *testing.T, lab Lab) {
		run, rec, a, _ := pair(t, lab, utrace.EventSyscall)
		a.Answer("exit getppid", utrace.Stop|utrace.StopHere)
		run.Go()
		rec.Await("a exit getppid")
		AwaitHeld(t, run.Task(), "held at syscall exit")
		run.Kill()
		run.Wait()
		if n := rec.Count("b exit getppid"); n != 1 {
			t.Errorf("b was called %d times", n)
		}
	}},
	{"StopHere_clone", "the parent is held before its call ends; the child runs", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Fork(Note(5, 1), Gate(2)), Note(6, 1), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("clone", utrace.Stop|utrace.StopHere)
		a.Attach(run.Task(), utrace.EventClone|utrace.EventSyscallExit)
		run.Go()
		run.Want(5, 1)
		AwaitHeld(t, run.Task(), "held")
		if got := rec.Texts("a exit"); len(got) != 0 {
			t.Errorf("the call has ended: %v", got)
		}
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Want(6, 1)
	}},
	{"StopHere_exec", "the thread is held before the execve ends", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Exec(Note(2, 2), Gate(1)))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("exec", utrace.Stop|utrace.StopHere)
		a.Attach(run.Task(), utrace.EventExec|utrace.EventSyscallExit)
		run.Go()
		rec.Await("a exec")
		AwaitHeld(t, run.Task(), "held")
		if got := rec.Texts("a exit execve"); len(got) != 0 {
			t.Errorf("the call has ended: %v", got)
		}
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		rec.Await("a exit execve=0")
		run.Want(2, 2)
	}},
}
