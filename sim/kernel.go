package sim

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// Program is what a simulated process executes. To return is to exit with 0.
type Program func(th *Thread)

// Options for Open. The zero value is a machine without programs.
type Options struct {
	// Programs are the executable files, by path.
	Programs map[string]Program
	// Lookup, if not nil, finds those that are not in Programs; nil for none.
	// Any goroutine.
	Lookup func(path string) Program
	// NoStep makes a machine that cannot step.
	NoStep bool
}

// Kernel is one simulated machine with a tracer on it. Its methods may be
// called from any goroutine.
type Kernel struct {
	opts   Options
	hooks  *utrace.Hooks
	tracer *utrace.Tracer
	owners sync.Map // OS thread id of each simulated thread
	wg     sync.WaitGroup

	mu      sync.Mutex
	nextID  int
	procs   map[int]*Proc
	threads map[int]*Thread
}

// Open makes a machine. Close its Tracer to end all that runs on it.
func Open(opts Options) *Kernel {
	k := &Kernel{opts: opts, nextID: 100, procs: map[int]*Proc{}, threads: map[int]*Thread{}}
	k.tracer = utrace.NewTracer(host{k}, func(h *utrace.Hooks) { k.hooks = h })
	return k
}

// Tracer returns the tracer over this machine.
func (k *Kernel) Tracer() *utrace.Tracer { return k.tracer }

// Proc is a simulated process. Its fields are guarded by Kernel.mu.
type Proc struct {
	k       *Kernel
	pid     int
	parent  *Proc
	mem     *Memory
	threads map[*Thread]struct{} // not yet reaped
	live    int                  // not yet dead
	actions *actions
	pending []utrace.Siginfo

	stopped  bool // a job-control stop is in force
	stopTold bool // and the parent knows
	contToll bool // the next thread to leave it tells the parent
	exiting  bool // by exit_group or a fatal signal
	code     unix.WaitStatus
	execer   *Thread // who execs and waits for the others to be gone
	started  bool    // by Start: dies with the tracer
	children map[*Proc]struct{}
	zombies  []*Proc
	pipe     *pipe
	told     bool // the parent knows of the death
}

// pipe is the one pipe that a process and its children may have.
type pipe struct{ bytes int }

// newThread makes a thread of p, or of a new process if p is nil. k.mu is held.
func (k *Kernel) newThread(p, parent *Proc) *Thread {
	id := k.nextID
	k.nextID++
	if p == nil {
		p = &Proc{
			k: k, pid: id, parent: parent, mem: newMemory(), actions: &actions{},
			threads: map[*Thread]struct{}{}, children: map[*Proc]struct{}{},
		}
		k.procs[id] = p
		if parent != nil {
			parent.children[p] = struct{}{}
		}
	}
	th := &Thread{k: k, proc: p, bell: make(chan struct{}, 1), nextPC: 0x400000}
	th.tid.Store(int64(id))
	th.regs.SetNr(arch.NoCall)
	p.threads[th] = struct{}{}
	p.live++
	k.threads[id] = th
	return th
}

// start lets the thread run: first once, then program.
func (k *Kernel) start(th *Thread, first func(), program Program) {
	k.wg.Add(1)
	go func() {
		defer k.wg.Done()
		// Never unlocked: the OS thread ends with the goroutine, so that its
		// id names this owner alone for as long as it is one.
		runtime.LockOSThread()
		tid := unix.Gettid()
		th.osTid.Store(int64(tid))
		k.owners.Store(tid, nil)
		defer k.owners.Delete(tid)
		defer th.close()
		th.run(first, program)
	}()
}

func (k *Kernel) program(path string) Program {
	if p := k.opts.Programs[path]; p != nil || k.opts.Lookup == nil {
		return p
	}
	return k.opts.Lookup(path)
}

// Spawn starts a process that nobody traces and returns its id, or ENOENT.
func (k *Kernel) Spawn(path string) (pid int, err error) {
	program := k.program(path)
	if program == nil {
		return 0, unix.ENOENT
	}
	k.mu.Lock()
	th := k.newThread(nil, nil)
	k.mu.Unlock()
	k.start(th, func() {}, program)
	return th.proc.pid, nil
}

// Threads returns the ids of a process's threads, dead ones too until reaped.
func (k *Kernel) Threads(pid int) []int {
	k.mu.Lock()
	defer k.mu.Unlock()
	var ids []int
	if p := k.procs[pid]; p != nil {
		for th := range p.threads {
			ids = append(ids, th.TID())
		}
	}
	return ids
}

// Asleep reports whether the thread sleeps in a system call, and not before it
// has seen all that was asked of it or sent to it until now.
func (k *Kernel) Asleep(tid int) bool {
	k.mu.Lock()
	th := k.threads[tid]
	k.mu.Unlock()
	if th == nil {
		return false
	}
	dozed := th.dozed.Load()
	return dozed == th.rung.Load()+1
}

// Wait waits until every simulated thread has ended.
func (k *Kernel) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() { k.wg.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// groupExit makes every thread of p die with code; but is not told. k.mu is
// held.
func (p *Proc) groupExit(code unix.WaitStatus, but *Thread) {
	if !p.exiting {
		p.exiting, p.code = true, code
	}
	p.stopped = false
	for th := range p.threads {
		if th != but {
			th.sigkill.Store(true)
			th.ring()
		}
	}
}

// ringAll wakes every thread of p to look again at what it waits for.
func (p *Proc) ringAll() {
	for th := range p.threads {
		th.ring()
	}
}
