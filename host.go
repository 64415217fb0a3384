package utrace

import (
	"context"
	"os/exec"

	"utrace/arch"
)

// Siginfo is the kernel's siginfo_t, 128 bytes, with accessors.
type Siginfo = arch.Siginfo

// Host is a backend: it catches threads and does to them what the core says.
// Its duties, which package hosttest checks:
//
//  1. Every task has one owner, a goroutine locked to an OS thread. Every call
//     of a [Hooks] method for a task is made on its owner, never two at once,
//     and so is every call that the core makes of the methods marked "owner".
//  2. The host calls NewTask before anything else of a task, and for a child
//     before the Clone hook of its parent; the child runs only when that hook
//     has returned. Parent and child share an owner until then.
//  3. What a hook answers ([Verdict]) is done before the thread runs again.
//     Verdict.Stay leaves it stopped until Continue says otherwise.
//  4. Poll(t) leads to Continue(t), if t is stopped by Stay, soon, on its
//     owner; if t is running and Pending(t) is less than Resume, the thread is
//     made to reach UserMode soon, wherever it is: in user mode at once, in a
//     call by breaking or at its end. A call broken for a Report is issued
//     again unseen by the program, EINTR-only calls too; broken for an
//     Interrupt it shows EINTR where it would for a signal without a handler.
//     If Wants(t) now has calls that the running thread would not stop for,
//     it is made to. Polls coalesce.
//  5. SyscallEntry is called for each call whose entry or exit some engine
//     wants (Wants), SyscallExit where its Verdict asked for it, and both may be
//     for other calls. A thread that was caught inside a call has no entry. Where the
//     end of a call will not be seen, EndUnseen says so. Arguments, number and
//     result are those in the registers.
//  6. UserMode is called whenever a Verdict asked for it by Pass, at the
//     thread's next arrival at the border to user mode, before signals.
//  7. Signals are reported when dequeued, never SIGKILL.
//  8. Exit is called while memory and registers are alive, Death when the
//     status is known and not yet collected, Reaped when it is. The thread
//     that vanishes without a status gets all three.
//  9. A thread killed while it stays stopped is noticed without being polled.
//  10. At an exec that changes the thread id, Rename is called first.
type Host interface {
	// Poll arranges duty 4. Any goroutine; never blocks.
	Poll(t *Task)
	// Run runs fn on t's owner, soon, in order with Poll, and reports false if
	// the owner is gone. Any goroutine; never blocks.
	Run(t *Task, fn func()) bool
	// OnOwner tells whether the caller runs on t's owner, and whether it runs
	// on any owner of this host.
	OnOwner(t *Task) (same, any bool)
	// CanStep returns nil or EOPNOTSUPP. Any goroutine.
	CanStep(block bool) error

	// Start starts cmd under tracing. setup is called on the owner, once, with
	// the first task, before the execve of cmd's program is issued.
	Start(cmd *exec.Cmd, setup func(*Task) error) (*Process, error)
	// Attach seizes all threads of process pid; setup is called on the owner
	// for each, unless it was born to a thread that was set up already.
	Attach(ctx context.Context, pid int, setup func(*Task) error) (*Process, error)
	// Detach lets all threads of p go, running and undisturbed.
	Detach(ctx context.Context, p *Process) error
	// Signal sends sig to the process.
	Signal(p *Process, sig int) error
	// Close lets everything go and ends the owners.
	Close(ctx context.Context) error

	// Regs returns the registers of a stopped task, read when first asked for
	// and valid until the thread runs. Owner.
	Regs(t *Task) (*arch.Regs, error)
	// DirtyRegs says that the registers returned by Regs were changed. Owner.
	DirtyRegs(t *Task)
	// SetCall changes the number and the arguments in the registers: at a system
	// call's entry, of what is made; at its exit, of what the program finds.
	// SetResult changes the result there. Owner.
	SetCall(t *Task, id arch.ID, nr int, args *[6]uint64)
	SetResult(t *Task, id arch.ID, v int64)
	// ReadMem and WriteMem access the memory of a task; they return what was
	// transferred before the first bad page, and EFAULT, EIO or ESRCH. Any
	// goroutine.
	ReadMem(t *Task, p []byte, addr uint64) (int, error)
	WriteMem(t *Task, p []byte, addr uint64) (int, error)
	// Call makes the stopped thread execute one system call of the host's
	// native architecture and returns its raw result. Owner; allowed at
	// syscall entry, exit and the pass before user mode, else EBUSY.
	Call(t *Task, nr int, args [6]uint64) (int64, error)
	// Scratch lends n bytes in the memory of the task until the call that it
	// is in has been left. Owner.
	Scratch(t *Task, n int) (uint64, error)
	// Disposition returns what the process would do with sig: SigDfl, SigIgn,
	// or SigHandler where the address is not known. Owner.
	Disposition(t *Task, sig int) (SigAction, error)
	// Action is Disposition with the handler's address and flags, for which the
	// thread may be made to call. Owner.
	Action(t *Task, sig int) (SigAction, error)
	// Blocked reports whether the thread blocks sig. Owner.
	Blocked(t *Task, sig int) bool
	// Queue puts a signal into the thread's private queue. Owner.
	Queue(t *Task, info *Siginfo) error
}

// Mover is a Host on which SIGKILL takes a thread out of a stop while its owner
// is busy, so that no hook has said so yet: Examine asks for it when fn has
// returned (S115).
type Mover interface {
	// Moved reports whether a thread that a Verdict left stopped has left that
	// stop. Owner.
	Moved(t *Task) bool
}

// Debugger is a Host that can look into a thread and let it go on as ptrace(2)
// can: what an engine that offers ptrace to the program needs beyond registers
// and memory.
type Debugger interface {
	// Inspect makes a request of ptrace(2) that reads or changes the state of
	// the stopped thread, by number: one that does not resume it, let it go, or
	// concern the tracing itself. addr is the request's third argument; data is
	// where its fourth points (for the regset requests, what the iovec there
	// describes), and the result the request's, or the bytes transferred. EIO:
	// not such a request. Owner.
	Inspect(t *Task, request int, addr uint64, data []byte) (int64, error)
	// LeaveJobStop makes a thread in a job-control stop one that Continue is
	// called for, though the stop of its process stands. Owner.
	LeaveJobStop(t *Task) error
}

// Verdict is what a hook answers: what the host does with the stopped thread.
// The zero Verdict lets it run on as if nobody had looked.
type Verdict struct {
	// Stay: the thread stays stopped; Continue will give the next verdict.
	// Everything else is then meaningless.
	Stay bool
	// Skip: at a syscall entry, do not make the call.
	Skip bool
	// ExitStop: SyscallExit must be called at this call's end.
	ExitStop bool
	// Pass: UserMode must be called before the thread enters user mode (after
	// SyscallExit, which includes it, it need not be called again).
	Pass bool
	// Interrupt: break the call that is about to run or running, as a signal
	// does.
	Interrupt bool
	// SignalPath: for its engines the thread is in the kernel's signal path, since
	// an Interrupt brought it here or one held it. If their registers show a
	// restart code, the call is to be made again, as that path does.
	SignalPath bool
	// Step arms stepping for the time in user mode: SingleStep, BlockStep, or
	// anything else for none.
	Step Action
	// Deliver, if not nil, is a signal to deliver now, acted on as Force says.
	Deliver *Siginfo
	// Force replaces the disposition: 0, or SignalTerm, SignalCore,
	// SignalStop, SignalTstp.
	Force Action
	// Handler: after the frame of Deliver's handler is built, call
	// HandlerReady before its first instruction.
	Handler bool
	// ExitCode, at the entry of exit or exit_group, is the new code, if
	// ChangeExit.
	ExitCode   int
	ChangeExit bool
}

// Hooks is what a host calls when a thread stops. A hook never blocks: that a
// thread must stay stopped is a state of the task, and its answer says so.
// Every method is called on the task's owner.
type Hooks struct{ tr *Tracer }

// NewTracer makes the core over a host. bind is given the hooks to call before
// NewTracer returns.
func NewTracer(h Host, bind func(*Hooks)) *Tracer {
	tr := &Tracer{host: h, tasks: map[int]*Task{}, procs: map[int]*Process{}}
	bind(&Hooks{tr})
	return tr
}

// TaskInfo describes a new task to NewTask.
type TaskInfo struct {
	TID, TGID int
	// Parent is the task that cloned it, nil if it was attached or started.
	Parent *Task
	// CloneFlags are clone's, when Parent is not nil.
	CloneFlags uint64
	// Former is a task that the same thread has had, of which it will be let go
	// at once: the new one is of another Process.
	Former *Task
	// Private is the host's own record of the thread.
	Private any
}

// Private returns what the host gave to NewTask. Any goroutine.
func (h *Hooks) Private(t *Task) any { return t.private }
