package hosttest

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// spin passes a random time, to meet another state of the thread each time.
func spin() {
	for end := time.Now().Add(rand.N(300 * time.Microsecond)); time.Now().Before(end); {
	}
}

var concurrencyStatements = []statement{
	{"S117", "at most one callback per thread is running at any time", func(t *testing.T, lab Lab) {
		const threads, workers, rounds = 6, 4, 150
		run, tasks := crowd(t, lab, threads)
		s := newStable(t, utrace.Resume, utrace.Resume, utrace.Report, utrace.Interrupt,
			utrace.SingleStep, utrace.Stop)
		actions := []utrace.Action{utrace.Stop, utrace.Interrupt, utrace.Report, utrace.SingleStep,
			utrace.BlockStep, utrace.Resume}
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := range rounds {
					if w == 0 && i == rounds*3/4 {
						run.Kill()
					}
					e, h, err := s.attach(tasks[rand.N(len(tasks))], utrace.EventQuiesce|utrace.EventSyscall|utrace.EventReap)
					if e == nil {
						WantErr(t, "attach", err, unix.ESRCH)
						continue
					}
					for range 3 {
						e.Control(actions[rand.N(len(actions))])
						e.SetEvents(utrace.EventQuiesce | utrace.Events(rand.N(int(all)+1))&utrace.EventSyscall)
						spin()
					}
					e.SetEvents(utrace.EventReap)
					s.detach(e, h)
					e.Put()
				}
			})
		}
		wg.Wait()
		if st := run.Wait(); st.Signal() != unix.SIGKILL {
			t.Errorf("wait status %#x", int(st))
		}
		if s.calls.Load() == 0 || s.made.Load() != s.freed.Load() {
			t.Errorf("%d callbacks, %d engines, %d released", s.calls.Load(), s.made.Load(), s.freed.Load())
		}
	}},
	{"S118", "no callback from a thread whose stop is confirmed until it is released", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Loop(0, Getppid()))
		rec := run.Recorder()
		var stop atomic.Bool
		a := rec.Engine("a").On("", func(ev *Event) utrace.Action {
			if stop.Load() {
				return ev.Echo().With(utrace.Stop)
			}
			return ev.Echo()
		}).Attach(run.Task(), utrace.EventSyscall|utrace.EventQuiesce)
		s := newStable(t, utrace.Resume, utrace.Report, utrace.Interrupt)
		run.Go()
		for range 40 {
			spin()
			stop.Store(true)
			var err error
			if !until(func() bool { err = a.Control(utrace.Stop); return err == nil }) {
				t.Fatalf("stop: %v", err)
			}
			recorded, counted := rec.Count("a"), s.calls.Load()
			for range 4 {
				e, h, err := s.attach(run.Task(), utrace.EventQuiesce|utrace.EventSyscall)
				WantErr(t, "attach", err, 0)
				for _, act := range []utrace.Action{utrace.Stop, utrace.Report, utrace.Interrupt, utrace.Resume} {
					WantErr(t, act.String(), e.Control(act), 0)
				}
				WantErr(t, "set events", e.SetEvents(0), 0)
				WantErr(t, "set events", e.SetEvents(utrace.EventQuiesce), 0)
				defer e.Put()
				defer s.detach(e, h)
			}
			// The owner has looked at all that when it serves this.
			WantErr(t, "examine", a.Examine(nothing), 0)
			if n, m := rec.Count("a"), s.calls.Load(); n != recorded || m != counted {
				t.Fatalf("%d callbacks of a stopped thread", n-recorded+int(m-counted))
			}
			stop.Store(false)
			WantErr(t, "resume", a.Control(utrace.Resume), 0)
			rec.Await("a exit getppid")
		}
		if s.calls.Load() == 0 {
			t.Error("the others were never called")
		}
	}},
	{"S119", "exactly one of caller and callbacks is told to clean up, however DETACH meets death", func(t *testing.T, lab Lab) {
		const children = 150
		run := Start(t, lab, Loop(children, Fork(), WaitChild(1)))
		s := newStable(t, utrace.Resume)
		type attached struct {
			e *utrace.Engine
			h *horse
		}
		born := make(chan attached, children)
		events := []utrace.Events{utrace.EventReap, utrace.EventReap | utrace.EventDeath,
			utrace.EventReap | utrace.EventExit | utrace.EventQuiesce, utrace.EventReap | utrace.EventSyscall}
		run.Recorder().Engine("parent").On("clone", func(ev *Event) utrace.Action {
			e, h, err := s.attach(ev.Child, events[rand.N(len(events))])
			WantErr(t, "attach", err, 0)
			born <- attached{e, h}
			return utrace.Resume
		}).Attach(run.Task(), utrace.EventClone)
		run.Go()
		var mine, theirs int
		for i := range children {
			c := <-born
			spin()
			caller := s.detach(c.e, c.h)
			if caller {
				mine++
			} else {
				theirs++
			}
			if !until(func() bool { return c.e.Task().State() == "gone" }) {
				t.Fatalf("child %d is %s", i, c.e.Task().State())
			}
			if reaped := c.h.reaped.Load(); reaped != map[bool]int32{true: 0, false: 1}[caller] {
				t.Errorf("child %d: caller is to clean up: %v, REAP came %d times", i, caller, reaped)
			}
			if n := c.h.freed.Load(); n != 0 {
				t.Errorf("child %d: released while the caller has a reference", i)
			}
			c.e.Put()
			if n := c.h.freed.Load(); n != 1 {
				t.Errorf("child %d: released %d times", i, n)
			}
		}
		run.WantExit(0)
		t.Logf("%d by the caller, %d by the callback", mine, theirs)
	}},
	{"S120", "set_events, control and attach never wait for the thread", func(t *testing.T, lab Lab) {
		run, rec, a, leave := inCallback(t, lab, utrace.EventSyscall|utrace.EventQuiesce, utrace.Resume)
		b := rec.Engine("b").Attach(run.Task(), utrace.EventQuiesce)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for _, e := range []*Engine{a, b} {
				for act := utrace.Stop; act <= utrace.Resume; act++ {
					if err := e.Control(act); err != nil && !errors.Is(err, unix.EINPROGRESS) && !errors.Is(err, unix.EOPNOTSUPP) {
						t.Errorf("%s %v: %v", e.Name, act, err)
					}
				}
				e.SetEvents(utrace.EventQuiesce)
				e.SetEvents(utrace.EventSyscall)
				_, err := run.Task().Attach(utrace.MatchOps, e.Ops, nil)
				WantErr(t, "lookup", err, 0)
				WantErr(t, "resume", e.Control(utrace.Resume), 0)
			}
			rec.Engine("c").Attach(run.Task(), utrace.EventSyscall)
			WantErr(t, "detach", b.Control(utrace.Detach), 0)
			WantErr(t, "detach", a.Control(utrace.Detach), unix.EINPROGRESS)
		}()
		select {
		case <-done:
		case <-time.After(Deadline):
			t.Error("they wait")
		}
		leave()
		<-done
		run.Reached(1)
	}},
	{"S121", "a thread killed out of a stop waits for a controller to finish", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Poke(8, 7), Thread(Gate(1)), Getppid(), Gate(2))
		rec := run.Recorder()
		b := rec.Engine("b")
		a := rec.Engine("a").On("clone", func(ev *Event) utrace.Action {
			b.Attach(ev.Child, utrace.EventDeath)
			return utrace.Resume
		}).Answer("entry getppid", utrace.Stop)
		a.Attach(run.Task(), utrace.EventSyscallEntry|utrace.EventClone|dying)
		run.Go()
		run.Reached(1)
		AwaitHeld(t, run.Task(), "held at syscall entry")
		WantErr(t, "examine", a.Examine(func(s *utrace.Stopped) error {
			run.Kill()
			if !until(func() bool { return rec.Count("b death") == 1 }) {
				t.Error("the other thread does not die")
			}
			var buf [1]byte
			if _, err := s.Memory().ReadAt(buf[:], int64(run.Buf()+8)); err != nil || buf[0] != 7 {
				t.Errorf("memory: %v, %v", buf, err)
			}
			if c, ok := s.Syscall(); !ok || c.Nr() != unix.SYS_GETPPID || rec.Count("a exiting") != 0 {
				t.Errorf("it moves: %s", s.Task().State())
			}
			return nil
		}), 0)
		run.Wait()
		rec.Await("a exiting 0x9")
		rec.Await("a reap")
	}},
}
