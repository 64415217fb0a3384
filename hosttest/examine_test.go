package hosttest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

func nothing(*utrace.Stopped) error { return nil }

var examineStatements = []statement{
	{"S114", "prepare_examine: EINVAL if not held by this engine, EAGAIN if it runs, ESRCH if dead", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		enter, leave := make(chan struct{}), make(chan struct{})
		a := rec.Engine("a").Attach(run.Task(), utrace.EventReap)
		b := rec.Engine("b").On("entry getppid", func(*Event) utrace.Action {
			close(enter)
			<-leave
			return utrace.Stop
		}).Attach(run.Task(), utrace.EventSyscallEntry|utrace.EventDeath)
		c := rec.Engine("c").Attach(run.Task(), 0)
		run.Go()
		<-enter
		WantErr(t, "running, not asked to stop", a.Examine(nothing), unix.EINVAL)
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		WantErr(t, "asked to stop, running", a.Examine(nothing), unix.EAGAIN)
		close(leave)
		AwaitHeld(t, run.Task(), "held at syscall entry")
		WantErr(t, "held by another", c.Examine(nothing), unix.EINVAL)
		WantErr(t, "held", b.Examine(nothing), 0)
		WantErr(t, "held", a.Examine(nothing), 0)
		WantErr(t, "hold reap", a.HoldReap(), 0)
		run.Kill()
		rec.Await("b death")
		WantErr(t, "dead", a.Examine(nothing), unix.ESRCH)
		a.ReleaseReap()
		run.Wait()
		WantErr(t, "gone", a.Examine(nothing), unix.ESRCH)
	}},
	{"S115", "finish_examine is 0 only if the thread has not run in between", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Poke(8, 7), Getppid(), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("entry getppid", utrace.Stop).Attach(run.Task(), utrace.EventSyscallEntry|utrace.EventExit)
		run.Go()
		AwaitHeld(t, run.Task(), "held at syscall entry")
		own := errors.New("own")
		if err := a.Examine(func(*utrace.Stopped) error { return own }); err != own {
			t.Errorf("examine returns %v, not what fn did", err)
		}
		WantErr(t, "not run", a.Examine(func(s *utrace.Stopped) error {
			var b [1]byte
			if _, err := s.Memory().ReadAt(b[:], int64(run.Buf()+8)); err != nil || b[0] != 7 {
				t.Errorf("memory: %v, %v", b, err)
			}
			c, ok := s.Syscall()
			if !ok || c.Nr() != unix.SYS_GETPPID {
				t.Errorf("held at %d, %v", c.Nr(), ok)
			}
			return nil
		}), 0)
		real, movable := lab.(*ProcLab) // who is simulated waits (S121)
		err := a.Examine(func(s *utrace.Stopped) error {
			run.Kill()
			if movable {
				real.AwaitMoved(t, s.Task().TID())
			}
			return nil
		})
		if !movable {
			WantErr(t, "killed, not run", err, 0)
		} else if !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.ESRCH) {
			t.Errorf("killed, ran: %v, want EAGAIN or ESRCH", err)
		}
		run.Wait()
	}},
	{"S116", "on current they are superfluous and do nothing", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Report(1), Gate(1))
		rec := run.Recorder()
		var called atomic.Int32
		rec.Engine("a").On("entry getppid", func(ev *Event) utrace.Action {
			WantErr(t, "examine", ev.Engine.Examine(func(s *utrace.Stopped) error {
				called.Add(1)
				regs, err := s.Regs()
				if c, ok := s.Syscall(); !ok || c.Nr() != regs.Nr() {
					t.Errorf("call %d, %v; the registers say %d", c.Nr(), ok, regs.Nr())
				}
				return err
			}), 0)
			if ev.Engine.Holds() {
				t.Error("it holds the thread")
			}
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventSyscallEntry)
		run.Go()
		run.Reached(1)
		if n := called.Load(); n != 1 {
			t.Errorf("called %d times", n)
		}
	}}, {"AwaitStop", "returns when a callback's Stop has taken effect, EINVAL when it is withdrawn, ESRCH at death", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Getppid(), Gate(1))
		rec := run.Recorder()
		enter, leave := make(chan struct{}), make(chan struct{})
		a := rec.Engine("a").On("entry getppid", func(ev *Event) utrace.Action {
			WantErr(t, "on the owner", ev.Engine.AwaitStop(context.Background()), unix.EDEADLK)
			enter <- struct{}{}
			<-leave
			return utrace.Stop
		}).Attach(run.Task(), utrace.EventSyscallEntry)
		run.Go()
		await := func() <-chan error {
			done := make(chan error, 1)
			go func() { done <- a.AwaitStop(context.Background()) }()
			return done
		}
		<-enter
		WantErr(t, "nobody holds it yet", a.AwaitStop(context.Background()), unix.EINVAL)
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		done := await()
		leave <- struct{}{}
		WantErr(t, "stopped", <-done, 0)
		WantErr(t, "examine", a.Examine(nothing), 0)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		<-enter
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		done = await()
		WantErr(t, "withdraw", a.Control(utrace.Resume), 0)
		WantErr(t, "withdrawn", <-done, unix.EINVAL)
		cut, cancel := context.WithCancel(context.Background())
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		cancel()
		WantErr(t, "cancelled", a.AwaitStop(cut), utrace.ERESTARTSYS)
		done = await()
		leave <- struct{}{}
		WantErr(t, "stopped again", <-done, 0)
		run.Kill()
		run.Wait()
		WantErr(t, "gone", a.AwaitStop(context.Background()), unix.ESRCH)
	}},
}
