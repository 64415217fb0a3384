package linux

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// A thread whose stops follow each other closely keeps its narrow affinity from one
// to the next (see placement): to narrow it and to widen it are four calls, and one
// that sleeps in a call is woken by another on its owner's CPU, where its next stop is.
// It gets its own affinity back when that may be seen (see mayNarrow), when its
// owner goes over to free, or when it has not stopped for keepTime: it has come
// to something that takes time, which the other CPUs may do.
type kept struct {
	mu      sync.Mutex
	threads map[*thread]struct{}
	some    chan struct{} // of size 1: there are threads
	begin   sync.Once     // of watch
}

// keeping is a thread's part of it.
type keeping struct {
	soon  bool         // it is thought to stop again soon
	stops int          // placement.stops at its last stop
	from  stop         // which that was
	since atomic.Int64 // its last stop, by clock
	cpu   atomic.Int32 // that it is kept on, plus one; 0: it is not
	was   unix.CPUSet  // its own affinity meanwhile; kept.mu guards it
}

const (
	keepTime = time.Millisecond
	// soonTime is how long a thread may be in user mode between two stops that
	// follow each other closely, and waitTime what it may wait for each other thread.
	soonTime = 100 * time.Microsecond
	waitTime = 20 * time.Microsecond
)

// pace is told of the stop from which the thread is resumed. If it came from user mode,
// and soon, it is thought that the next will too.
func (k *keeping) pace(p *placement, from stop) {
	if from == atEntry || from == atSeccomp && k.from != atEntry {
		// Its owner may have been busy with the others, with each once in a call.
		others := min(p.stops-k.stops, 2*int(p.o.tracees.Load()))
		k.soon = p.last-time.Duration(k.since.Load()) < soonTime+time.Duration(others)*waitTime
	}
	k.since.Store(int64(p.last))
	k.stops, k.from = p.stops, from
}

// on returns the CPU that the thread is kept on, or -1.
func (k *keeping) on() int { return int(k.cpu.Load()) - 1 }

// keep keeps a thread as narrow as it is. cpus.narrow is read-locked.
func (p *placement) keep(th *thread) {
	k := &p.cpus.kept
	k.begin.Do(func() {
		k.threads, k.some = map[*thread]struct{}{}, make(chan struct{}, 1)
		go k.watch(p.o.h.done)
	})
	k.mu.Lock()
	defer k.mu.Unlock()
	k.threads[th] = struct{}{}
	th.keeping.was = p.was
	th.keeping.cpu.Store(int32(p.cpu + 1))
	select {
	case k.some <- struct{}{}:
	default:
	}
}

// release gives a thread its own affinity back.
func (k *kept) release(th *thread) {
	if th.keeping.on() < 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop(th)
}

// drop is release with mu held.
func (k *kept) drop(th *thread) {
	cpu := th.keeping.on()
	if cpu < 0 {
		return
	}
	var only unix.CPUSet
	only.Set(cpu)
	restore(th.tid, &only, &th.keeping.was)
	k.forget(th) // now, not before: who finds it gone need not wait
}

func (k *kept) forget(th *thread) {
	delete(k.threads, th)
	th.keeping.cpu.Store(0)
}

// buried is told that a thread is no more.
func (k *kept) buried(th *thread) {
	if th.keeping.on() < 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forget(th)
}

// widen drops the threads that are due, and says how many are left.
func (k *kept) widen(due func(*thread) bool) (left int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for th := range k.threads {
		if due(th) {
			k.drop(th)
		}
	}
	return len(k.threads)
}

// watch drops the threads that have not stopped for keepTime.
func (k *kept) watch(done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-k.some:
		}
		for left := 1; left > 0; {
			time.Sleep(keepTime)
			before := int64(clock() - keepTime)
			left = k.widen(func(th *thread) bool { return th.keeping.since.Load() < before })
		}
	}
}
