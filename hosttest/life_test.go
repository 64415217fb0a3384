package hosttest

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

const dying = utrace.EventExit | utrace.EventDeath | utrace.EventReap

// family is a puppet whose child, made by a fork, has engine a with events from
// before its first instruction on, which is marked as "born"; its children and
// threads have it too.
func family(t *testing.T, lab Lab, a *Engine, events utrace.Events, script ...Step) *Run {
	t.Helper()
	run := Start(t, lab, script...)
	a.rec.Engine("parent").On("clone", func(ev *Event) utrace.Action {
		a.Attach(ev.Child, events).SetFollow(true)
		a.rec.Mark("born")
		return utrace.Resume
	}).Attach(run.Task(), utrace.EventClone)
	return run
}

// exited is the wait status of an exit with code.
func exited(code int) unix.WaitStatus { return unix.WaitStatus(code << 8) }

// exitWith answers an Exit by a change of the code.
func exitWith(t *testing.T, code int) func(*Event) utrace.Action {
	return func(ev *Event) utrace.Action {
		WantErr(t, "set code", ev.Exit.SetCode(exited(code)), 0)
		return utrace.Resume
	}
}

var lifeStatements = []statement{
	{"S92", "EXEC: on success only, before the first instruction and the SYSCALL_EXIT, registers editable", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Call(unix.SYS_EXECVE, Str("/no/such/file")), Report(1), Exec(Note(2, 2), Gate(1)))
		rec := run.Recorder()
		const i, v = 5, 0x5eed
		a := rec.Engine("a").On("exec", func(ev *Event) utrace.Action {
			task := ev.Engine.Task()
			regs, err := task.Regs()
			WantErr(t, "registers", err, 0)
			regs.SetArg(arch.NativeID(), i, v)
			WantErr(t, "set registers", task.SetRegs(&regs), 0)
			return utrace.Stop
		}).On("exit execve=0", func(ev *Event) utrace.Action {
			regs, err := ev.Call.Regs()
			WantErr(t, "registers", err, 0)
			if got := regs.Arg(arch.NativeID(), i); got != v {
				t.Errorf("register holds %#x, want %#x", got, v)
			}
			return utrace.Stop
		})
		a.Attach(run.Task(), utrace.EventExec|utrace.EventSyscall)
		run.Go()
		rec.Await("a exit execve=0")
		AwaitHeld(t, run.Task(), "held")
		rec.Want("a entry execve", "a exit execve=-2", "a entry execve", "a exec", "a exit execve=0")
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Want(1, -int64(unix.ENOENT))
		run.Want(2, 2)
		if n := rec.Count("a exec"); n != 1 {
			t.Errorf("%d execs", n)
		}
	}},
	{"S93", "engines survive exec, and stay with a thread that changes its id by it", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Thread(Exec(Getppid(), Gate(2))), Gate(1))
		rec := run.Recorder()
		leader := run.Task()
		b := rec.Engine("b")
		rec.Engine("a").On("clone", func(ev *Event) utrace.Action {
			b.Attach(ev.Child, utrace.EventExec|utrace.EventSyscallEntry)
			return utrace.Resume
		}).Attach(leader, utrace.EventClone|dying)
		run.Go()
		rec.Await("a reap")
		if en := rec.Await("b exec"); en.TID != run.Pid {
			t.Errorf("exec of thread %d, want %d", en.TID, run.Pid)
		}
		if en := rec.Await("b entry getppid"); en.TID != run.Pid {
			t.Errorf("call of thread %d, want %d", en.TID, run.Pid)
		}
		run.Reached(2)
		task, err := lab.Tracer().Task(run.Pid)
		if err != nil || task != b.Task() || task == leader || run.Task() != task {
			t.Errorf("the thread with the leader's id is %v (%v), want %v", task, err, b.Task())
		}
		if s := leader.State(); s != "gone" {
			t.Errorf("the old leader is %s", s)
		}
	}},
	{"S94", "EXIT: the original code, the one so far, and the last is what the parent gets", func(t *testing.T, lab Lab) {
		for _, last := range []Step{Exit(3), ExitGroup(3)} {
			rec := NewRecorder(t)
			a, b := rec.Engine("a").On("exiting", exitWith(t, 5)), rec.Engine("b")
			b.On("exiting", func(ev *Event) utrace.Action {
				if ev.Exit.Orig() != exited(3) || ev.Exit.Code() != exited(5) {
					t.Errorf("b: original %#x, code %#x", int(ev.Exit.Orig()), int(ev.Exit.Code()))
				}
				WantErr(t, "a code that is no exit's", ev.Exit.SetCode(unix.WaitStatus(unix.SIGTERM)), unix.EOPNOTSUPP)
				return exitWith(t, 7)(ev)
			})
			run := family(t, lab, a, utrace.EventExit, Fork(Gate(1), last), WaitChild(1), Gate(2))
			run.Go()
			rec.Await("born")
			b.Attach(a.Task(), utrace.EventExit)
			run.Open(1)
			run.Want(1, 7<<8)
			rec.Want("parent clone", "born", "a exiting 0x300", "b exiting 0x500")
		}
	}},
	{"S94-signal", "the code of a death by signal too", func(t *testing.T, lab Lab) {
		rec := NewRecorder(t)
		a := rec.Engine("a").On("exiting", exitWith(t, 7))
		run := family(t, lab, a, utrace.EventExit, Fork(Raise(unix.SIGTERM)), WaitChild(1), Gate(1))
		run.Go()
		run.Want(1, 7<<8)
		rec.Want("parent clone", "born", "a exiting 0xf")
	}},
	{"S95", "STOP in EXIT holds the thread, its memory intact; release lets it die", func(t *testing.T, lab Lab) {
		for _, c := range []struct {
			last Step
			want unix.WaitStatus
		}{{ExitGroup(3), exited(3)}, {Raise(unix.SIGTERM), unix.WaitStatus(unix.SIGTERM)}} {
			run := Start(t, lab, Poke(8, 0x5eed), Gate(1), c.last)
			rec := run.Recorder()
			a := rec.Engine("a").Answer("exiting", utrace.Stop).Attach(run.Task(), dying)
			run.Go()
			run.Reached(1)
			buf := run.Buf()
			run.Open(1)
			rec.Await("a exiting")
			AwaitHeld(t, run.Task(), "held in exit")
			WantErr(t, "examine", a.Examine(func(s *utrace.Stopped) error {
				var b [2]byte
				_, err := s.Memory().ReadAt(b[:], int64(buf+8))
				if b != [2]byte{0xed, 0x5e} {
					t.Errorf("memory holds %x", b)
				}
				if _, err := s.Regs(); err != nil {
					t.Errorf("registers: %v", err)
				}
				return err
			}), 0)
			if rec.Count("a death") != 0 {
				t.Error("it died")
			}
			WantErr(t, "resume", a.Control(utrace.Resume), 0)
			if s := run.Wait(); s != c.want {
				t.Errorf("wait status %#x, want %#x", int(s), int(c.want))
			}
			rec.Await("a reap")
		}
	}},
	{"S96", "DEATH comes after EXIT, and after the parent was told", func(t *testing.T, lab Lab) {
		rec := NewRecorder(t)
		var run *Run
		a := rec.Engine("a").On("death", func(ev *Event) utrace.Action {
			if ev.DeathSig != int(unix.SIGCHLD) || !until(func() bool { return run.Handled(unix.SIGCHLD) == 1 }) {
				t.Errorf("signal %d; the parent had %d", ev.DeathSig, run.Handled(unix.SIGCHLD))
			}
			return utrace.Resume
		})
		run = family(t, lab, a, dying, Handle(unix.SIGCHLD, 0), Fork(), Gate(1), WaitChild(1))
		run.Go()
		rec.Await("a exiting")
		rec.Await("a death")
		rec.Await("a reap")
		run.Open(1)
		run.Want(1, 0)
	}},
	{"S97", "REAP never begins before DEATH has returned", func(t *testing.T, lab Lab) {
		rec := NewRecorder(t)
		leave := make(chan struct{})
		a := rec.Engine("a").On("death", func(*Event) utrace.Action {
			<-leave
			rec.Mark("death returns")
			return utrace.Resume
		})
		run := family(t, lab, a, utrace.EventDeath|utrace.EventReap, Fork(Gate(1)), WaitChild(1), Gate(2))
		run.Go()
		rec.Await("born")
		b := rec.Engine("b").Attach(a.Task(), utrace.EventReap)
		run.Open(1)
		rec.Await("a death") // the parent waits
		WantErr(t, "detach", b.Control(utrace.Detach), unix.EALREADY)
		close(leave)
		run.Want(1, 0)
		rec.Await("b reap")
		rec.Want("parent clone", "born", "a death", "death returns", "a reap", "b reap")
	}},
	{"S98", "DETACH from DEATH suppresses that engine's REAP", func(t *testing.T, lab Lab) {
		run := Start(t, lab)
		rec := run.Recorder()
		rec.Engine("a").Answer("death", utrace.Detach).Attach(run.Task(), utrace.EventDeath|utrace.EventReap).Put()
		rec.Engine("b").Attach(run.Task(), utrace.EventDeath|utrace.EventReap)
		run.Go()
		run.WantExit(0)
		rec.Await("b reap")
		rec.Want("a death", "a release", "b death", "b reap")
	}},
}
