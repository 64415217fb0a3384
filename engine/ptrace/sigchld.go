package ptrace

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/procfs"
)

// SIGCHLD must really be queued in the tracer: debuggers wait for it with
// sigsuspend, ppoll, signalfd or sigwaitinfo. The kernel lets a process queue
// one with CLD_TRAPPED to itself alone, so its leader is made to do it, by an
// injected rt_sigqueueinfo.

// owe notes a SIGCHLD that tells t's tracer of it, if the kernel would have sent
// one, and makes the tracer's process come to where it can be queued.
//
// The kernel sends none that would be ignored: one without a handler that is not
// blocked. What the tracer does with it is looked up, which is dear, every few
// milliseconds. A thread that ignores it may have changed its mind since, or be in
// sigtimedwait, which takes it; but if its next wait or request comes soon, that
// makes no difference, so for that is waited before it is looked up again. w.mu
// is held.
func (w *world) owe(t *thread, code, status int32) {
	p := t.tracer.proc
	now := time.Now()
	if now.Sub(p.lookedUp) > lookUpEvery {
		p.lookedUp = now
		p.takes = t.tracer.takesChildSignals()
	}
	d := debt{t, t.tracer, code, status, now}
	switch {
	case p.takes == always, p.takes == deaths && code <= cldDumped:
		p.pays(&d)
	case p.takes == never && t.tracer.wait.state == noWait:
		if len(p.unsure) == 0 {
			w.unsure[p] = struct{}{}
		}
		p.unsure = append(p.unsure, d)
		if !w.watching {
			w.watching = true
			time.AfterFunc(lookAgain, w.look)
		}
	}
}

// lookAgain is how long a tracer has to come by itself before it is looked at
// again. A timer costs as much as some events, so it is not short.
const lookAgain = 10 * time.Millisecond

// look looks again at those who are unsure.
func (w *world) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watching = false
	limit := time.Now().Add(-lookAgain / 2)
	for p := range w.unsure {
		if !p.look(limit) {
			delete(w.unsure, p)
		}
	}
	if len(w.unsure) > 0 {
		w.watching = true
		time.AfterFunc(lookAgain, w.look)
	}
}

// debt is a SIGCHLD that is to be queued: of which tracee it tells, and whom.
type debt struct {
	tracee, tracer *thread
	code, status   int32
	since          time.Time
}

// info is the signal's siginfo.
func (d *debt) info() (info utrace.Siginfo) {
	info.SetSigno(unix.SIGCHLD)
	info.SetCode(d.code)
	info.SetPid(int32(d.tracer.shown(d.tracee)))
	info.SetUID(d.tracee.uid())
	info.SetStatus(d.status)
	return info
}

// lookUpEvery is how long a tracer's action for SIGCHLD is taken to be the same.
const lookUpEvery = 10 * time.Millisecond

// taking is which SIGCHLD a tracer takes.
type taking uint8

const (
	never  taking = iota
	deaths        // SIG_IGN, and blocked
	always
)

// pays makes the process queue a SIGCHLD. w.mu is held.
func (p *process) pays(d *debt) {
	payer := p.leader()
	if payer == nil {
		return // its leader has ended: no thread may send it one
	}
	p.owed = append(p.owed, d.info())
	payer.control(utrace.Report)
}

// look decides about the debts that are unsure for long enough. w.mu is held.
func (p *process) look(limit time.Time) (rest bool) {
	for len(p.unsure) > 0 && !p.unsure[0].since.After(limit) {
		if d := &p.unsure[0]; !d.tracer.dead {
			if p.takes = d.tracer.takesChildSignals(); p.takes == always {
				p.pays(d)
			}
		}
		p.unsure = p.unsure[1:]
	}
	return len(p.unsure) > 0
}

// came is a tracer that makes a wait or a request: what it ignored is gone.
// w.mu is held.
func (t *thread) came() {
	t.proc.unsure = t.proc.unsure[:0] // look takes the process off the list
}

// takesChildSignals looks up which SIGCHLD would be queued: it has a handler, or
// is blocked (sig_ignored). Of stops none is sent to a process that ignores it
// (do_notify_parent_cldstop). w.mu is held.
func (t *thread) takesChildSignals() taking {
	text := t.proc.status.read(t.task.TID())
	blocked := signalSet(text, "SigBlk").has(unix.SIGCHLD)
	switch {
	case signalSet(text, "SigIgn").has(unix.SIGCHLD) && blocked:
		return deaths
	case signalSet(text, "SigIgn").has(unix.SIGCHLD):
		return never
	case signalSet(text, "SigCgt").has(unix.SIGCHLD), blocked:
		return always
	case t.wait.state == noWait && t.inSigwait():
		return always
	}
	return never
}

type sigset uint64

func (s sigset) has(sig unix.Signal) bool { return s&(1<<(sig-1)) != 0 }

// signalSet reads a set of signals from the text of /proc/TID/status.
func signalSet(text []byte, field string) sigset {
	v, _ := strconv.ParseUint(procfs.Field(text, field), 16, 64)
	return sigset(v)
}

// owes reports whether the thread has to queue a SIGCHLD. w.mu is held.
func (t *thread) owes() bool {
	return len(t.proc.owed) != 0 && t.proc.leader() == t
}

// pay queues what is owed to the thread's process, if it is the one to do so. In
// its callbacks where Do is allowed.
func (t *thread) pay() {
	t.w.mu.Lock()
	owed := t.proc.owed
	if len(owed) == 0 || t.proc.leader() != t {
		t.w.mu.Unlock()
		return
	}
	t.proc.owed = nil
	t.w.mu.Unlock()
	const noStops = 1 // SA_NOCLDSTOP
	flags := uint64(0)
	if action, err := t.task.SignalAction(int(unix.SIGCHLD)); err == nil {
		flags = action.Flags
	}
	for _, info := range owed {
		if flags&noStops == 0 || info.Code() <= cldDumped {
			t.queueSelf(&info)
		}
	}
}

// queueSelf makes the thread send itself a signal.
func (t *thread) queueSelf(info *utrace.Siginfo) {
	regs, err := t.task.Regs()
	if err != nil {
		return // killed
	}
	id, b := arch.NativeID(), info.Bytes()
	if regs.Compat() {
		id, _ = arch.CompatID()
		b = compatSiginfo(info)
	}
	mem := t.task.Memory()
	at := int64(regs.SP()-1024) &^ 15 // below the red zone
	keep := make([]byte, len(b))
	if _, err := mem.ReadAt(keep, at); err != nil {
		return
	}
	if _, err := mem.WriteAt(b, at); err != nil {
		return
	}
	_, _ = t.task.Do(numbersOf(id).sigqueue, uint64(t.shownPID(t)), uint64(info.Signo()), uint64(at))
	_, _ = mem.WriteAt(keep, at) // both fail for the dead alone
}
