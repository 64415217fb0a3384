package utrace

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// TaskID names a task for good: thread ids are used again and change at exec,
// the generation does not.
type TaskID struct {
	TID int
	Gen uint64
}

func (id TaskID) String() string { return fmt.Sprintf("%d.%d", id.TID, id.Gen) }

// Task is one traced thread. Its methods may be called from any goroutine
// unless they say otherwise.
type Task struct {
	tr         *Tracer
	proc       *Process
	private    any
	gen        uint64
	tid        atomic.Int64
	exitStatus atomic.Int64 // with statusKnown, from Death on
	parent     *Task        // who cloned it
	shares     atomic.Pointer[Shares]

	// What any goroutine may look at without the lock: engines is replaced,
	// never changed, so that a pass walks the list that it began with while
	// others attach and detach.
	engines   atomic.Pointer[[]*Engine]
	union     atomic.Uint32          // of all engines' events
	wants     atomic.Pointer[Wants]  // of system calls
	reporting atomic.Pointer[Engine] // whose callback runs now
	waiters   atomic.Int32           // goroutines in Barrier and AwaitStop

	mu        sync.Mutex
	life      life
	where     where
	resume    Action // pending: the smallest asked for since last consumed
	nextSeq   uint64
	idle      chan struct{} // closed by wake: a callback has returned, or the thread's state changed
	lastWords []*Engine     // engines at death, for orphans

	// Below: the owner's alone.
	inHook   bool
	armed    Action // SingleStep or BlockStep: hardware stepping is armed; else 0
	exiting  bool   // Exit was reported
	examined bool   // an Examine runs
	handler  bool   // a handler frame was set up and not yet reported
	// Since it was last let go an Interrupt's pass was made, or it was held, before
	// user mode: see Verdict.SignalPath.
	signalPath bool
	runs       atomic.Uint64
	pass       pass
	rest       []*Engine // who is still to be told of the exit, in heldCallExit
	call       call
	sig        Signal
	exit       Exit
}

// life is how far the thread has come.
type life uint8

const (
	lifeAlive     life = iota
	lifeDeathPass      // the Death callbacks run
	lifeDead           // zombie
	lifeReaping        // the Reap callbacks run
	lifeReaped
)

// where is what holds the thread, if anything does. A hook that ends in Stop
// leaves the task in a held state; Continue goes on from there when the last
// Stop is withdrawn.
//
//	            SyscallEntry            SyscallExit, Signal, UserMode
//	running ───────────────▶ reporting ◀──────────────── running
//	   ▲                         │ Stop
//	   │     ┌──────────┬────────┼──────────┬────────────┐
//	   │  heldEntry  heldUser  heldVfork  heldExit   jobStopped
//	   │     │round n+1 │pass    │          │            │ SIGCONT
//	   └─────┴──────────┴────────┴──────────┴────────────┘
//
// StopHere adds heldEvent, at a clone or an exec, and heldCallExit, in the
// middle of the pass of a system call exit.
//
// Death by SIGKILL leads out of every one of them.
type where uint8

const (
	running      where = iota
	heldEntry          // before a system call; Continue: a further round, or the call
	heldUser           // at the border to user mode; Continue: the pass again, or user mode
	heldVfork          // parent of a vfork, child started, before the wait
	heldEvent          // StopHere at a clone or an exec; Continue: the rest of the call
	heldCallExit       // StopHere at a system call exit; Continue: the next engine
	heldExit           // in Exit
	jobStopped         // in a job-control stop
)

// stopped reports whether the thread is stopped, by tracing or job control.
// t.mu is held.
func (t *Task) stopped() bool { return t.where != running }

// ID returns the task's name; its TID is that of the moment.
func (t *Task) ID() TaskID { return TaskID{t.TID(), t.gen} }

// TID returns the thread id, which changes when a thread that is not the
// leader of its group execs.
func (t *Task) TID() int { return int(t.tid.Load()) }

// PID returns the process id.
func (t *Task) PID() int { return t.proc.pid }

// Process returns the thread group.
func (t *Task) Process() *Process { return t.proc }

// Parent returns the task that cloned this one, or nil.
func (t *Task) Parent() *Task { return t.parent }

// Tracer returns the tracer that holds the task.
func (t *Task) Tracer() *Tracer { return t.tr }

func (t *Task) host() Host { return t.tr.host }

// Union returns the events that some engine wants.
func (t *Task) Union() Events { return Events(t.union.Load()) }

// State returns what the thread does, in a word: "running", "held at syscall
// entry", "held at syscall exit", "held", "held in vfork", "held in exit", "stopped" (by job control),
// "dead" or "gone".
func (t *Task) State() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.life == lifeReaped:
		return "gone"
	case t.life != lifeAlive:
		return "dead"
	}
	return [...]string{"running", "held at syscall entry", "held", "held in vfork", "held", "held at syscall exit", "held in exit", "stopped"}[t.where]
}

// Engines returns the engines attached, in attach order: the first is closest
// to the kernel. The list stays as it is while others attach and detach; it is
// shared, and must not be changed.
func (t *Task) Engines() []*Engine { return slices.Clip(t.list()) }

func (t *Task) list() []*Engine {
	if p := t.engines.Load(); p != nil {
		return *p
	}
	return nil
}

// AttachFlags say what Attach and Lookup match on (semantics 8.1).
type AttachFlags uint32

const (
	// MatchOps matches engines with the same *Ops.
	MatchOps AttachFlags = 0x1
	// MatchData matches engines with equal data.
	MatchData AttachFlags = 0x2
	// AttachCreate attaches a new engine; without it Attach looks one up.
	AttachCreate AttachFlags = 0x10
	// AttachExclusive makes AttachCreate fail with EEXIST if an engine matches
	// (with neither Match flag: if there is any).
	AttachExclusive AttachFlags = 0x20
)

// Attach attaches a new engine, with AttachCreate, or looks one up; the caller
// gets a reference. A new engine has no events and is called in passes that
// begin after the attach. It never waits.
//
//   - ENOENT: lookup, and none matches. EEXIST: exclusive, and one matches.
//   - EINVAL: AttachCreate without ops. ESRCH: the task is gone.
func (t *Task) Attach(flags AttachFlags, ops *Ops, data any) (*Engine, error) {
	const op = "attach"
	if flags&AttachCreate != 0 && ops == nil {
		return nil, errno(op, unix.EINVAL)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if flags&(AttachCreate|AttachExclusive) != AttachCreate {
		for _, e := range t.list() {
			if !e.matches(flags, ops, data) {
				continue
			}
			if flags&AttachCreate != 0 {
				return nil, errno(op, unix.EEXIST)
			}
			return e.Get(), nil
		}
	}
	switch {
	case t.life >= lifeReaping:
		return nil, errno(op, unix.ESRCH)
	case flags&AttachCreate == 0:
		return nil, errno(op, unix.ENOENT)
	}
	return t.add(ops, data), nil
}

// add appends an engine. t.mu is held.
func (t *Task) add(ops *Ops, data any) *Engine {
	t.nextSeq++
	e := &Engine{task: t, ops: ops, release: ops.Release, seq: t.nextSeq}
	e.data.Store(box{data})
	e.refs.Store(2)
	e.stopped = Stopped{t, e}
	old := t.list()
	list := append(old[:len(old):len(old)], e)
	t.engines.Store(&list)
	t.recount()
	return e
}

func (e *Engine) matches(flags AttachFlags, ops *Ops, data any) bool {
	return !e.Detached() &&
		(flags&MatchOps == 0 || e.ops == ops) &&
		(flags&MatchData == 0 || same(e.Data(), data))
}

// same is == for any two values, false where they cannot be compared.
func same(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.ValueOf(a).Comparable() && a == b
}

// remove marks e detached and takes it off the list; a running callback's
// answer will be ignored. It reports whether the caller must Put the
// attachment's reference, after unlocking, since Release may do anything. t.mu
// is held. The last engine leaves a clean task behind (S113).
func (t *Task) remove(e *Engine) bool {
	if Events(e.flags.Or(uint32(engineDetached)))&engineDetached != 0 {
		return false
	}
	list := make([]*Engine, 0, len(t.list()))
	for _, o := range t.list() {
		if o != e {
			list = append(list, o)
		}
	}
	t.engines.Store(&list)
	if len(list) == 0 {
		t.resume = Resume
	}
	t.recount()
	t.wake()
	return true
}

// recount recomputes the union of interests, and reports whether the host may
// now have to stop for other calls than before. t.mu is held.
func (t *Task) recount() (more bool) {
	var union Events
	wants := *noWants
	for _, e := range t.list() {
		ev := e.Events()
		union |= ev
		wants.add(ev, e.set.Load(), e.last.Load())
	}
	if len(t.list()) > 0 {
		union |= EventReap
	}
	if t.life >= lifeDead {
		union &= EventReap
	}
	t.union.Store(uint32(union))
	if wants.equal(t.wants.Load()) {
		return false
	}
	t.wants.Store(&wants)
	return true
}

// lower makes a the pending action if it is smaller. t.mu is held.
func (t *Task) lower(a Action) {
	if a < t.resume {
		t.resume = a
	}
}

// held reports whether some attached engine holds the thread (decision Q2).
// t.mu is held.
func (t *Task) held() bool {
	for _, e := range t.list() {
		if Events(e.flags.Load())&(engineStop|engineDetached) == engineStop {
			return true
		}
	}
	return false
}
