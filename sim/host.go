package sim

import (
	"context"
	"os/exec"
	"sync"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// host is utrace.Host over a Kernel.
type host struct{ k *Kernel }

var _ utrace.Host = host{}

func (h host) thread(t *utrace.Task) *Thread { return h.k.hooks.Private(t).(*Thread) }

// Poll: the thread looks at the core's state wherever it wakes (duty 4).
func (h host) Poll(t *utrace.Task) { h.thread(t).ring() }

func (h host) Run(t *utrace.Task, fn func()) bool { return h.thread(t).post(fn) }

func (h host) OnOwner(t *utrace.Task) (same, any bool) {
	tid := unix.Gettid()
	_, any = h.k.owners.Load(tid)
	return any && h.thread(t).osTid.Load() == int64(tid), any
}

func (h host) CanStep(bool) error {
	if h.k.opts.NoStep {
		return unix.EOPNOTSUPP
	}
	return nil
}

// Start runs cmd.Path, one of Options.Programs; of cmd nothing else counts.
func (h host) Start(cmd *exec.Cmd, setup func(*utrace.Task) error) (*utrace.Process, error) {
	k := h.k
	k.mu.Lock()
	th := k.newThread(nil, nil)
	th.proc.started = true
	k.mu.Unlock()
	type started struct {
		p   *utrace.Process
		err error
	}
	result := make(chan started, 1)
	k.start(th, func() {
		t := k.hooks.NewTask(utrace.TaskInfo{TID: th.TID(), TGID: th.PID(), Private: th})
		th.task.Store(t)
		var once sync.Once
		th.started = func(err error) {
			once.Do(func() { result <- started{t.Process(), err} })
		}
		if err := setup(t); err != nil {
			th.started(err)
			th.die(unix.WaitStatus(unix.SIGKILL))
		}
		r := th.Syscall(unix.SYS_EXECVE, th.Memory().AllocString(cmd.Path))
		th.started(unix.Errno(-r))
		th.Syscall(unix.SYS_EXIT_GROUP, 127)
	}, nil)
	s := <-result
	if s.err != nil {
		return nil, &exec.Error{Name: cmd.Path, Err: s.err}
	}
	return s.p, nil
}

// Attach seizes each thread at the next point where it serves requests, which
// a sleeping one does without waking.
func (h host) Attach(ctx context.Context, pid int, setup func(*utrace.Task) error) (*utrace.Process, error) {
	k := h.k
	var mu sync.Mutex
	var proc *utrace.Process
	for seen := map[*Thread]bool{}; ; {
		k.mu.Lock()
		p := k.procs[pid]
		if p == nil {
			k.mu.Unlock()
			return nil, &utrace.Error{Op: "attach", Err: unix.ESRCH}
		}
		var list []*Thread
		for th := range p.threads {
			if !seen[th] {
				list = append(list, th)
			}
		}
		k.mu.Unlock()
		if list == nil {
			break
		}
		done := make(chan error, len(list))
		for _, th := range list {
			seen[th] = true
			if !th.post(func() {
				if th.task.Load() != nil {
					done <- nil // born to a thread that is set up
					return
				}
				t := k.hooks.NewTask(utrace.TaskInfo{TID: th.TID(), TGID: pid, Private: th})
				th.task.Store(t)
				mu.Lock()
				proc = t.Process()
				mu.Unlock()
				done <- setup(t)
			}) {
				done <- nil
			}
		}
		for range list {
			select {
			case err := <-done:
				if err != nil {
					return nil, err
				}
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	}
	if proc == nil {
		return nil, &utrace.Error{Op: "attach", Err: unix.ESRCH}
	}
	return proc, nil
}

// Detach lets the threads go, from their stops too.
func (h host) Detach(ctx context.Context, p *utrace.Process) error {
	tasks := p.Tasks()
	done := make(chan struct{}, len(tasks))
	for _, t := range tasks {
		th := h.thread(t)
		if !th.post(func() {
			if th.task.Load() == t {
				h.k.hooks.LetGo(t)
				th.task.Store(nil)
				th.step, th.pass = utrace.Stop, false
			}
			done <- struct{}{}
		}) {
			done <- struct{}{}
		}
	}
	for range tasks {
		select {
		case <-done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (h host) Signal(p *utrace.Process, sig int) error { return h.k.Kill(p.Pid(), sig) }

// Close kills what was started, lets go what was attached to, and waits for the
// owners of the former.
func (h host) Close(ctx context.Context) error {
	seen := map[*utrace.Process]bool{}
	var err error
	for _, t := range h.k.tracer.Tasks() {
		p, th := t.Process(), h.thread(t)
		if seen[p] {
			continue
		}
		seen[p] = true
		h.k.mu.Lock()
		started := th.proc.started
		h.k.mu.Unlock()
		if started {
			h.k.Kill(p.Pid(), int(unix.SIGKILL))
			continue
		}
		if e := p.Detach(ctx); e != nil {
			err = e
		}
	}
	return err
}

func (h host) Regs(t *utrace.Task) (*arch.Regs, error) { return &h.thread(t).regs, nil }

func (h host) DirtyRegs(*utrace.Task) {}

func (h host) SetCall(t *utrace.Task, id arch.ID, nr int, args *[6]uint64) {
	regs := &h.thread(t).regs
	regs.SetNr(nr)
	regs.SetArgs(id, *args)
}

func (h host) SetResult(t *utrace.Task, id arch.ID, v int64) { h.thread(t).regs.SetResult(id, v) }

func (h host) ReadMem(t *utrace.Task, p []byte, addr uint64) (int, error) {
	return h.thread(t).Memory().Read(p, addr)
}

func (h host) WriteMem(t *utrace.Task, p []byte, addr uint64) (int, error) {
	return h.thread(t).Memory().Write(p, addr)
}

// Call makes a call out of turn; those that end or multiply the thread, or
// leave a handler, cannot be made so.
func (h host) Call(t *utrace.Task, nr int, args [6]uint64) (int64, error) {
	switch nr {
	case unix.SYS_EXIT, unix.SYS_EXIT_GROUP, unix.SYS_EXECVE, unix.SYS_RT_SIGRETURN,
		unix.SYS_CLONE, unix.SYS_FORK, unix.SYS_VFORK:
		return 0, unix.EOPNOTSUPP
	}
	return h.thread(t).call(nr, args), nil
}

// Scratch maps memory afresh each time; nobody else uses it, so it need not be
// given back.
func (h host) Scratch(t *utrace.Task, n int) (uint64, error) {
	return h.thread(t).Memory().Alloc(n), nil
}

func (h host) Disposition(t *utrace.Task, sig int) (utrace.SigAction, error) {
	th := h.thread(t)
	if sig < 1 || sig > 64 {
		return utrace.SigAction{}, unix.EINVAL
	}
	h.k.mu.Lock()
	defer h.k.mu.Unlock()
	return th.proc.actions.of[sig].SigAction, nil
}

func (h host) Action(t *utrace.Task, sig int) (utrace.SigAction, error) {
	return h.Disposition(t, sig)
}

func (h host) Blocked(t *utrace.Task, sig int) bool {
	th := h.thread(t)
	h.k.mu.Lock()
	defer h.k.mu.Unlock()
	return th.mask&bit(sig) != 0
}

// Queue puts the signal first, where one that was pushed back belongs.
func (h host) Queue(t *utrace.Task, info *utrace.Siginfo) error {
	th := h.thread(t)
	h.k.mu.Lock()
	defer h.k.mu.Unlock()
	th.pending = append([]utrace.Siginfo{*info}, th.pending...)
	return nil
}
