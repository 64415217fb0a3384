package utrace

import "golang.org/x/sys/unix"

// Ops is an engine's table of callbacks. A nil field is a callback that is not
// offered: its event may be in the mask and then merely counts as interest.
//
// All callbacks but Reap run on the thread's owner while the thread is
// stopped at the event; callbacks of one thread never overlap, those of
// different threads may run in parallel (semantics 9.1), so what an Ops shares
// between threads must be safe for concurrent use. A callback must not block:
// it answers [Stop] and lets somebody call [Engine.Control] later.
//
// The Action argument is what would happen without this engine: the smallest
// resume action of the engines called before and, for system call entries and
// signals, the previous engine's event-specific bits. The answer is the same
// kind of value. Engines are called in attach order, but at system call entry
// in reverse, so that the last attached is closest to the program: first to
// see what it asks for, last to see what it gets (semantics 4.1).
//
// A callback that panics has its engine detached; the panic is given to
// [Tracer.OnPanic] and the thread goes on.
type Ops struct {
	// Name is what the engine is called in errors and listings.
	Name string

	// Quiesce is called, for an engine with EventQuiesce, before each callback
	// of another event (ev is its bit), and with ev 0 when the thread is about
	// to enter user mode and a Report was asked for. It never touches the
	// event-specific bits of the pass (decision Q1).
	Quiesce func(e *Engine, a Action, ev Events) Action

	// SyscallEntry is called before a system call runs. Number and arguments
	// may be changed. Stop holds the thread here, before the call.
	SyscallEntry func(e *Engine, a Action, c *Syscall) Action

	// SyscallExit is called after a system call, or after an abort, before
	// signals are looked at: restart codes (-512...) are visible. Stop takes
	// effect at the border to user mode.
	SyscallExit func(e *Engine, a Action, c *Syscall) Action

	// Seccomp is called when a seccomp filter of the program's own asks its
	// tracer about a call, with what the filter says to it (SECCOMP_RET_DATA).
	// The call's entry was reported before, what the engines made of it is what
	// the filter has seen, and all filters have been asked. Without an engine
	// that answers SyscallRun it is not made, and fails with ENOSYS, as it does
	// without a tracer: the action begins as SyscallAbort. Number and arguments
	// may be changed, in the same order as at the entry, and Stop holds the
	// thread here.
	Seccomp func(e *Engine, a Action, c *Syscall, data uint16) Action

	// Signal is called when a signal is taken from the queue to be delivered,
	// and for passes without a signal (SignalReport, SignalHandler).
	Signal func(e *Engine, a Action, s *Signal) Action

	// Clone is called in the parent when child exists and has not run; the
	// child may be attached to. flags are clone(2)'s, or what fork and vfork
	// amount to. Stop concerns the parent.
	Clone func(e *Engine, a Action, flags uint64, child *Task) Action

	// Exec is called when a new image stands, before its first instruction and
	// before the SyscallExit of the execve.
	Exec func(e *Engine, a Action) Action

	// Exit is called as the thread begins to exit. x carries the code.
	Exit func(e *Engine, a Action, x *Exit) Action

	// Death is called when the thread is dead. Only Detach matters in the
	// answer. groupDead is true for the last thread of its process; sig is the
	// signal that the parent is sent, [SigSelfReap] or [SigDelayed].
	Death func(e *Engine, a Action, groupDead bool, sig int) Action

	// Reap is called last of all, when the thread's status has been collected.
	// The engine is detached when it returns.
	Reap func(e *Engine)

	// JobControl is called as the thread joins (CLD_STOPPED) or leaves
	// (CLD_CONTINUED) a job-control stop; notify is 0 or the si_code of the
	// SIGCHLD that the parent is about to be sent.
	JobControl func(e *Engine, a Action, kind, notify int32) Action

	// Release is called once, when the last reference to the engine is put,
	// with the data given at attach. It is captured at attach.
	Release func(data any)
}

// What Death's sig is when no signal is sent.
const (
	SigSelfReap = -1 // the thread reaps itself
	SigDelayed  = -2 // a group leader that waits for the rest of its group
)

// Job-control kinds, as in siginfo's si_code.
const (
	CLDStopped   int32 = 5
	CLDContinued int32 = 6
)

// Exit is what an Exit callback sees: the code in the form of a wait status.
type Exit struct {
	orig, code unix.WaitStatus
	fixed      bool
}

// Orig returns the code that the thread exits with, the same for all engines.
func (x *Exit) Orig() unix.WaitStatus { return x.orig }

// Code returns the code as the engines called before left it.
func (x *Exit) Code() unix.WaitStatus { return x.code }

// SetCode changes what the parent will see. Linux lets a tracer change the
// code of exit(2) and exit_group(2), not of death by a signal: that is
// EOPNOTSUPP, as is a code that is not an exit status.
func (x *Exit) SetCode(code unix.WaitStatus) error {
	if x.fixed || !code.Exited() {
		return errno("change the exit code", unix.EOPNOTSUPP)
	}
	x.code = code
	return nil
}
