package ptrace

import (
	"sync/atomic"
	"time"

	"utrace"
	"utrace/arch"
)

// thread is what the engine knows of one thread, as a tracer and as a tracee.
// world.mu guards it, but for what is marked as its own: that is used in its
// callbacks, and in Examine, alone.
type thread struct {
	w    *world
	task *utrace.Task
	eng  *utrace.Engine
	proc *process

	// parent is the thread that the kernel calls real_parent: who made it, or,
	// when that has died, another of the same process. nil: nobody here.
	parent   *thread
	children map[*thread]struct{}
	known    atomic.Pointer[names] // its ids, see names

	// As a tracer.
	tracees map[*thread]struct{}
	wait    wait    // the wait call that it is in; its own but for state
	word    [8]byte // for what is written to its memory; its own
	req     *req    // its ptrace call; its own, or of who carries that out
	late    *reply  // of a request that it waits for; its own

	// reaping is the tracee of whose death its wait has told, until the status
	// is collected: only then does the kernel tell the tracee's parent, which must
	// know of it before the wait returns. So long the tracer is held.
	reaping *thread

	// As a tracee.
	tracer     *thread // nil: not traced
	options    uint64
	stop       stop  // what it is, or was last, stopped at
	death      death // in state dead
	sig        int   // with which signal it was resumed, from a signal-delivery-stop
	trap       *stop // a signal's stop that is due before user mode
	vforkChild int

	entry entry // the call that it is in, as its tracer changed it; its own
	tid   int   // before an exec; its own

	// Of all that is one byte, in one place: there may be thousands of threads.
	dead        bool
	lasting     bool        // its waits are wanted for good
	unseen      atomic.Bool // since its process became a tracer; see settle
	outside     bool        // it may trace threads that are none of ours; its own
	seized      bool
	killed      bool // SIGKILL has ended a stop: it makes no other but PTRACE_EVENT_EXIT
	state       state
	unwaited    bool // no wait has told of the stop, or of the death, yet
	mode        mode // how it was last resumed
	interrupted bool // PTRACE_INTERRUPT was asked for, and no stop has come since
	first       bool // a new tracee: its first stop is still to come
	trapNotify  bool // the group-stop that it is stopped in has ended
	vforkDone   bool // PTRACE_EVENT_VFORK_DONE is due at the end of the vfork
	stepsCall   bool // a step began inside a call: it ends at its exit
	answer      bool // a signal-delivery-stop has ended, its signal is undecided
	masked      bool // its signal mask was changed since it stopped; its own
}

// state is what a tracee is to its tracer.
//
//	             a callback makes a stop           PTRACE_CONT and its like
//	running ───────────────────────────▶ stopped ───────────────────────────▶ running
//	   ▲                                  │   ▲
//	   │                    PTRACE_LISTEN │   │ PTRACE_INTERRUPT, SIGCONT
//	   │ PTRACE_DETACH                    ▼   │
//	   └────────────── stopped         listening
//
// Death leads from each to gone.
type state uint8

const (
	running   state = iota
	stopped         // requests are answered; the engine holds the thread
	listening       // in a group-stop, as its tracer wants it
	gone            // dead; unwaited until a wait has told
)

// mode is how a tracee was resumed, which says what it stops at.
type mode uint8

const (
	modeCont mode = iota
	modeSyscall
	modeStep
	modeBlock
	modeSysemu
	modeSysemuStep
	modeSkipExit // SYSVM: this call, without its exit; then modeSyscall
	modeSkipCall // SYSVM: not this call
)

func (m mode) stepping() bool { return m == modeStep || m == modeBlock || m == modeSysemuStep }

func (m mode) entries() bool { return m >= modeSyscall && m != modeStep && m != modeBlock }

// resume is the action that lets a thread run in this mode.
func (m mode) resume() utrace.Action {
	switch m {
	case modeStep, modeSysemuStep:
		return utrace.SingleStep
	case modeBlock:
		return utrace.BlockStep
	}
	return utrace.Resume
}

// kind is what kind of stop it is: what ends it, and what may be asked.
type kind uint8

const (
	noStop    kind = iota
	atEntry        // syscall-entry-stop
	atExit         // syscall-exit-stop
	atSysemu       // the stop of PTRACE_SYSEMU
	atSeccomp      // PTRACE_EVENT_SECCOMP
	atSignal       // signal-delivery-stop
	atHandler      // a handler's frame was set up under a step
	atEvent        // PTRACE_EVENT_CLONE and its like, EXEC, EXIT
	atTrap         // PTRACE_EVENT_STOP that is not a group-stop
	atGroup        // group-stop
)

// stop is one ptrace-stop.
type stop struct {
	kind  kind
	code  uint32         // what a wait shows: the signal, an event above it
	none  bool           // no siginfo: EINVAL
	quiet bool           // no SIGCHLD: the kernel sends one
	info  utrace.Siginfo // PTRACE_GETSIGINFO
	msg   uint64         // PTRACE_GETEVENTMSG
	call  call           // at a system call
}

// call is a system call as PTRACE_GET_SYSCALL_INFO needs it.
type call struct {
	arch arch.ID
	nr   int
}

// frame is a system call as it is made: as the program asked for it, or as the
// thread's tracer changed it.
type frame struct {
	arch arch.ID
	nr   int
	args [6]uint64
}

// frame returns the call that t makes.
func (t *thread) frame(c *utrace.Syscall) frame {
	if t.entry.changed {
		return frame{c.Arch(), t.entry.nr, t.entry.args}
	}
	return frame{c.Arch(), c.Nr(), c.Args()}
}

// entry is what the tracer made of a call at its entry stop. It is kept apart
// from the program's registers, so that engines closer to the program see what
// the program asked for, and written to them at the call's exit, as ptrace would
// have it.
type entry struct {
	seq       uint64 // the call's (utrace.Syscall.Seq)
	nr        int
	args      [6]uint64
	result    int64 // the result register, for a call that is not made
	changed   bool  // nr, args
	hasResult bool
	stopped   bool // the entry stop was made, and its end is still to be acted on
	skip      bool // SYSVM, SYSEMU: no call
	quiet     bool // no exit stop

	filtered bool // the program's filters have been asked, see asksFirst
	later    bool // the call is made at its exit
	awaits   bool // and there another owner makes it
}

// death is how a tracee ended.
type death struct {
	status uint32  // as a wait shows it
	held   bool    // its status is kept from its parent until a wait has told
	own    bool    // the tracer is its parent
	zombie bool    // which can wait for it in the kernel
	teller *thread // whose wait has told of it, see thread.reaping
	waiter *thread // whose wait in the kernel may have told of it, see reaped
}

// process is a thread group.
type process struct {
	proc     *utrace.Process
	threads  map[*thread]struct{}
	tracer   bool      // it has traced, and is ready to do so again
	settling bool      // it has become one just now
	traces   int       // tracees of all its threads, dead ones not yet waited for included
	events   []*thread // the tracees that a wait can tell of, oldest first
	waiters  []*thread // its threads that are in a wait
	owed     []utrace.Siginfo
	unsure   []debt // see owe
	takes    taking
	lookedUp time.Time
	zombies  int        // children of its own whose status it may collect from the kernel
	foreign  bool       // it may have children that are none of ours
	status   statusFile // of the last thread that was looked at
}

// leader returns the thread whose id is the process's, if it lives.
func (p *process) leader() *thread {
	for t := range p.threads {
		if t.task.TID() == t.task.PID() && !t.dead {
			return t
		}
	}
	return nil
}

// any returns a thread that lives.
func (p *process) any() *thread {
	for t := range p.threads {
		if !t.dead {
			return t
		}
	}
	return nil
}

// drop removes t from a list, keeping the order.
func drop(list []*thread, t *thread) []*thread {
	for i, x := range list {
		if x == t {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}
