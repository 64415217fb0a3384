package linux

import (
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// placement keeps an owner and the threads that it resumes on one CPU, where
// that is faster. A thread that stops and its tracer take turns, but what the
// scheduler sees is a thread to be woken and another CPU that is idle: each
// turn becomes a wake-up across CPUs, which costs more than all the rest of a
// stop, under virtualization many times as much.
//
// So there are two ways to resume a thread. Free: as it comes. Near: the owner
// stays on one CPU, and the thread's affinity is that CPU alone while it is
// woken, and what it was before as soon as it is, unless it is to stop again
// soon (keep.go). It is queued behind the owner by then, and runs where it is
// queued. Which way is faster is found out by trials.
type placement struct {
	cpus *cpus // nil: no placement
	o    *owner
	seen atomic.Int64 // last, for others
	way  way
	trials
	last   time.Duration // when the last stop was, by clock
	stops  int           // so far
	denied int           // stops that are to go by before it asks for a CPU again
	own    unix.CPUSet   // the owner's affinity, but for what near makes of it
	cpu    int           // near's
	only   unix.CPUSet   // that CPU alone

	was unix.CPUSet // the affinity of a thread that is being resumed
}

// way is how threads are resumed.
type way uint8

const (
	free way = iota
	near
)

// cpus says which owners have taken which CPUs for near: two owners on one would
// stand in each other's way.
type cpus struct {
	mu    sync.Mutex
	taken [maxCPUs]*placement
	near  atomic.Int32 // how many have

	narrow sync.RWMutex // read-locked while some thread's affinity is made narrow
	asking int          // threads in a call that tells or sets an affinity
	kept   kept
}

// take claims the CPU that the caller runs on, or else another one that p may run
// on. An owner that has one and does nothing gives it up, for the next time.
func (c *cpus) take(p *placement) (cpu int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	here := sys.Getcpu()
	for i := range maxCPUs {
		cpu := (here + i) % maxCPUs
		holder := c.taken[cpu]
		switch {
		case !p.own.IsSet(cpu):
		case holder == nil:
			c.taken[cpu] = p
			c.near.Add(1)
			return cpu, true
		case p.last-time.Duration(holder.seen.Load()) > idleTime:
			holder.o.post(request{fn: holder.rest})
		}
	}
	return 0, false
}

// maxCPUs is how many fit a CPUSet.
const maxCPUs = len(unix.CPUSet{}) * bits.UintSize

func (c *cpus) release(cpu int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken[cpu] = nil
	c.near.Add(-1)
}

// idleTime is how long after its last stop an owner does nothing.
const idleTime = 10 * time.Millisecond

// rest gives up the CPU until the next trial.
func (p *placement) rest() {
	p.turn(free)
	p.again()
}

// begin is called on the owner's OS thread.
func (p *placement) begin(c *cpus, o *owner) {
	p.o = o
	if c != nil && unix.SchedGetaffinity(0, &p.own) == nil && p.own.Count() > 1 {
		p.cpus = c
		p.again()
	}
}

// again begins with the trials. Threads that were attached to are not made narrow.
func (p *placement) again() {
	best := near
	if p.o.attached {
		best = free
	}
	p.trials = newTrials(best)
}

// stopped is told of every stop, and when it was.
func (p *placement) stopped(now time.Duration) {
	if p.cpus == nil {
		return
	}
	p.stops++
	p.turn(p.stop(now - p.last))
	p.last = now
	p.seen.Store(int64(now))
}

// turn changes the way, if a CPU is to be had for near.
func (p *placement) turn(to way) {
	if p.cpus == nil || to == p.way {
		return
	}
	if to == free {
		unix.SchedSetaffinity(0, &p.own)
		p.cpus.release(p.cpu)
		p.way = free
		return
	}
	if p.denied > 0 {
		p.denied--
		return
	}
	cpu, ok := p.cpus.take(p)
	if !ok {
		p.denied = shortWindow // whoever has one may have given it up by then
		return
	}
	p.only.Zero()
	p.only.Set(cpu)
	if unix.SchedSetaffinity(0, &p.only) != nil {
		p.denied = shortWindow
		p.cpus.release(cpu)
		return
	}
	p.way, p.cpu = near, cpu
}

// resume makes a request that lets a thread run which stopped at from, and is about
// to do u.
func (p *placement) resume(th *thread, from stop, u use, req uintptr, sig unix.Signal) {
	if p.cpus == nil {
		sys.Resume(req, th.tid, sig)
		return
	}
	p.cpus.note(th, u)
	th.keeping.pace(p, from)
	switch {
	case p.way == free || !th.mayNarrow(u, req):
		p.cpus.kept.release(th)
		sys.Resume(req, th.tid, sig)
	case th.keeping.soon && th.keeping.on() == p.cpu:
		sys.Resume(req, th.tid, sig)
	default:
		p.resumeNear(th, req, sig)
	}
}

func (p *placement) resumeNear(th *thread, req uintptr, sig unix.Signal) {
	c := p.cpus
	c.kept.release(th)
	c.narrow.RLock()
	defer c.narrow.RUnlock()
	done := c.asking == 0 && p.narrow(th)
	sys.Resume(req, th.tid, sig)
	switch {
	case !done:
	case th.keeping.soon:
		p.keep(th)
	default:
		restore(th.tid, &p.only, &p.was)
	}
}

// restore gives a thread back its affinity, if it is still the narrow one: whoever
// has changed it meanwhile is right.
func restore(tid int, only, was *unix.CPUSet) {
	var now unix.CPUSet
	if unix.SchedGetaffinity(tid, &now) == nil && now == *only {
		unix.SchedSetaffinity(tid, was)
	}
}

// narrow makes near's CPU the thread's affinity, if it may run there.
func (p *placement) narrow(th *thread) bool {
	return unix.SchedGetaffinity(th.tid, &p.was) == nil && p.was.IsSet(p.cpu) && p.was != p.only &&
		unix.SchedSetaffinity(th.tid, &p.only) == nil
}
