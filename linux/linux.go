package linux

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// Options configure a tracer. The zero value is right.
type Options struct {
	// MaxTracees is how many threads one owner takes before another is started;
	// 0 means 64. The kernel's wait is linear in them. What an attached process
	// makes later stays with its parent's owner nevertheless.
	MaxTracees int
	// NoPlacement leaves it to the scheduler where owners and their threads
	// run, and gives all threads to one owner until it has its fill.
	NoPlacement bool
	// Filter says how started programs are stopped at their calls.
	Filter Filter
}

// Open makes a tracer on real threads. It sets SA_NOCLDSTOP on the process's
// SIGCHLD action, without which Go's handler would run at every stop.
func Open(o Options) (*utrace.Tracer, error) {
	_, tr, err := open(o)
	return tr, err
}

func open(o Options) (*host, *utrace.Tracer, error) {
	if o.MaxTracees == 0 {
		o.MaxTracees = 64
	}
	if err := sys.NoCldStop(); err != nil {
		return nil, nil, err
	}
	h := &host{opts: o, groups: map[int]*group{}, done: make(chan struct{})}
	h.filters = sync.OnceValue(func() int { return countFilters(os.Getpid()) })
	var own unix.CPUSet
	if !o.NoPlacement && unix.SchedGetaffinity(0, &own) == nil && own.Count() > 1 {
		h.cpus, h.maxOwners = &cpus{}, own.Count()
	}
	tr := utrace.NewTracer(h, func(hooks *utrace.Hooks) { h.hooks = hooks })
	return h, tr, nil
}

// host is the Linux host.
type host struct {
	opts  Options
	hooks *utrace.Hooks
	cpus  *cpus // nil: no placement

	filters   func() int // seccomp filters that we are under ourselves, -1: not known
	maxOwners int        // for the sake of balance; more for those who have their fill

	mu     sync.Mutex
	closed bool
	owners []*owner // live ones
	groups map[int]*group

	selves atomic.Pointer[map[uintptr]*owner] // live owners by goroutine
	holds  atomic.Int32                       // zombies held anywhere
	watch  sync.Once                          // begins watchDeaths
	done   chan struct{}                      // closed by Close: ends it
	ended  sync.Once
}

var errClosed = errors.New("utrace: tracer is closed")

// group is what the host knows of a process, whichever owners have its threads.
type group struct {
	pid        int
	home       *owner      // of its leader
	parent     *group      // that made it
	killed     atomic.Bool // started by us: dies with us
	leaving    atomic.Bool // being detached from
	live       atomic.Int32
	stopped    atomic.Int32 // threads in a group-stop
	seccomp    atomic.Uint32
	files      atomic.Bool // its descriptors may be those of another process too
	synced     atomic.Bool // the program has put a filter onto all its threads (TSYNC)
	noNewPrivs atomic.Bool // and with it no_new_privs
	wide       atomic.Pointer[widening]
	left       chan struct{} // Detach: closed when no thread is held any more
	all        map[*thread]struct{}
	after      *group // while it is being detached from: has those that must stay traced; see disown
}

func (h *host) group(pid int) *group {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.groups[pid]
	if g == nil {
		g = &group{pid: pid, all: map[*thread]struct{}{}}
		h.groups[pid] = g
	}
	return g
}

// join and leave keep the list of a group's threads.
func (h *host) join(th *thread) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if g := h.groups[th.group.pid]; g == nil {
		h.groups[th.group.pid] = th.group // it had lost its last thread
	} else {
		th.group = g
	}
	th.group.live.Add(1)
	th.group.all[th] = struct{}{}
}

// drop forgets a group that has got no thread: its id may be used again.
func (h *host) drop(g *group) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(g.all) == 0 && h.groups[g.pid] == g {
		delete(h.groups, g.pid)
	}
}

func (h *host) leave(th *thread) {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := th.group
	if _, ok := g.all[th]; !ok {
		return
	}
	delete(g.all, th)
	if len(g.all) == 0 {
		if h.groups[g.pid] == g {
			delete(h.groups, g.pid)
		}
		if g.left != nil {
			close(g.left)
			g.left = nil
		}
	}
}

// find returns the group's thread with that id, whoever owns it.
func (h *host) find(g *group, tid int) *thread {
	h.mu.Lock()
	defer h.mu.Unlock()
	for th := range g.all {
		if th.tid == tid {
			return th
		}
	}
	return nil
}

// others reports whether the group has threads beside th.
func (h *host) others(th *thread) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(th.group.all) > 1
}

func (h *host) thread(t *utrace.Task) *thread { return h.hooks.Private(t).(*thread) }

// OnOwner compares goroutines: an owner is one.
func (h *host) OnOwner(t *utrace.Task) (same, any bool) {
	if o := h.thread(t).home.Load(); o.current() {
		return true, true
	}
	return false, h.current() != nil
}

func (h *host) current() *owner {
	if m := h.selves.Load(); m != nil {
		return (*m)[sys.Goroutine()]
	}
	return nil
}

func (h *host) Poll(t *utrace.Task) {
	th := h.thread(t)
	if !th.polled.Swap(true) {
		th.post(nil)
	}
}

func (h *host) Run(t *utrace.Task, fn func()) bool {
	return h.thread(t).post(fn)
}

// CanStep: every machine that this package is built for single-steps; where a
// block step is not to be had a single step is what is armed (semantics 3).
func (h *host) CanStep(bool) error { return nil }

func (h *host) Signal(p *utrace.Process, sig int) error {
	select {
	case <-p.Done():
		return unix.ESRCH
	default:
	}
	if e := sys.Kill(p.Pid(), unix.Signal(sig)); e != 0 {
		return e
	}
	return nil
}

func (h *host) Regs(t *utrace.Task) (*arch.Regs, error) { return h.thread(t).loadRegs() }

func (h *host) DirtyRegs(t *utrace.Task) { h.thread(t).dirty = true }

func (h *host) SetCall(t *utrace.Task, id arch.ID, nr int, args *[6]uint64) {
	h.thread(t).setCall(id, nr, args)
}

func (h *host) SetResult(t *utrace.Task, id arch.ID, v int64) { h.thread(t).setResult(id, v) }

// Close detaches from what was attached to, kills what was started, and ends
// the owners.
func (h *host) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	var killed []<-chan struct{}
	for _, g := range h.groups {
		if g.killed.Load() {
			sys.Kill(g.pid, unix.SIGKILL)
			killed = append(killed, g.gone())
		}
	}
	var owners []*owner
	if len(h.groups) > 0 {
		owners = append(owners, h.owners...)
	}
	h.mu.Unlock()
	for _, o := range owners {
		o.post(request{fn: o.letDie})
	}
	err := h.detachAll(ctx)
	for _, gone := range killed {
		select {
		case <-gone:
		case <-ctx.Done():
		}
	}
	h.mu.Lock()
	owners = append(owners[:0], h.owners...)
	h.mu.Unlock()
	for _, o := range owners {
		o.post(request{fn: func() { o.quit = true }})
	}
	for _, o := range owners {
		<-o.ended
	}
	h.ended.Do(func() { close(h.done) })
	return err
}

// detachAll detaches from all attached processes, and those that they have made
// meanwhile.
func (h *host) detachAll(ctx context.Context) (err error) {
	tried := map[*utrace.Process]bool{}
	for {
		var next *utrace.Process
		h.mu.Lock()
		for _, g := range h.groups {
			if p := g.process(); p != nil && !g.killed.Load() && !tried[p] {
				next = p
				break
			}
		}
		h.mu.Unlock()
		if next == nil {
			return err
		}
		tried[next] = true
		err = errors.Join(err, h.Detach(ctx, next))
	}
}

// letDie lets those go that an engine holds on their way out; the tracer is
// about to close.
func (o *owner) letDie() {
	for _, th := range o.threads {
		switch {
		case th.zombie:
			o.reap(th)
		case th.held && th.at == atDeath:
			o.toDeath(th)
		}
	}
}

// gone returns a channel that is closed when no thread of the group is held
// any more. h.mu is held.
func (g *group) gone() <-chan struct{} {
	if g.left == nil {
		g.left = make(chan struct{})
	}
	return g.left
}

// process returns the group's process, if one of its threads is known to the
// core. h.mu is held.
func (g *group) process() *utrace.Process {
	for th := range g.all {
		if th.task != nil {
			return th.task.Process()
		}
	}
	return nil
}

// Moved reports whether a thread that was left stopped has left its stop since,
// as SIGKILL alone can make it.
func (h *host) Moved(t *utrace.Task) bool {
	th := h.thread(t)
	if !th.listening {
		if _, e := sys.GetEventMsg(th.tid); e == unix.ESRCH {
			return true
		}
	}
	var si sys.Siginfo
	e := sys.WaitidNoHang(unix.P_PID, th.tid, &si, peekOptions, nil)
	return e != 0 || si.Pid() != 0
}
