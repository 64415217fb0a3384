package utrace

import (
	"slices"

	"golang.org/x/sys/unix"
)

// NewTask enters a thread into the registry. A child has no engines until the
// Clone hook of its parent attaches those that follow.
func (h *Hooks) NewTask(info TaskInfo) *Task {
	tr := h.tr
	t := &Task{tr: tr, private: info.Private, parent: info.Parent, resume: Resume}
	t.tid.Store(int64(info.TID))
	t.wants.Store(noWants)
	t.call.handle.t = t
	t.sig.t = t
	t.newShares(info.Parent, info.CloneFlags)
	tr.mu.Lock()
	tr.gen++
	t.gen = tr.gen
	p := tr.procs[info.TGID]
	if p == nil || p.ended() || info.Former != nil && p == info.Former.proc {
		p = &Process{tr: tr, pid: info.TGID, tasks: map[*Task]struct{}{}, done: make(chan struct{})}
		tr.procs[info.TGID] = p
		if info.Former != nil {
			p.succeed(info.Former.proc)
		}
	}
	t.proc = p
	tr.tasks[info.TID] = t
	p.mu.Lock()
	p.tasks[t] = struct{}{}
	if info.TID == info.TGID || p.leader == nil {
		p.leader = t
	}
	p.mu.Unlock()
	tr.mu.Unlock()
	return t
}

func (p *Process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// SetFinish gives the process of a started task something that Wait does, once,
// after the end.
func (h *Hooks) SetFinish(p *Process, finish func() error) { p.finish = finish }

// Clone is called in the parent when child exists and is kept from running.
// Engines that follow are attached to it, each in its turn. For a vfork the
// verdict may be Stay.
func (h *Hooks) Clone(t *Task, flags uint64, child *Task) Verdict {
	t.enter()
	defer t.leave()
	if t.Union()&EventClone == 0 { // no pass, which would use up a Report
		for _, e := range t.list() {
			e.followTo(child)
		}
		return t.onward()
	}
	t.begin()
	t.pass.event, t.pass.cloneFlags, t.pass.child = EventClone, flags, child
	for _, e := range t.list() {
		e.followTo(child)
		t.visit(e, EventClone)
	}
	t.pass.child = nil
	if t.pass.here && t.hold(heldEvent) {
		return Verdict{Stay: true}
	}
	if flags&unix.CLONE_VFORK != 0 && t.pass.action == Stop && t.hold(heldVfork) {
		return Verdict{Stay: true}
	}
	t.settle()
	return t.onward()
}

// onward is the verdict after an event in the middle of a system call.
func (t *Task) onward() Verdict {
	return Verdict{
		Pass:     t.pending() < Resume,
		ExitStop: t.call.inside && (t.call.aborted || len(t.call.changes) != 0 || t.wantsCall(EventSyscallExit)),
	}
}

// Adopt attaches to child the engines that follow of a parent that died before
// its Clone hook could be called.
func (h *Hooks) Adopt(parent, child *Task) {
	parent.mu.Lock()
	list := parent.lastWords
	parent.mu.Unlock()
	if list == nil {
		list = parent.list()
	}
	for _, e := range list {
		e.followTo(child)
	}
}

func (e *Engine) followTo(child *Task) {
	if !e.follow.Load() || e.Detached() && e.task.life < lifeReaping {
		return
	}
	child.mu.Lock()
	defer child.mu.Unlock()
	c := child.add(e.ops, e.Data())
	c.refs.Store(1) // the attachment's alone
	c.flags.Store(uint32(e.Events()))
	c.set.Store(e.set.Load())
	c.follow.Store(true)
	child.recount()
}

// Exec is called when the thread's new image stands.
func (h *Hooks) Exec(t *Task) Verdict {
	t.enter()
	defer t.leave()
	t.call.execed = true
	t.shareAfterExec()
	if t.Union()&EventExec == 0 {
		return t.onward()
	}
	t.begin()
	t.report(EventExec)
	if t.pass.here && t.hold(heldEvent) {
		return Verdict{Stay: true}
	}
	t.settle()
	return t.onward()
}

// Rename is called when the thread takes over its leader's thread id at exec.
// The old leader's task must be gone by then.
func (h *Hooks) Rename(t *Task, tid int) {
	tr := h.tr
	tr.mu.Lock()
	if old := t.TID(); tr.tasks[old] == t {
		delete(tr.tasks, old)
	}
	t.tid.Store(int64(tid))
	tr.tasks[tid] = t
	tr.mu.Unlock()
	t.proc.mu.Lock()
	t.proc.leader = t
	t.proc.mu.Unlock()
}

// Exit is called once as the thread begins to exit: at the entry of exit or
// exit_group, where the code can be changed (fixed false), or at the latest
// when its exit is under way; a second call does nothing. A thread that was
// killed out of a stop comes here from that stop. The verdict may be Stay.
func (h *Hooks) Exit(t *Task, code unix.WaitStatus, fixed bool) Verdict {
	t.enter()
	defer t.leave()
	t.killed()
	if t.exiting {
		return Verdict{}
	}
	t.exiting = true
	t.exit = Exit{orig: code, code: code, fixed: fixed}
	if t.Union()&EventExit == 0 {
		return Verdict{}
	}
	t.begin()
	t.report(EventExit)
	if t.pass.action == Stop && t.hold(heldExit) {
		return Verdict{Stay: true}
	}
	return t.exitVerdict()
}

func (t *Task) exitVerdict() Verdict {
	x := &t.exit
	if x.fixed || x.code == x.orig {
		return Verdict{}
	}
	return Verdict{ChangeExit: true, ExitCode: x.code.ExitStatus()}
}

// killed ends a stop that SIGKILL has ended, and with it every engine's wish for
// it, which would stop the thread once more in Exit (S36). A call that was held at its entry
// is not made (S63), and its exit is reported, so that who saw the one sees
// the other.
func (t *Task) killed() {
	t.mu.Lock()
	w := t.where
	t.where = running
	if w != running {
		t.runs.Add(1)
		for _, e := range t.list() {
			e.flags.And(^uint32(engineStop))
		}
	}
	t.mu.Unlock()
	switch w {
	case heldEntry:
		t.call.aborted = true
		t.exited(-int64(unix.ENOSYS))
	case heldCallExit:
		t.reportExit(t.rest)
		t.leftCall()
	}
}

const statusKnown = 1 << 40

// ExitStatus returns the wait status that the thread ended with; ok is false
// before its Death.
func (t *Task) ExitStatus() (status unix.WaitStatus, ok bool) {
	v := t.exitStatus.Load()
	return unix.WaitStatus(uint32(v)), v != 0
}

// Death is called when the thread is dead and its status not yet collected.
// sig is what its parent is sent: a signal, SigSelfReap or SigDelayed.
func (h *Hooks) Death(t *Task, status unix.WaitStatus, groupDead bool, sig int) {
	t.exitStatus.Store(int64(status) | statusKnown)
	t.enter()
	defer t.leave()
	t.killed()
	t.mu.Lock()
	t.life = lifeDeathPass
	t.wake()
	t.resume = Resume
	t.mu.Unlock()
	if t.Union()&(EventDeath|EventQuiesce) != 0 {
		t.pass = pass{action: Resume, resume: Resume, groupDead: groupDead, signal: sig}
		t.report(EventDeath)
	}
	t.mu.Lock()
	t.life = lifeDead
	t.recount()
	t.mu.Unlock()
}

// MayReap reports whether every engine agrees that a dead task's status is
// collected.
func (h *Hooks) MayReap(t *Task) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.life == lifeDead && !t.heldBack()
}

// HeldBack reports whether an engine wants the task's death kept from its
// parent (Engine.HoldReap), for a host that can tell the parent before Death
// (S96).
func (h *Hooks) HeldBack(t *Task) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heldBack()
}

// heldBack: t.mu is held.
func (t *Task) heldBack() bool {
	return slices.ContainsFunc(t.list(), func(e *Engine) bool { return e.holds })
}

// Vanish is called for a thread that is gone without a status, its id taken over
// by another: it gets Exit, Death and Reap, made up, but for those it has had.
func (h *Hooks) Vanish(t *Task) {
	if _, dead := t.ExitStatus(); !dead {
		h.Exit(t, 0, true)
		h.Death(t, 0, false, SigSelfReap)
	}
	h.gone(t)
}

// Reaped is called when the status has been collected. The task leaves the
// registry; its engines are told, in order, and detached. For the leader of a
// group status and ru are the process's.
func (h *Hooks) Reaped(t *Task, status unix.WaitStatus, ru *unix.Rusage) {
	leader := t.TID() == t.PID()
	h.gone(t)
	if leader {
		t.proc.end(status, ru, nil)
	}
}

// LetGo is called when the thread has been detached from and runs on alone.
// Its engines get Reap, the last they will hear of it.
func (h *Hooks) LetGo(t *Task) {
	h.gone(t)
	t.proc.mu.Lock()
	last := len(t.proc.tasks) == 0
	t.proc.mu.Unlock()
	if last {
		t.proc.end(0, nil, errno("wait", unix.ESRCH))
	}
}

func (h *Hooks) gone(t *Task) {
	t.enter()
	defer t.leave()
	t.mu.Lock()
	t.life = lifeReaping
	t.where = running
	list := t.list()
	t.lastWords = list
	t.mu.Unlock()
	t.pass = pass{action: Resume, resume: Resume, event: EventReap}
	for _, e := range list {
		t.reporting.Store(e)
		if f := Events(e.flags.Load()); f&engineDetached == 0 && f&EventReap != 0 {
			t.invoke(e, EventReap, EventReap)
		}
		t.mu.Lock()
		put := t.remove(e)
		t.mu.Unlock()
		t.visited()
		if put {
			e.Put()
		}
	}
	t.mu.Lock()
	t.life = lifeReaped
	t.wake()
	t.mu.Unlock()
	h.tr.mu.Lock()
	if h.tr.tasks[t.TID()] == t {
		delete(h.tr.tasks, t.TID())
	}
	p := t.proc
	p.mu.Lock()
	delete(p.tasks, t)
	if len(p.tasks) == 0 && h.tr.procs[p.pid] == p {
		delete(h.tr.procs, p.pid)
	}
	p.mu.Unlock()
	h.tr.mu.Unlock()
}

// JobControl is called as the thread joins a job-control stop (CLDStopped),
// and as it leaves it (CLDContinued), which includes the pass before user
// mode: the verdict may then be Stay.
func (h *Hooks) JobControl(t *Task, kind, notify int32) Verdict {
	t.enter()
	defer t.leave()
	t.mu.Lock()
	if kind == CLDStopped {
		t.where = jobStopped
		t.wake()
	} else {
		t.where = running
	}
	t.mu.Unlock()
	if t.Union()&EventJobControl != 0 {
		t.begin()
		t.pass.kind, t.pass.notify = kind, notify
		t.report(EventJobControl)
		t.settle()
	}
	if kind == CLDStopped {
		return Verdict{}
	}
	return t.userMode()
}
