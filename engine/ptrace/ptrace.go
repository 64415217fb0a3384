package ptrace

import (
	"sync"
	"time"

	"utrace"
	"utrace/engine"
	"utrace/syscalls"
)

const name = "ptrace"

// Kind describes the engine.
var Kind = engine.Kind{
	Name:    name,
	Summary: "is ptrace(2) for the programs inside: debuggers and tracers work there",
	New:     func(engine.Config) (engine.Instance, error) { return newWorld(), nil },
}

// world is one instance: all threads that it is attached to.
type world struct {
	ops        utrace.Ops
	everybodys *syscalls.Set // the calls that it must see of everybody
	tracers    *syscalls.Set // and of who traces

	mu      sync.Mutex
	threads map[*utrace.Task]*thread
	procs   map[*utrace.Process]*process
	timer   *time.Timer // ends the holding of waits
	armed   bool
	period  time.Duration         // when it comes again
	holding []*thread             // waits that are held, oldest first
	unsure  map[*process]struct{} // see owe

	watching bool // look will come
}

func newWorld() *world {
	w := &world{
		everybodys: everybodys(),
		tracers:    tracers(),
		threads:    map[*utrace.Task]*thread{},
		procs:      map[*utrace.Process]*process{},
		unsure:     map[*process]struct{}{},
		period:     holdFor,
	}
	w.ops = utrace.Ops{
		Name:         name,
		Quiesce:      w.quiesce,
		SyscallEntry: w.syscallEntry,
		SyscallExit:  w.syscallExit,
		Signal:       w.signal,
		Clone:        w.clone,
		Exec:         w.exec,
		Exit:         w.exit,
		Seccomp:      w.seccomp,
		Death:        w.death,
		Reap:         w.reap,
		JobControl:   w.jobControl,
	}
	return w
}

// Attach attaches to a task, and to all that descend from it.
func (w *world) Attach(task *utrace.Task) (*utrace.Engine, error) {
	e, err := task.Attach(utrace.AttachCreate|utrace.AttachExclusive|utrace.MatchOps, &w.ops, nil)
	if err != nil {
		return nil, err
	}
	e.SetFollow(true)
	if err := e.SetSyscalls(w.everybodys); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.enter(e)
	t.proc.foreign = len(childrenOf(task.PID(), 0)) > 0
	t.events()
	return e, nil
}

// Close has nothing left to do: who is held is let go with its task.
func (w *world) Close() error { return nil }

// of returns the record of the thread that a callback is about. A child whose
// parent died before it could tell of it comes with the parent's.
func (w *world) of(e *utrace.Engine) *thread {
	if t, ok := e.Data().(*thread); ok && t.eng == e {
		if t.unseen.Load() {
			t.unseen.Store(false)
		}
		return t
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.enter(e)
}

// enter makes the record of a thread. w.mu is held.
func (w *world) enter(e *utrace.Engine) *thread {
	task := e.Task()
	if t := w.threads[task]; t != nil {
		return t
	}
	p := w.procs[task.Process()]
	if p == nil {
		p = &process{proc: task.Process(), threads: map[*thread]struct{}{}}
		w.procs[task.Process()] = p
	}
	t := &thread{
		w: w, task: task, eng: e, proc: p, tid: task.TID(),
	}
	p.threads[t] = struct{}{}
	w.threads[task] = t
	e.SetData(t)
	return t
}

// setParent makes parent, which may be nil, t's. w.mu is held.
func (t *thread) setParent(parent *thread) {
	if t.parent != nil {
		delete(t.parent.children, t)
	}
	t.parent = parent
	if parent != nil {
		if parent.children == nil {
			parent.children = map[*thread]struct{}{}
		}
		parent.children[t] = struct{}{}
	}
}

// find returns the thread with this id, in the eyes of t; nil if there is none
// here. w.mu is not held.
func (t *thread) find(pid int) *thread {
	if t.depth() != 0 {
		t.w.mu.Lock()
		defer t.w.mu.Unlock()
		return t.called(pid)
	}
	if x := t.lastTarget(); x != nil && x.task.TID() == pid {
		return x
	}
	task, err := t.task.Tracer().Task(pid)
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	if err == nil {
		return t.w.threads[task]
	}
	for x := range t.tracees { // a dead one, of which no wait has told yet
		if x.state == gone && x.task.TID() == pid {
			return x
		}
	}
	return nil
}

// lastTarget returns the thread that the last request of t's was about, if it
// lives: mostly the next one is too.
func (t *thread) lastTarget() *thread {
	if t.req == nil || t.req.target == nil {
		return nil
	}
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	if t.req.target.dead {
		return nil
	}
	return t.req.target
}

const (
	// baseEvents are wanted of everybody.
	baseEvents = utrace.EventSyscallEntry | utrace.EventClone | utrace.EventReap | utrace.EventJobControl
	// tracerEvents are wanted of a process that traces: its SIGCHLD is queued
	// here.
	tracerEvents = utrace.EventQuiesce | utrace.EventDeath
	// traceeEvents are wanted of a tracee.
	traceeEvents = utrace.EventQuiesce | utrace.EventSignalAll | utrace.EventExec |
		utrace.EventDeath | utrace.EventSyscallExit
)

// events sets what t's engine wants, from what t is. w.mu is held.
func (t *thread) events() {
	ev, calls := baseEvents, t.w.everybodys
	if t.proc.tracer {
		calls = t.w.tracers
		if !t.lasting {
			t.lasting = true
			_ = t.eng.SetLasting(calls) // fails for the dead, who need none
		}
		ev |= tracerEvents
	}
	if t.wait.state == waitRuns {
		calls = t.w.tracers
		ev |= utrace.EventSyscallExit
	}
	if t.answer || t.entry.stopped {
		ev |= utrace.EventQuiesce // what the tracer has left is still to be done
	}
	if t.tracer != nil {
		ev |= traceeEvents
		if t.options&optExit != 0 {
			ev |= utrace.EventExit
		}
		if t.options&optSeccomp != 0 {
			ev |= utrace.EventSeccomp
		}
		if t.state == stopped && t.eng.Syscalls() == nil || t.mode.entries() || t.mode.stepping() || t.vforkDone {
			calls = nil
		}
	}
	if t.eng.Syscalls() != calls {
		_ = t.eng.SetSyscalls(calls) // as above
	}
	if t.eng.Events() != ev {
		_ = t.eng.SetEvents(ev)
	}
}
