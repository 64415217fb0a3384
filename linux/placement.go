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
// woken, and what it was before as soon as it is. It is queued behind the owner
// by then, and runs where it is queued. Which way is faster is found out by
// trials.
type placement struct {
	cpus *cpus // nil: no placement
	o    *owner
	seen atomic.Int64 // last, for others
	way  way
	trials
	last time.Duration // when the last stop was, by clock
	own  unix.CPUSet   // the owner's affinity, but for what near makes of it
	cpu  int           // near's
	only unix.CPUSet   // that CPU alone

	was, now unix.CPUSet // of a thread that is being resumed
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

	narrow sync.RWMutex // read-locked while some thread's affinity is narrow
	asking int          // threads in a call that tells or sets an affinity
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
}

// idleTime is how long after its last stop an owner does nothing.
const idleTime = 50 * time.Millisecond

// rest gives up the CPU until the next trial.
func (p *placement) rest() {
	p.turn(free)
	p.trials = trials{}
}

// begin is called on the owner's OS thread.
func (p *placement) begin(c *cpus, o *owner) {
	p.o = o
	if c != nil && unix.SchedGetaffinity(0, &p.own) == nil && p.own.Count() > 1 {
		p.cpus = c
	}
}

// stopped is told of every stop, and when it was.
func (p *placement) stopped(now time.Duration) {
	if p.cpus == nil {
		return
	}
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
	cpu, ok := p.cpus.take(p)
	if !ok {
		return
	}
	p.only.Zero()
	p.only.Set(cpu)
	if unix.SchedSetaffinity(0, &p.only) != nil {
		p.cpus.release(cpu)
		return
	}
	p.way, p.cpu = near, cpu
}

// resume makes a request that lets a thread run which stopped at from.
func (p *placement) resume(th *thread, from stop, req uintptr, sig unix.Signal) {
	if p.cpus != nil {
		p.cpus.note(th, from)
	}
	if p.way == near && p.mayNarrow(th, from, req) {
		p.resumeNear(th, req, sig)
		return
	}
	sys.Resume(req, th.tid, sig)
}

func (p *placement) resumeNear(th *thread, req uintptr, sig unix.Signal) {
	p.cpus.narrow.RLock()
	defer p.cpus.narrow.RUnlock()
	done := p.cpus.asking == 0 && p.narrow(th)
	sys.Resume(req, th.tid, sig)
	// Whoever has changed it meanwhile is right.
	if done && unix.SchedGetaffinity(th.tid, &p.now) == nil && p.now == p.only {
		unix.SchedSetaffinity(th.tid, &p.was)
	}
}

// narrow makes near's CPU the thread's affinity, if it may run there.
func (p *placement) narrow(th *thread) bool {
	return unix.SchedGetaffinity(th.tid, &p.was) == nil && p.was.IsSet(p.cpu) && p.was != p.only &&
		unix.SchedSetaffinity(th.tid, &p.only) == nil
}
