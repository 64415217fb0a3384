package hosttest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"utrace"
	"utrace/sim"
)

// TestRandomFray lets several goroutines at engines on several threads at
// once, in no order, and checks what holds in any: callbacks of one thread do
// not overlap (S117), a thread that is stopped makes none (S118), none comes
// after a detach, and exactly one party is told to clean up (S119).
func TestRandomFray(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := &fray{
			threads: rapid.IntRange(1, 3).Draw(rt, "threads"),
			kill:    rapid.Bool().Draw(rt, "kill"),
			plans:   rapid.SliceOfN(rapid.Custom(drawWatcher), 1, 4).Draw(rt, "engines"),
		}
		c.play(rapidTB{t, rt})
	})
}

// watcherPlan is one engine on every thread, and what its controller does.
type watcherPlan struct {
	Mask    utrace.Events
	Answers []utrace.Action
	Ops     []utrace.Action // detaches are followed by a barrier
}

func drawWatcher(rt *rapid.T) watcherPlan {
	action := rapid.SampledFrom([]utrace.Action{utrace.Resume, utrace.Stop, utrace.Report, utrace.Interrupt,
		utrace.Resume, utrace.Stop, utrace.SingleStep, utrace.Detach})
	return watcherPlan{
		Mask: rapid.SampledFrom([]utrace.Events{utrace.EventQuiesce, utrace.EventSyscall, utrace.EventSyscall |
			utrace.EventQuiesce, utrace.EventExit, 0}).Draw(rt, "mask") | utrace.EventDeath | utrace.EventReap,
		Answers: rapid.SliceOfN(action, 0, 6).Draw(rt, "answers"),
		Ops:     rapid.SliceOfN(action, 0, 10).Draw(rt, "ops"),
	}
}

type fray struct {
	threads int
	kill    bool
	plans   []watcherPlan
	killed  atomic.Bool

	mu       sync.Mutex
	bad      []string
	watchers []*watcher
}

// watched is a thread.
type watched struct {
	inside atomic.Int32 // callbacks
	silent atomic.Int32 // engines that were told that it is stopped
}

// watcher is one engine on one thread.
type watcher struct {
	*fray
	plan     watcherPlan
	on       *watched
	e        *utrace.Engine
	next     int
	detached atomic.Bool // and no callback may come
	silenced bool        // counts in on.silent; the controller's
	cleanups atomic.Int32
	releases atomic.Int32
}

func (c *fray) fail(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bad = append(c.bad, fmt.Sprintf(format, args...))
}

func (c *fray) watch(task *utrace.Task) {
	on := &watched{}
	for _, p := range c.plans {
		w := &watcher{fray: c, plan: p, on: on}
		var err error
		if w.e, err = task.Attach(utrace.AttachCreate, w.ops(), nil); err == nil {
			err = w.e.SetEvents(p.Mask)
		}
		if err != nil {
			c.fail("attach: %v", err)
			continue
		}
		c.mu.Lock()
		c.watchers = append(c.watchers, w)
		c.mu.Unlock()
	}
}

func (w *watcher) ops() *utrace.Ops {
	return &utrace.Ops{
		Quiesce: func(_ *utrace.Engine, _ utrace.Action, ev utrace.Events) utrace.Action { return w.called(ev) },
		SyscallEntry: func(_ *utrace.Engine, _ utrace.Action, _ *utrace.Syscall) utrace.Action {
			return w.called(utrace.EventSyscallEntry)
		},
		SyscallExit: func(_ *utrace.Engine, _ utrace.Action, _ *utrace.Syscall) utrace.Action {
			return w.called(utrace.EventSyscallExit)
		},
		Signal: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Signal) utrace.Action {
			return a.Signal() | w.called(0)
		},
		Exit:    func(*utrace.Engine, utrace.Action, *utrace.Exit) utrace.Action { return w.called(utrace.EventExit) },
		Death:   func(*utrace.Engine, utrace.Action, bool, int) utrace.Action { return w.called(utrace.EventDeath) },
		Reap:    func(*utrace.Engine) { w.called(utrace.EventReap) },
		Release: func(any) { w.releases.Add(1) },
	}
}

// called is every callback.
func (w *watcher) called(ev utrace.Events) utrace.Action {
	if n := w.on.inside.Add(1); n != 1 {
		w.fail("%v: %d callbacks at once", ev, n)
	}
	defer w.on.inside.Add(-1)
	if w.detached.Load() {
		w.fail("%v after the detach", ev)
	}
	if n := w.on.silent.Load(); n != 0 && !w.killed.Load() {
		w.fail("%v of a thread that %d engines were told is stopped", ev, n)
	}
	if ev == utrace.EventReap {
		w.cleanups.Add(1)
		return utrace.Resume
	}
	a := utrace.Resume
	if w.next < len(w.plan.Answers) {
		a = w.plan.Answers[w.next]
		w.next++
	}
	if a == utrace.Detach {
		a = utrace.Resume // that is for the controller, who is told how it went
	}
	return a
}

// control does one op, as the engine's only controller.
func (w *watcher) control(t testing.TB, a utrace.Action) {
	if w.silenced && a != utrace.Stop {
		w.silenced = false
		w.on.silent.Add(-1)
	}
	err := w.e.Control(a)
	switch {
	case a == utrace.Stop && err == nil && !w.silenced:
		w.silenced = true
		w.on.silent.Add(1)
	case a == utrace.Detach && errors.Is(err, unix.EINPROGRESS):
		WantErr(t, "barrier", w.e.Barrier(t.Context()), unix.ESRCH)
		fallthrough
	case a == utrace.Detach && err == nil:
		w.detached.Store(true)
		w.cleanups.Add(1)
	case a == utrace.Detach && !errors.Is(err, unix.EALREADY) && !errors.Is(err, unix.ESRCH):
		w.fail("detach: %v", err)
	}
}

func (c *fray) play(t testing.TB) {
	lab := NewSimLab(sim.Options{})
	var script Script
	for range c.threads {
		script = append(script, Thread(Gate(2), Loop(30, Getppid())))
	}
	run := Start(t, lab, append(script, Gate(1), Loop(30, Getppid()), Gate(3))...)
	root, err := run.Task().Attach(utrace.AttachCreate, &utrace.Ops{
		Clone: func(_ *utrace.Engine, _ utrace.Action, _ uint64, child *utrace.Task) utrace.Action {
			c.watch(child)
			return utrace.Resume
		},
	}, nil)
	WantErr(t, "attach", err, 0)
	WantErr(t, "set events", root.SetEvents(utrace.EventClone), 0)
	run.Go()
	run.Reached(1)
	run.Open(2)
	run.Open(1)
	var wg sync.WaitGroup
	for _, w := range c.watchers {
		wg.Go(func() {
			for _, a := range w.plan.Ops {
				w.control(t, a)
			}
		})
	}
	if c.kill {
		c.killed.Store(true)
		run.Kill()
	}
	wg.Wait()
	for end := time.After(Deadline); ; {
		for _, w := range c.watchers {
			w.control(t, utrace.Resume) // again and again: callbacks answer STOP meanwhile
		}
		if len(run.Proc.Tasks()) == 1 {
			run.Open(3) // its exit_group kills nobody
		}
		select {
		case <-run.Proc.Done():
		case <-time.After(time.Millisecond):
			continue
		case <-end:
			t.Fatalf("the process does not end: %s", run.States())
		}
		break
	}
	for i, w := range c.watchers {
		w.e.Put()
		if n := w.cleanups.Load(); n != 1 {
			c.fail("engine %d: %d were told to clean up", i, n)
		}
		if n := w.releases.Load(); n != 1 {
			c.fail("engine %d: released %d times", i, n)
		}
	}
	if len(c.bad) != 0 {
		t.Fatalf("%v", c.bad)
	}
}
