package utrace

import (
	"context"
	"os/exec"
	"sync"

	"golang.org/x/sys/unix"
)

// Tracer is the core over one host: the registry of all tasks that it holds.
// All methods are safe for concurrent use.
type Tracer struct {
	host Host

	// OnPanic, if set before the first Start or Attach, is told of panics in
	// callbacks; otherwise they are printed to standard error with their
	// stack. The engine concerned is detached either way.
	OnPanic func(e *Engine, value any, stack []byte)

	mu    sync.Mutex
	gen   uint64
	tasks map[int]*Task    // by current tid, dead tasks until reaped
	procs map[int]*Process // by tgid
}

// Start starts cmd's program as a traced process. setup is called with its
// first task before the execve of the program is issued, which is thus the
// first call that engines attached in setup see; if it fails the process is
// killed. Start returns when the execve has succeeded or failed (an
// *exec.Error or the errno: the command line's 126 and 127), or when an engine
// holds the task before that.
//
// The host reaps the process: use [Process.Wait], not cmd.Wait, which returns
// an error. cmd.Process is set. The process dies with the tracer.
func (tr *Tracer) Start(cmd *exec.Cmd, setup func(*Task) error) (*Process, error) {
	return tr.host.Start(cmd, setup)
}

// Attach attaches to a running process with all its threads, without stopping
// them. setup is called for each thread, with no promise where it is; threads
// that a set-up thread makes are left to its engines ([Engine.SetFollow]).
// When the tracer dies or closes, the process runs on.
func (tr *Tracer) Attach(ctx context.Context, pid int, setup func(*Task) error) (*Process, error) {
	return tr.host.Attach(ctx, pid, setup)
}

// Close detaches from every process that was attached to, kills those that
// were started and still run, and ends the tracer. A thread that cannot be
// stopped (a vfork wait, D state) is let go nevertheless; ctx bounds how long
// Close waits for those that can.
func (tr *Tracer) Close(ctx context.Context) error { return tr.host.Close(ctx) }

// Task returns the task with this thread id, or ESRCH.
func (tr *Tracer) Task(tid int) (*Task, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if t := tr.tasks[tid]; t != nil {
		return t, nil
	}
	return nil, errno("find task", unix.ESRCH)
}

// Tasks returns all tasks, in no order.
func (tr *Tracer) Tasks() []*Task {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	list := make([]*Task, 0, len(tr.tasks))
	for _, t := range tr.tasks {
		list = append(list, t)
	}
	return list
}

// Process is a thread group that the tracer holds.
type Process struct {
	tr  *Tracer
	pid int

	mu     sync.Mutex
	tasks  map[*Task]struct{} // not yet reaped
	leader *Task
	status unix.WaitStatus
	rusage unix.Rusage
	err    error
	done   chan struct{} // closed when the process has ended or was let go
	finish func() error  // what Wait does after done, once
	ferr   error
	once   sync.Once
	alone  bool // nobody has it to Wait for
}

// Pid returns the process id.
func (p *Process) Pid() int { return p.pid }

// Tasks returns the tasks of the process that are not yet reaped.
func (p *Process) Tasks() []*Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]*Task, 0, len(p.tasks))
	for t := range p.tasks {
		list = append(list, t)
	}
	return list
}

// Task returns the thread group's leader; after its death, the last known.
func (p *Process) Task() *Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.leader
}

// Wait waits for the end of the process and returns its wait status. For a
// process that was detached from it returns ESRCH: its status is its parent's
// affair. (Of a started one that is this program: its status is collected, and
// dropped, when it comes.)
func (p *Process) Wait(ctx context.Context) (unix.WaitStatus, error) {
	select {
	case <-p.done:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	p.mu.Lock()
	status, err := p.status, p.err
	p.mu.Unlock()
	if err != nil {
		return 0, err
	}
	p.once.Do(func() {
		if p.finish != nil {
			p.ferr = p.finish()
		}
	})
	return status, p.ferr
}

// Done is closed when the process has ended or was let go.
func (p *Process) Done() <-chan struct{} { return p.done }

// Rusage returns what the process used, as wait4(2) gives it; valid after Wait.
func (p *Process) Rusage() unix.Rusage {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rusage
}

// Signal sends a signal to the process.
func (p *Process) Signal(sig unix.Signal) error { return p.tr.host.Signal(p, int(sig)) }

// Detach lets all threads of the process go; their engines get no further
// callback but Reap. It returns when all are gone or ctx ends, in which case
// the threads that showed no stop are let go with their owner.
func (p *Process) Detach(ctx context.Context) error { return p.tr.host.Detach(ctx, p) }

// end marks the process as ended (err nil) or let go.
func (p *Process) end(status unix.WaitStatus, ru *unix.Rusage, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
		return
	default:
	}
	p.status, p.err = status, err
	if ru != nil {
		p.rusage = *ru
	}
	close(p.done)
	if (err != nil || p.alone) && p.finish != nil {
		go p.once.Do(func() { p.ferr = p.finish() })
	}
}

// succeed makes p, which is new and nobody's to wait for, the one that does what
// was to be done after former's end.
func (p *Process) succeed(former *Process) {
	former.mu.Lock()
	defer former.mu.Unlock()
	p.alone, p.finish, former.finish = true, former.finish, nil
}
