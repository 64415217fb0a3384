package hosttest

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// crowd is a puppet with n threads that call getppid for ever, and one that
// spins in gate 1, at work.
func crowd(t *testing.T, lab Lab, n int) (*Run, []*utrace.Task) {
	t.Helper()
	var script []Step
	for range n {
		script = append(script, Thread(Loop(0, Getppid())))
	}
	run := Start(t, lab, append(script, Gate(1))...)
	run.Go()
	run.Reached(1)
	return run, run.Proc.Tasks()
}

// stable is engines that answer by lot, of which each knows whether it may be
// called. Their ops are one.
type stable struct {
	t       *testing.T
	ops     *utrace.Ops
	answers []utrace.Action
	calls   atomic.Int64
	made    atomic.Int64
	freed   atomic.Int64
	mu      sync.Mutex
	busy    map[*utrace.Task]bool
}

// horse is the data of one of them.
type horse struct {
	called atomic.Int32
	silent atomic.Bool // no callback may begin any more
	reaped atomic.Int32
	freed  atomic.Int32
}

func newStable(t *testing.T, answers ...utrace.Action) *stable {
	s := &stable{t: t, answers: answers, busy: map[*utrace.Task]bool{}}
	s.ops = &utrace.Ops{
		Name: "stable",
		Quiesce: func(e *utrace.Engine, a utrace.Action, _ utrace.Events) utrace.Action {
			return s.called(e, utrace.Resume)
		},
		SyscallEntry: func(e *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
			return s.called(e, a.Syscall()|utrace.Resume)
		},
		SyscallExit: func(e *utrace.Engine, _ utrace.Action, _ *utrace.Syscall) utrace.Action {
			return s.called(e, utrace.Resume)
		},
		Signal: func(e *utrace.Engine, a utrace.Action, sig *utrace.Signal) utrace.Action {
			return s.called(e, a.Signal()|utrace.Resume)
		},
		Exit: func(e *utrace.Engine, _ utrace.Action, _ *utrace.Exit) utrace.Action {
			return s.called(e, utrace.Resume)
		},
		Death: func(e *utrace.Engine, _ utrace.Action, _ bool, _ int) utrace.Action {
			return s.called(e, utrace.Resume)
		},
		Reap: func(e *utrace.Engine) {
			s.called(e, utrace.Resume)
			e.Data().(*horse).reaped.Add(1)
		},
		Release: func(data any) {
			data.(*horse).freed.Add(1)
			s.freed.Add(1)
		},
	}
	return s
}

// called is any callback: at most one per thread may be running (S117), and
// none to an engine that was told so.
func (s *stable) called(e *utrace.Engine, a utrace.Action) utrace.Action {
	s.calls.Add(1)
	task := e.Task()
	h := e.Data().(*horse)
	h.called.Add(1)
	if h.silent.Load() {
		s.t.Errorf("a callback of thread %v after its engine was detached", task.ID())
	}
	s.enter(task, true)
	defer s.enter(task, false)
	return a.With(s.answers[rand.N(len(s.answers))])
}

func (s *stable) enter(task *utrace.Task, busy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[task] == busy {
		s.t.Errorf("two callbacks of thread %v at once", task.ID())
	}
	s.busy[task] = busy
}

// attach attaches one; ESRCH if the task is gone.
func (s *stable) attach(task *utrace.Task, events utrace.Events) (*utrace.Engine, *horse, error) {
	h := &horse{}
	e, err := task.Attach(utrace.AttachCreate, s.ops, h)
	if err != nil {
		return nil, nil, err
	}
	s.made.Add(1)
	err = e.SetEvents(events)
	return e, h, err
}

// detach detaches one, and reports whether that, and not a callback, is what it
// ended by (S119). No callback comes after.
func (s *stable) detach(e *utrace.Engine, h *horse) (mine bool) {
	switch err := e.Control(utrace.Detach); {
	case err == nil:
		mine = true
	case errors.Is(err, unix.EINPROGRESS):
		WantErr(s.t, "barrier after detach", e.Barrier(s.t.Context()), unix.ESRCH)
		mine = true
	case !errors.Is(err, unix.ESRCH) && !errors.Is(err, unix.EALREADY):
		s.t.Errorf("detach: %v", err)
	}
	if mine {
		h.silent.Store(true)
	}
	return mine
}
