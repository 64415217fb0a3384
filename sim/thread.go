package sim

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// Thread is one simulated thread, as its program sees it: the methods are for
// the program that runs in it, on its own goroutine, but TID and Proc.
type Thread struct {
	k     *Kernel
	proc  *Proc
	tid   atomic.Int64
	osTid atomic.Int64 // owner; a child's is its parent's until it runs
	task  atomic.Pointer[utrace.Task]
	bell  chan struct{}
	rung  atomic.Uint64 // rings so far
	dozed atomic.Uint64 // 1 + the rings that were seen before sleep; 0: awake

	qmu   sync.Mutex
	queue []func()
	gone  bool

	sigkill atomic.Bool // SIGKILL is pending

	// Guarded by Kernel.mu.
	mask    uint64
	pending []utrace.Siginfo
	staying bool // stopped by an engine
	joined  bool // in the job-control stop
	dead    bool
	status  unix.WaitStatus
	vforker *Thread // who waits until this thread execs or ends

	// Below: the thread's own.
	regs      arch.Regs
	nextPC    uint64
	ticks     int
	inCall    bool // in a call whose result may ask for a restart
	step      utrace.Action
	pass      bool
	exitStop  bool            // the call that runs must be reported at its end
	newAction action          // what the next rt_sigaction installs
	child     Program         // what a clone's child runs
	image     Program         // set by execve: what to run from now on
	frames    []frame         // of handlers
	restart   func() int64    // for restart_syscall
	started   func(err error) // tells Start how the first execve went
}

// frame is what a handler's frame keeps for sigreturn.
type frame struct {
	regs   arch.Regs
	mask   uint64
	inCall bool
}

// newImage unwinds a program that has execed.
type newImage struct{}

// TID returns the thread id.
func (th *Thread) TID() int { return int(th.tid.Load()) }

// PID returns the process id.
func (th *Thread) PID() int { return th.proc.pid }

// Memory returns the memory of the process as it is now.
func (th *Thread) Memory() *Memory {
	th.k.mu.Lock()
	defer th.k.mu.Unlock()
	return th.proc.mem
}

// Arg returns what is in the i-th argument register.
func (th *Thread) Arg(i int) uint64 { return th.regs.Arg(arch.NativeID(), i) }

func (th *Thread) run(first func(), program Program) {
	th.image = nil
	th.unwound(func(*Thread) { first() })
	for program != nil || th.image != nil {
		if th.image != nil {
			program, th.image = th.image, nil
		}
		if th.unwound(program) {
			program = nil
		}
	}
	if th.TID() == th.PID() {
		th.Syscall(unix.SYS_EXIT_GROUP, 0)
	}
	th.Syscall(unix.SYS_EXIT, 0)
}

// unwound runs program and reports whether it returned, not execed.
func (th *Thread) unwound(program Program) (returned bool) {
	defer func() {
		if !returned && th.image != nil {
			// nil: killed after the exec (Goexit).
			if r := recover(); r != nil && r != any(newImage{}) {
				panic(r)
			}
		}
	}()
	program(th)
	return true
}

// close ends the owner: what was posted is still run, what comes is refused.
func (th *Thread) close() {
	for {
		th.serve()
		th.qmu.Lock()
		if len(th.queue) == 0 {
			th.gone = true
			th.osTid.Store(0)
			th.qmu.Unlock()
			return
		}
		th.qmu.Unlock()
	}
}

// ring wakes the thread from whatever it waits in. Any goroutine.
func (th *Thread) ring() {
	th.rung.Add(1)
	select {
	case th.bell <- struct{}{}:
	default:
	}
}

// post has fn run on the thread's goroutine. Any goroutine.
func (th *Thread) post(fn func()) bool {
	th.qmu.Lock()
	defer th.qmu.Unlock()
	if th.gone {
		return false
	}
	th.queue = append(th.queue, fn)
	th.ring()
	return true
}

func (th *Thread) serve() {
	for {
		th.qmu.Lock()
		if len(th.queue) == 0 {
			th.qmu.Unlock()
			return
		}
		fn := th.queue[0]
		th.queue = th.queue[1:]
		th.qmu.Unlock()
		fn()
	}
}

// follow does what v says while that is to stay stopped (duty 3). killed is
// true if SIGKILL ended the stop; it is still pending then.
func (th *Thread) follow(v utrace.Verdict) (last utrace.Verdict, killed bool) {
	if !v.Stay {
		return v, th.sigkill.Load()
	}
	if th.started != nil {
		th.started(nil)
	}
	th.setStaying(true)
	defer th.setStaying(false)
	for v.Stay && !th.sigkill.Load() {
		th.serve()
		t := th.task.Load()
		if t == nil {
			return utrace.Verdict{}, false // let go
		}
		if next, ok := th.k.hooks.Continue(t); ok {
			v = next
			continue
		}
		<-th.bell
	}
	return v, th.sigkill.Load()
}

func (th *Thread) setStaying(on bool) {
	th.k.mu.Lock()
	th.staying = on
	th.k.mu.Unlock()
}

// sleep blocks until ready, which is called with Kernel.mu held, and reports
// false; or until something breaks the call, and reports true. timeout 0 is
// none.
func (th *Thread) sleep(timeout time.Duration, ready func() bool) (broken bool) {
	var expired <-chan time.Time
	if timeout > 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		seen := th.rung.Load()
		th.serve()
		th.k.mu.Lock()
		done := ready()
		signal := th.signalPending() || th.proc.stopped
		th.k.mu.Unlock()
		t := th.task.Load()
		switch {
		case done:
			return false
		case th.sigkill.Load():
			th.die(0)
		case signal, t != nil && th.k.hooks.Pending(t) == utrace.Interrupt:
			return true
		}
		th.dozed.Store(seen + 1)
		select {
		case <-th.bell:
			th.dozed.Store(0)
		case <-expired:
			th.dozed.Store(0)
			return false
		}
	}
}

// wait blocks until ready; only SIGKILL breaks it.
func (th *Thread) wait(ready func() bool) {
	for {
		th.serve()
		th.k.mu.Lock()
		done := ready()
		th.k.mu.Unlock()
		switch {
		case done:
			return
		case th.sigkill.Load():
			th.die(0)
		}
		<-th.bell
	}
}
