package linux

import (
	"errors"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"utrace/internal/procfs"
	"utrace/internal/sys"
)

// owner is one OS thread that traces. Everything about its threads happens on
// it, in loop; others post requests and ring its doorbell.
type owner struct {
	h        *host
	tid      int
	self     atomic.Uintptr // its goroutine, while it lives
	doorbell int
	rung     atomic.Bool
	place    placement
	yielded  time.Duration // when it did last, by clock

	mu       sync.Mutex
	queue    []request
	over     bool // no more posts
	tracees  atomic.Int32
	procs    atomic.Int32 // processes whose leader it has
	attached bool         // for one Attach alone: may be ended to release its threads

	// The loop's own.
	threads  map[int]*thread
	spare    []request
	dying    int       // threads on their way out whose death is to be peeked at
	orphans  []*thread // children that came before their parent's event
	lastDead *thread   // the last that may have been killed while it made a child
	held     int       // zombies that an engine holds
	look     bool      // one of its threads may have died, while zombies are held
	quit     bool
	ended    chan struct{}
}

// request is something for the owner to do.
type request struct {
	th *thread // that it is about, or nil: it follows the thread to its owner
	fn func()  // nil: poll
}

// post adds a request and wakes the owner. It reports false if it has ended.
func (o *owner) post(r request) bool {
	o.mu.Lock()
	if o.over {
		o.mu.Unlock()
		return false
	}
	o.queue = append(o.queue, r)
	o.mu.Unlock()
	o.ring()
	return true
}

// current reports whether the caller is the owner.
func (o *owner) current() bool { return o.self.Load() == sys.Goroutine() }

func (o *owner) ring() {
	if !o.rung.Swap(true) && !o.current() {
		sys.Tgkill(o.doorbell, o.doorbell, sys.DoorbellSignal)
	}
}

// post adds a request to the queue of the thread's owner, whichever that is by
// then.
func (th *thread) post(fn func()) bool {
	for {
		o := th.home.Load()
		o.mu.Lock()
		switch {
		case th.home.Load() != o:
			o.mu.Unlock()
			continue
		case o.over:
			o.mu.Unlock()
			return false
		}
		o.queue = append(o.queue, request{th, fn})
		o.mu.Unlock()
		o.ring()
		return true
	}
}

// call runs fn on the owner and waits for it. Not from an owner.
func (o *owner) call(fn func()) bool {
	done := make(chan struct{})
	if !o.post(request{fn: func() { fn(); close(done) }}) {
		return false
	}
	select {
	case <-done:
		return true
	case <-o.ended:
		return false
	}
}

// newOwner starts an owner and waits for it.
func (h *host) newOwner(attached bool) (o *owner, err error) {
	ready := make(chan struct{})
	h.goOwner(attached, func(began *owner, e error) {
		o, err = began, e
		close(ready)
	})
	<-ready
	return o, err
}

// goOwner starts an owner: a goroutine on an OS thread that is not the main one
// and has no children, which would be mistaken for tracees (Go's threads may have
// forked some). First is called on it, or says why there is none.
func (h *host) goOwner(attached bool, first func(*owner, error)) {
	o := &owner{h: h, attached: attached, threads: map[int]*thread{}, ended: make(chan struct{})}
	go o.start(first)
}

// register makes the owner known.
func (h *host) register(o *owner) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.owners = append(h.owners, o)
	h.publish()
}

// publish makes the list of owners known to current. h.mu is held.
func (h *host) publish() {
	m := make(map[uintptr]*owner, len(h.owners))
	for _, o := range h.owners {
		m[o.self.Load()] = o
	}
	h.selves.Store(&m)
}

// start finds a thread and becomes the owner. It does not unlock the thread:
// when the loop returns the thread ends, and the kernel lets go of whatever it
// still traces.
func (o *owner) start(first func(*owner, error)) {
	runtime.LockOSThread()
	if !fresh() {
		// Keep this thread busy until the next try has found another.
		found := make(chan struct{})
		go o.start(func(o *owner, err error) {
			close(found)
			first(o, err)
		})
		<-found
		runtime.UnlockOSThread()
		return
	}
	o.tid = sys.Gettid()
	o.self.Store(sys.Goroutine())
	o.schedule()
	if err := o.hang(); err != nil {
		first(nil, err)
		return
	}
	o.h.register(o)
	o.place.begin(o.h.cpus, o)
	o.yielded = clock()
	first(o, nil)
	o.loop()
}

// schedule undoes what the owner's thread has inherited from the runtime's monitor, if
// that made it and a program like ours has put it under SCHED_BATCH: an owner
// that is woken should run.
func (o *owner) schedule() {
	if mine, _ := sys.SchedPolicy(o.tid); mine != unix.SCHED_BATCH {
		return
	}
	if main, e := sys.SchedPolicy(os.Getpid()); e == 0 && main == unix.SCHED_NORMAL {
		sys.SetSchedPolicy(o.tid, main)
	}
}

func fresh() bool {
	if sys.Gettid() == os.Getpid() {
		return false
	}
	children, err := procfs.Children(os.Getpid(), sys.Gettid())
	return err != nil || len(children) == 0
}

// hang hangs up the doorbell (see sys.SpawnDoorbell).
func (o *owner) hang() error {
	pid, err := sys.SpawnDoorbell()
	if err != nil {
		return err
	}
	fail := func(what string, e unix.Errno) error {
		sys.Kill(pid, unix.SIGKILL)
		sys.Wait4(pid, nil, unix.WALL)
		if e == unix.EPERM {
			return errors.Join(errNoPtrace, e)
		}
		return &os.SyscallError{Syscall: what, Err: e}
	}
	if e := sys.Seize(pid, unix.PTRACE_O_EXITKILL); e != 0 {
		return fail("ptrace(PTRACE_SEIZE)", e)
	}
	if e := sys.Interrupt(pid); e != 0 {
		return fail("ptrace(PTRACE_INTERRUPT)", e)
	}
	if _, e := sys.Wait4(pid, nil, unix.WALL); e != 0 {
		return fail("wait4", e)
	}
	sys.SetSigmask(pid, sys.DoorbellMask)
	if e := sys.Resume(unix.PTRACE_CONT, pid, 0); e != 0 {
		return fail("ptrace(PTRACE_CONT)", e)
	}
	o.doorbell = pid
	return nil
}

const (
	waitOptions = unix.WALL | unix.WNOTHREAD
	// peekOptions leave what waitid(2) tells of to be waited for.
	peekOptions = unix.WEXITED | unix.WSTOPPED | unix.WNOWAIT | waitOptions
)

// loop waits for stops and deaths and serves requests until told to quit.
func (o *owner) loop() {
	for {
		for o.rung.Load() && !o.quit {
			o.serve()
		}
		if o.quit {
			break
		}
		if o.dying > 0 || o.held > 0 {
			o.waitPeeking()
			continue
		}
		var ws unix.WaitStatus
		pid, e := sys.Wait4(-1, &ws, waitOptions)
		switch {
		case e != 0:
		case pid == o.doorbell:
			o.answer(ws)
		default:
			o.collected(pid, ws)
		}
	}
	o.retire()
}

// collected is told of every stop and death that was.
func (o *owner) collected(pid int, ws unix.WaitStatus) {
	now := clock()
	if now-o.yielded > yieldTime {
		o.yielded = now
		runtime.Gosched()
	}
	o.place.stopped(now)
	o.event(pid, ws)
}

// yieldTime is how long an owner goes from stop to stop before it yields. Its goroutine
// blocks in system calls alone, and to the Go runtime's monitor (sysmon, retake
// in runtime/proc.go) that is one goroutine that runs and runs: after 10 ms it
// signals the thread, takes the P away in each wait, and as long as it finds one to
// take it looks again after 20 us, for which a CPU has to leave the tracee. To
// yield is two switches of threads, for the goroutine is locked to its own; the
// monitor then looks every 10 ms.
const yieldTime = 4 * time.Millisecond

var epoch = time.Now()

// clock is the time since some moment. It takes half as long as time.Now.
func clock() time.Duration { return time.Since(epoch) }

// waitPeeking waits while a death is due that has to be looked at before its
// status is collected: an engine may want to hold the zombie. One that is held
// would be found for ever, so then only stops are waited for, and deaths come
// by SIGCHLD and the doorbell.
func (o *owner) waitPeeking() {
	var si sys.Siginfo
	options := unix.WSTOPPED | unix.WNOWAIT | waitOptions
	if o.held == 0 {
		options |= unix.WEXITED
	} else if o.sweep() {
		return
	}
	if e := sys.Waitid(unix.P_ALL, 0, &si, options, nil); e != 0 {
		return
	}
	pid := int(si.Pid())
	if died(&si) {
		o.death(pid, &si)
		return
	}
	var ws unix.WaitStatus
	if got, e := sys.Wait4NoHang(pid, &ws, waitOptions); e != 0 || got != pid {
		return
	}
	if pid == o.doorbell {
		o.answer(ws)
		return
	}
	o.collected(pid, ws)
}

// sweep looks for deaths among the threads that are on their way out; among all
// of them if SIGCHLD has told of one, for a killed thread's exit is not always
// seen (orphanExits).
func (o *owner) sweep() (found bool) {
	all := o.look
	o.look = false
	for tid, th := range o.threads {
		if !th.doomed && !all || th.zombie {
			continue
		}
		var si sys.Siginfo
		e := sys.WaitidNoHang(unix.P_PID, tid, &si, unix.WEXITED|unix.WNOWAIT|waitOptions, nil)
		// The kernel shows stops of tracees whatever is asked for: one that has
		// taken over the leader's id by exec, for one.
		if e == 0 && si.Pid() != 0 && died(&si) {
			o.look = all // there may be others
			o.death(tid, &si)
			return true
		}
	}
	return false
}

const (
	cldExited = 1
	cldKilled = 2
	cldDumped = 3
)

func died(si *sys.Siginfo) bool { return si.Code() <= cldDumped }

// waitStatus puts a death's siginfo into the form of a wait status.
func waitStatus(si *sys.Siginfo) unix.WaitStatus {
	s := unix.WaitStatus(si.Status())
	switch si.Code() {
	case cldExited:
		return s << 8
	case cldDumped:
		return s | 0x80
	}
	return s
}

// answer lets the doorbell go on; it must not take the signal.
func (o *owner) answer(ws unix.WaitStatus) {
	if ws.Stopped() {
		sys.Resume(unix.PTRACE_CONT, o.doorbell, 0)
		return
	}
	// Somebody killed it. Hang up another, or nobody can reach us any more.
	if o.hang() == nil {
		o.rung.Store(true)
	}
}

// serve does what was posted.
func (o *owner) serve() {
	o.rung.Store(false)
	o.mu.Lock()
	batch := o.queue
	o.queue = o.spare[:0]
	o.mu.Unlock()
	for i := range batch {
		r := batch[i]
		batch[i] = request{}
		switch {
		case r.th != nil && r.th.home.Load() != o && r.th.post(r.fn):
		case r.fn != nil:
			r.fn()
		default:
			r.th.polled.Store(false)
			o.poll(r.th)
		}
	}
	o.spare = batch
}

// retire ends the owner. What it still traces the kernel lets go, or kills if
// it was started here; either way it is gone for us.
func (o *owner) retire() {
	o.place.turn(free)
	o.h.mu.Lock()
	for i, other := range o.h.owners {
		if other == o {
			o.h.owners = append(o.h.owners[:i:i], o.h.owners[i+1:]...)
			break
		}
	}
	o.h.mu.Unlock()
	o.mu.Lock()
	o.over = true
	rest := o.queue
	o.queue = nil
	o.mu.Unlock()
	for _, r := range rest {
		if r.fn != nil {
			r.fn()
		}
	}
	for _, th := range o.threads {
		o.forget(th)
	}
	sys.Kill(o.doorbell, unix.SIGKILL)
	sys.Wait4(o.doorbell, nil, unix.WALL)
	o.h.mu.Lock()
	o.h.publish()
	o.h.mu.Unlock()
	o.self.Store(0) // another goroutine may come to have it
	close(o.ended)
}

// watchDeaths rings the owners that hold zombies when a child has died. It begins
// with the first one: each such signal wakes several of Go's threads.
func (h *host) watchDeaths() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, unix.SIGCHLD)
	go func() {
		defer signal.Stop(c)
		for {
			select {
			case <-h.done:
				return
			case <-c:
			}
			if h.holds.Load() == 0 {
				continue
			}
			h.mu.Lock()
			owners := append([]*owner(nil), h.owners...)
			h.mu.Unlock()
			for _, o := range owners {
				o.post(request{fn: func() { o.look = true }})
			}
		}
	}()
}
