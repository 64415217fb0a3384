package ptrace

import (
	"strconv"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/procfs"
)

// clone records the child and, if the thread's tracer wants it, traces it too.
func (w *world) clone(e *utrace.Engine, a utrace.Action, flags uint64, child *utrace.Task) utrace.Action {
	t := w.of(e)
	ce, err := child.Attach(utrace.MatchOps, &w.ops, nil)
	if err != nil {
		return a.NoOpinion() // it is gone already
	}
	ce.Put() // the attachment keeps it
	w.mu.Lock()
	defer w.mu.Unlock()
	ct := w.enter(ce)
	switch {
	case flags&(unix.CLONE_PARENT|unix.CLONE_THREAD) != 0:
		ct.setParent(t.parent)
	default:
		ct.setParent(t)
	}
	ct.events()
	if t.tracer == nil || t.killed {
		return a.NoOpinion()
	}
	which, option := cloneEvent(flags)
	tells := t.options&option != 0 && flags&unix.CLONE_UNTRACED == 0
	if tells || flags&unix.CLONE_PTRACE != 0 {
		ct.link(t.tracer, t.seized, t.options)
		ct.first = true
		_ = ce.Control(utrace.Stop) // EINPROGRESS: it will ask
	}
	if !tells {
		return t.awaitVfork(a, flags, ct, false)
	}
	t.stopAt(event(which, uint64(t.tracer.shown(ct))))
	return t.awaitVfork(a, flags, ct, true)
}

// awaitVfork notes that the end of a vfork is to be told.
func (t *thread) awaitVfork(a utrace.Action, flags uint64, child *thread, stop bool) utrace.Action {
	if flags&unix.CLONE_VFORK != 0 && t.options&optVforkEnd != 0 {
		t.vforkDone, t.vforkChild = true, t.tracer.shown(child)
		if !stop {
			t.events()
		}
	}
	if stop {
		return utrace.Stop | utrace.StopHere
	}
	return a.NoOpinion()
}

const unixEventVforkDone = unix.PTRACE_EVENT_VFORK_DONE

// cloneEvent returns the event that a clone with these flags is, and the option
// that asks for it (kernel_clone).
func cloneEvent(flags uint64) (event uint32, option uint64) {
	switch {
	case flags&unix.CLONE_VFORK != 0:
		return unix.PTRACE_EVENT_VFORK, optVfork
	case unix.Signal(flags&0xff) != unix.SIGCHLD:
		return unix.PTRACE_EVENT_CLONE, optClone
	}
	return unix.PTRACE_EVENT_FORK, optFork
}

// exec is a new image.
func (w *world) exec(e *utrace.Engine, a utrace.Action) utrace.Action {
	t := w.of(e)
	w.mu.Lock()
	defer w.mu.Unlock()
	old := t.tid
	former := t.known.Load() // of the thread that executed, before it took its leader's id
	t.tid = t.task.TID()
	t.proc.status.close()
	switch {
	case t.tracer == nil || t.killed:
	case t.options&optExec != 0:
		t.stopAt(event(unix.PTRACE_EVENT_EXEC, uint64(t.tracer.shownFormer(t, former, old))))
		return utrace.Stop | utrace.StopHere
	case !t.seized:
		var info utrace.Siginfo
		info.SetSigno(unix.SIGTRAP)
		info.SetPid(int32(t.shownPID(t)))
		info.SetUID(t.uid())
		_ = t.task.Queue(&info)
	}
	return a.NoOpinion()
}

// exit is the beginning of the thread's end.
func (w *world) exit(e *utrace.Engine, a utrace.Action, x *utrace.Exit) utrace.Action {
	t := w.of(e)
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.tracer == nil || t.options&optExit == 0 {
		return a.NoOpinion()
	}
	t.stopAt(event(unix.PTRACE_EVENT_EXIT, uint64(x.Code())))
	return utrace.Stop
}

// death is its end: its own tracees are let go, and its tracer is told.
func (w *world) death(e *utrace.Engine, a utrace.Action, groupDead bool, sig int) utrace.Action {
	t := w.of(e)
	w.mu.Lock()
	defer w.mu.Unlock()
	t.buried()
	if t.tracer != nil {
		t.died(sig)
	}
	return a.NoOpinion()
}

// buried is what a thread's end means for others. w.mu is held.
func (t *thread) buried() {
	if t.dead {
		return
	}
	t.dead = true
	t.proc.waiters = drop(t.proc.waiters, t)
	t.w.holding = drop(t.w.holding, t)
	t.settleDeaths(0)
	for tracee := range t.tracees {
		t.abandon(tracee)
	}
	heir := t.proc.any()
	for child := range t.children {
		child.setParent(heir)
	}
}

// abandon is what becomes of a tracee when its tracer ends (exit_ptrace).
func (t *thread) abandon(tracee *thread) {
	if tracee.options&optExitKill != 0 && tracee.state != gone {
		_ = tracee.proc.proc.Signal(unix.SIGKILL) // it may be gone
	}
	if tracee.state == stopped && !tracee.unwaited {
		tracee.sig = 0 // a wait has taken the signal with it (wait_task_stopped)
	} else if tracee.state == stopped {
		tracee.sig = int(tracee.stop.code & 0x7f)
	}
	tracee.unlink(nil)
}

// died tells t's tracer of its death. Where that is the real parent too, the
// kernel tells it, when the status has been collected (see reaped); else the
// status is kept until the tracer has waited, and the parent learns of it then.
// w.mu is held.
func (t *thread) died(sig int) {
	t.drop()
	leader := t.task.TID() == t.task.PID()
	if leader && sig == utrace.SigSelfReap { // another thread's exec has taken its id
		t.state = gone
		t.unlink(nil)
		return
	}
	status, _ := t.task.ExitStatus()
	t.state, t.death = gone, death{status: uint32(status)}
	switch {
	case !leader:
		t.tellDeath()
	case t.ownChild():
		t.death.own = true
	default:
		t.death.held = t.eng.HoldReap() == nil
		t.tellDeath()
	}
}

// tellDeath puts the death on the tracer's list. w.mu is held.
func (t *thread) tellDeath() {
	t.unwaited = true
	t.tell(exitCode(unix.WaitStatus(t.death.status)))
}

// reaped is the death of a tracer's own child, now that the status has been
// collected. Unless the tracer has no use for its children's statuses (SIG_IGN,
// SA_NOCLDWAIT), or has it already, the child is a zombie of its own, and the
// kernel has sent the signal; its wait is then made there. Which of the two it is, is
// known when the wait that runs in the kernel ends. w.mu is held.
func (t *thread) reaped() {
	if state, ok := stateOf(t.task.PID()); ok && state == 'Z' {
		t.death.zombie, t.unwaited = true, true
		t.announce()
		return
	}
	t.tellUnlessTold()
}

// tellUnlessTold tells of a death, if no wait in the kernel may have done so. w.mu is
// held.
func (t *thread) tellUnlessTold() {
	for _, x := range t.tracer.proc.waiters {
		if x.wait.state == waitRuns && !x.wait.instead && x.wait.matches(x, t) {
			t.death.waiter = x
			return
		}
	}
	t.death.waiter = nil
	t.tellDeath()
}

// settleDeaths is the end of t's wait in the kernel, which has told of a process, pid; -1: of
// which one cannot be known. w.mu is held.
func (t *thread) settleDeaths(pid int) {
	for x := range t.proc.threads {
		for tracee := range x.tracees {
			switch {
			case tracee.death.waiter != t || t.shownPID(tracee) == pid:
			case pid == -1:
				tracee.unlink(nil)
			default:
				tracee.tellUnlessTold()
			}
		}
	}
}

// exitCode is a wait status in the form of a siginfo.
func exitCode(status unix.WaitStatus) (code, value int32) {
	switch {
	case status.Exited():
		return cldExited, int32(status.ExitStatus())
	case status.CoreDump():
		return cldDumped, int32(status.Signal())
	}
	return cldKilled, int32(status.Signal())
}

// reap is the last that is heard of a thread, be it dead or let go. What its
// tracer has not waited for yet stays.
func (w *world) reap(e *utrace.Engine) {
	t := w.of(e)
	w.mu.Lock()
	defer w.mu.Unlock()
	t.buried()
	switch {
	case t.tracer == nil:
	case t.state != gone:
		t.unlink(nil)
	case t.death.own:
		t.reaped()
	}
	if x := t.death.teller; x != nil && x.reaping == t {
		x.reaping = nil
		if x.state != stopped { // by a tracer of its own
			x.control(utrace.Resume)
		}
	}
	if t.task.TID() == t.task.PID() && t.dead {
		t.mourned()
	}
	t.setParent(nil)
	delete(w.threads, t.task)
	delete(t.proc.threads, t)
	if len(t.proc.threads) == 0 {
		t.proc.status.close()
		delete(w.procs, t.proc.proc)
	}
}

// mourned tells the parent's process that it has a child to wait for. One whose
// parent has ended was given another. w.mu is held.
func (t *thread) mourned() {
	p := t.parent
	if p == nil {
		ppid, _ := strconv.Atoi(procfs.Field(t.statusText(), "PPid"))
		if task, err := t.task.Tracer().Task(ppid); err == nil {
			p = t.w.threads[task]
		}
	}
	if p != nil {
		p.proc.zombies++
		p.proc.kick()
	}
}

// kick makes the waits of a process look anew: a child of its own may have died.
// w.mu is held.
func (p *process) kick() {
	for _, t := range p.waiters {
		if t.wait.state == waitHeld {
			t.wait.over = true
			t.control(utrace.Report)
		}
	}
}
