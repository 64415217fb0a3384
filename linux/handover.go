package linux

import (
	"bytes"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// A thread changes its owner once at most, right after its birth: the kernel's
// wait is linear in an owner's tracees, and two processes that are busy at once,
// or many threads, need two owners (see balance). ptrace(2) knows no such change: one owner lets
// the thread go (PTRACE_DETACH), the other seizes it. In between nobody traces
// it, so
//
//   - it must not run on: it is let go into pause(2), all signals blocked; its
//     registers and its mask are put back when it has been seized;
//   - no seccomp filter may ask about that call: ours allows it if its argument
//     is a number of ours; where the program has others, the thread stays;
//   - it must die with us: a process has PR_SET_PDEATHSIG for that time, and its
//     parent, which dies with us, stays stopped at its clone; a thread has the
//     rest of its process;
//   - it must be sure that it can be seized: the right is tried beforehand, by
//     opening /proc/TID/mem. What cannot be seized nevertheless is killed.
//
// Attached threads stay: were we killed in between, they would be left in pause.

// move is a change of owner that is due at a child's first stop.
type move struct {
	to      *owner
	parent  *thread // stopped at its clone until it is done
	from    *owner  // the parent's
	verdict utrace.Verdict
	regs    arch.Regs
	mask    uint64
	bound   bool // PR_SET_PDEATHSIG is set
}

func (o *owner) newThread(tid int) *thread {
	th := &thread{owner: o, tid: tid}
	th.home.Store(o)
	return th
}

// letGoOn resumes the parent of a child that has its owner now.
func (o *owner) letGoOn(parent *thread, v utrace.Verdict) {
	if o.threads[parent.tid] != parent || !parent.waits {
		return
	}
	parent.waits = false
	switch {
	case parent.at != atClone: // killed
	case parent.leaving:
		o.release(parent, 0)
	default:
		o.act(parent, v)
		o.poll(parent) // what came meanwhile was put off
	}
}

// settled is called when a child has got its owner, or dies before.
func (o *owner) settled(th *thread) {
	m := th.move
	if m == nil {
		return
	}
	th.move = nil
	if o != m.to {
		m.to.tracees.Add(-1) // it was expected there
	}
	if o == m.from {
		o.letGoOn(m.parent, m.verdict)
		return
	}
	m.from.post(request{fn: func() { m.from.letGoOn(m.parent, m.verdict) }})
}

// handOver lets a child that has stopped for the first time go to its new owner.
// It returns false if the child must stay.
func (o *owner) handOver(th *thread) bool {
	m := th.move
	if !th.maySeize() || !th.mayPark() {
		return false
	}
	regs, err := th.loadRegs()
	if err != nil {
		return false
	}
	id := modeArch(regs)
	pause, prctl := th.number("pause"), th.number("prctl")
	pc, err := th.syscallInsn(id, regs)
	if err != nil {
		return false
	}
	if th.tid == th.tgid {
		r, err := th.brief(prctl, [6]uint64{unix.PR_SET_PDEATHSIG, uint64(unix.SIGKILL)})
		if err != nil || r != 0 {
			return th.at == going // it dies
		}
		m.bound = true
	}
	m.regs = *regs
	var e unix.Errno
	if m.mask, e = sys.GetSigmask(th.tid); e == 0 {
		e = sys.SetSigmask(th.tid, ^uint64(0))
	}
	parked := m.regs
	parked.SetPC(pc)
	parked.PrepareCall(id, pause, [6]uint64{th.filter.parkMark()})
	if e == 0 {
		e = sys.SetRegs(th.tid, (*unix.PtraceRegs)(&parked))
	}
	if e == 0 {
		e = sys.Detach(th.tid, 0)
	}
	if e != 0 { // killed; its death is on its way
		th.at, th.loaded, th.dirty = going, false, false
		return true
	}
	o.give(th)
	return true
}

// mayPark reports whether no seccomp filter minds the thread's pause: there is
// none but ours, or those that we are under ourselves, as all in a container
// is; by then the doorbell is in its own pause.
func (th *thread) mayPark() bool {
	ours := th.owner.h.filters()
	if th.filter != nil {
		if !th.filter.over {
			return !th.owns()
		}
		ours += th.filter.n
	}
	n := countFilters(th.tid)
	if th.filter == nil && n >= 0 {
		f := &th.filters
		f.known, f.some, f.gen = true, n > 0, th.group.seccomp.Load()
	}
	return n >= 0 && n == ours
}

// countFilters returns how many seccomp filters a thread has, or -1 if the
// kernel does not tell (it does since 5.9). It is asked at each birth, and
// leaves no garbage.
func countFilters(tid int) int {
	var buf [4096]byte
	text, err := readStatus(tid, &buf)
	if err != nil {
		return -1
	}
	if mode := statusNumber(text, "\nSeccomp:"); mode <= 0 {
		return mode
	}
	return statusNumber(text, "\nSeccomp_filters:")
}

// statusNumber returns the number that stands behind key, or -1.
func statusNumber(text []byte, key string) int {
	at := bytes.Index(text, []byte(key))
	if at < 0 {
		return -1
	}
	n, digits := 0, 0
	for _, c := range text[at+len(key):] {
		switch {
		case c >= '0' && c <= '9':
			n, digits = n*10+int(c-'0'), digits+1
		case digits > 0:
			return n
		}
	}
	return -1
}

// maySeize reports whether the thread can be seized anew: opening its memory
// asks the kernel for the same right.
func (th *thread) maySeize() bool {
	fd, err := unix.Open("/proc/"+strconv.Itoa(th.tid)+"/mem", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	unix.Close(fd)
	return true
}

// give makes a thread that was let go its new owner's, with the requests that
// wait for it. This is the one place where a thread's owner changes. Owners
// that give to each other at once do so by turns: host.mu.
func (o *owner) give(th *thread) {
	m := th.move
	delete(o.threads, th.tid)
	th.at, th.loaded, th.dirty = going, false, false
	o.h.mu.Lock()
	o.mu.Lock()
	m.to.mu.Lock()
	if m.to.over {
		m.to.mu.Unlock()
		o.mu.Unlock()
		o.h.mu.Unlock()
		o.take(th)
		return
	}
	o.tracees.Add(-1)
	if th.counted {
		o.procs.Add(-1)
		m.to.procs.Add(1)
		th.group.home = m.to
	}
	m.to.queue = append(m.to.queue, request{fn: func() { m.to.take(th) }})
	o.queue = slices.DeleteFunc(o.queue, func(r request) bool {
		if r.th == th {
			m.to.queue = append(m.to.queue, r)
		}
		return r.th == th
	})
	th.home.Store(m.to)
	m.to.mu.Unlock()
	o.mu.Unlock()
	o.h.mu.Unlock()
	m.to.ring()
}

// take seizes a thread that another owner has let go, and lets it begin.
func (o *owner) take(th *thread) {
	m := th.move
	th.owner = o
	o.threads[th.tid] = th
	ws, e := o.seizeParked(th)
	if e == unix.EPERM { // another tracer was faster
		sys.Kill(th.tgid, unix.SIGKILL)
	}
	if e != 0 { // killed, and reaped by its parent
		ws = unix.WaitStatus(unix.SIGKILL)
	}
	if !ws.Stopped() {
		o.settled(th)
		o.died(th, ws, nil)
		return
	}
	if int(ws>>16) == unix.PTRACE_EVENT_EXIT {
		o.settled(th)
		o.stopped(th, ws)
		return
	}
	sys.SetRegs(th.tid, (*unix.PtraceRegs)(&m.regs))
	sys.SetSigmask(th.tid, m.mask)
	th.status, th.at, th.loaded = ws, atFirst, false
	if m.bound {
		th.brief(th.number("prctl"), [6]uint64{unix.PR_SET_PDEATHSIG, 0})
	}
	o.settled(th)
	switch {
	case th.at == going: // it dies
	case ws.StopSignal() != unix.SIGTRAP:
		o.stopped(th, ws)
	default:
		o.begin(th)
	}
}

// seizeParked seizes a thread that was let go into pause, and stops it. What it
// returns is an EVENT_STOP, or an end.
func (o *owner) seizeParked(th *thread) (ws unix.WaitStatus, e unix.Errno) {
	if e := sys.Seize(th.tid, th.group.options()); e != 0 {
		return 0, e
	}
	sys.Interrupt(th.tid)
	for {
		if _, e := sys.Wait4(th.tid, &ws, waitOptions); e != unix.EINTR {
			return ws, e
		}
	}
}
