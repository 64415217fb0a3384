package count

import (
	"os"
	"sync"
	"time"

	"utrace"
	"utrace/arch"
	"utrace/syscalls"
)

// now is the monotonic clock in nanoseconds. The time package reads it without
// a system call, and time.Since reads no other clock; unix.ClockGettime would
// be a system call each time, which costs several times as much.
func (n *counter) now() int64 { return int64(time.Since(n.started)) }

// thread is what is known of one task: an engine's data. Only that task's
// callbacks use it, which never overlap, and whoever adds the threads up: so the
// lock is free as a rule.
type thread struct {
	task *utrace.Task

	mu     sync.Mutex
	inCall bool
	call   callID
	since  int64
	calls  tally
	cpu    *os.File // where the processor time stands, if it is that which counts
}

func (n *counter) newThread(task *utrace.Task) *thread {
	th := &thread{task: task, calls: tally{}}
	n.mu.Lock()
	n.live[th] = struct{}{}
	n.mu.Unlock()
	return th
}

// thread returns what is known of the engine's task. A child's engine that
// follows begins with its parent's data.
func (n *counter) thread(e *utrace.Engine) *thread {
	th := e.Data().(*thread)
	if task := e.Task(); th.task != task {
		th = n.newThread(task)
		e.SetData(th)
	}
	return th
}

func (n *counter) syscallEntry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := n.thread(e)
	if n.only != nil && !n.only(c) {
		th.forget()
		return a.NoOpinion()
	}
	th.enter(idOf(c.Arch(), c.Nr()), a.Resumed(), n.clock(th))
	return a.NoOpinion()
}

func (n *counter) syscallExit(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := n.thread(e)
	th.leave(c.Err() != 0, n.clock(th))
	return a.NoOpinion()
}

func (n *counter) death(e *utrace.Engine, a utrace.Action, _ bool, _ int) utrace.Action {
	th := n.thread(e)
	th.abandon(n.clock(th))
	return a.NoOpinion()
}

// reap comes for threads that are dead and for those that are let go.
func (n *counter) reap(e *utrace.Engine) {
	th := e.Data().(*thread)
	if th.task != e.Task() {
		return // it has made no call
	}
	th.abandon(n.clock(th))
	th.close()
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.live, th)
	th.mu.Lock()
	defer th.mu.Unlock()
	n.gone.add(th.calls)
	th.calls = tally{}
}

// enter begins a call. In a later round of the same entry it has begun already,
// though it may be another call by now.
func (th *thread) enter(call callID, again bool, now int64) {
	th.mu.Lock()
	if !again || !th.inCall {
		th.since = now
	}
	th.call, th.inCall = call, true
	th.mu.Unlock()
}

// forget says that what the thread is in is not counted.
func (th *thread) forget() {
	th.mu.Lock()
	th.inCall = false
	th.mu.Unlock()
}

// leave ends it. A call whose beginning was not seen is not counted: the one
// that made this thread, which is its parent's, or one that it was in when the
// engine came.
func (th *thread) leave(failed bool, now int64) {
	th.mu.Lock()
	if th.inCall {
		th.inCall = false
		th.calls.of(th.call).record(now-th.since, failed)
	}
	th.mu.Unlock()
}

// abandon ends a call that will not be seen to return.
func (th *thread) abandon(now int64) {
	th.mu.Lock()
	if th.inCall {
		th.inCall = false
		if !th.call.exits() {
			th.calls.of(th.call).abandon(now - th.since)
		}
	}
	th.mu.Unlock()
}

// callID is a system call; all that no table knows are one, so that a program
// that tries numbers cannot fill the memory.
type callID struct {
	arch arch.ID
	nr   int
}

const unknownNr = -1

func idOf(id arch.ID, nr int) callID {
	if _, ok := syscalls.Lookup(id, nr); !ok {
		nr = unknownNr
	}
	return callID{id, nr}
}

// exits reports whether the call is one that does not return.
func (c callID) exits() bool {
	call, ok := syscalls.Lookup(c.arch, c.nr)
	return ok && (call.Name == "exit" || call.Name == "exit_group")
}

func (c callID) name() string {
	name := "(unknown)"
	if call, ok := syscalls.Lookup(c.arch, c.nr); ok {
		name = call.Name
	}
	if c.arch == arch.I386 {
		name += "@32"
	}
	return name
}
