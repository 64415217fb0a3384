package linux

import (
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/seccomp"
	"utrace/internal/sys"
)

// execed is PTRACE_EVENT_EXEC.
func (o *owner) execed(th *thread) {
	old := th.vm()
	th.space.Store(newVM())
	old.put()
	th.redo = nil
	if th.stage != nil {
		o.report(th, nil)
		th.stage = nil
	}
	o.adoptOrphans(th, th.tgid)
	if th.leaving {
		o.release(th, 0)
		return
	}
	o.act(th, o.h.hooks.Exec(th.task))
}

// former returns the thread that stopped at its exec under the id of its
// group's leader, which it has taken over: the old leader has vanished without
// a status. nil: it had that id before.
func (o *owner) former(tid int, ws unix.WaitStatus) *thread {
	if !ws.Stopped() || int(ws>>16) != unix.PTRACE_EVENT_EXEC {
		return nil
	}
	if th := o.threads[tid]; th != nil && th.group != nil && th.group.live.Load() == 1 {
		return nil // there was no other that it could be
	}
	msg, ok := eventMsg(tid, unix.PTRACE_EVENT_EXEC)
	if th := o.threads[int(msg)]; ok && int(msg) != tid && th != nil && th.group != nil {
		return th
	}
	return nil
}

// takeOver gives th, stopped at its exec, the id of its leader. The leader may
// be another owner's, which must tell of its end first; what th does meanwhile,
// as SIGKILL can make it, waits.
func (o *owner) takeOver(th *thread, tid int, ws unix.WaitStatus) {
	leader := o.h.find(th.group, tid)
	delete(o.threads, th.tid)
	if o.threads[tid] != nil && o.threads[tid] == leader {
		o.vanish(leader)
		leader = nil
	}
	o.h.mu.Lock()
	th.tid = tid
	o.h.mu.Unlock()
	o.threads[tid] = th
	th.at, th.status, th.loaded, th.dirty, th.held = atExec, ws, false, false, false
	if leader == nil {
		o.tookOver(th)
		return
	}
	th.renaming = true
	other := leader.home.Load()
	done := request{fn: func() { o.tookOver(th) }}
	if !other.post(request{fn: func() {
		if other.threads[tid] == leader {
			other.vanish(leader)
		}
		o.post(done)
	}}) {
		o.post(done)
	}
}

func (o *owner) tookOver(th *thread) {
	if o.threads[th.tid] != th {
		return
	}
	th.renaming = false
	waiting := th.orphan
	th.orphan = nil
	if waiting != nil {
		th.at = going // killed at its exec
	}
	o.countProcess(th)
	o.h.hooks.Rename(th.task, th.tid)
	o.execed(th)
	for _, ws := range waiting {
		o.event(th.tid, ws)
	}
}

// vanish makes up the end of a thread that is gone without a status.
func (o *owner) vanish(th *thread) {
	o.undoDying(th)
	if !th.doomed {
		o.lastDead = th
	}
	th.group.live.Add(-1)
	if th.inStop {
		th.inStop = false
		th.group.stopped.Add(-1)
	}
	if o.threads[th.tid] == th {
		delete(o.threads, th.tid)
	}
	o.h.hooks.Vanish(th.task)
	o.forgotten(th)
}

// exiting is PTRACE_EVENT_EXIT. The core is told, unless it was at exit's own
// entry.
func (o *owner) exiting(th *thread) {
	th.doomed = true
	msg, _ := sys.GetEventMsg(th.tid)
	// It will tell of no child any more; and the death of a leader is seen
	// only when those that it has made last have ended.
	o.endOf(th, th.killedMaking(unix.WaitStatus(msg)))
	if th.inStop {
		th.inStop = false
		th.group.stopped.Add(-1)
	}
	if th.leaving {
		o.release(th, 0)
		return
	}
	o.act(th, o.h.hooks.Exit(th.task, unix.WaitStatus(msg), true))
}

// killedMaking reports whether a thread that stands at its exit with this status
// may have been killed while it made a child, of which it then tells nothing. A
// process of one thread ends at another's will by SIGKILL alone; else the call
// that it was in tells.
func (th *thread) killedMaking(status unix.WaitStatus) bool {
	if th.group.live.Load() == 1 && !(status.Signaled() && status.Signal() == unix.SIGKILL) {
		return false
	}
	nr, e := sys.PeekUser(th.tid, arch.UserNr)
	call := int(int32(nr)) &^ seccomp.X32
	return e != 0 || makesChild(true, call) || makesChild(false, call)
}

// toDeath lets an exiting thread die. If its death matters to somebody before
// its status is collected, or its resource usage does, it will be peeked at.
func (o *owner) toDeath(th *thread) {
	if !th.dying && (th.tid == th.tgid || th.task.Union()&(utrace.EventDeath|utrace.EventQuiesce) != 0) {
		th.dying = true
		o.dying++
	}
	th.resumeBy(unix.PTRACE_CONT, 0)
}

func (o *owner) undoDying(th *thread) {
	if th.dying {
		th.dying = false
		o.dying--
	}
	if th.zombie {
		th.zombie = false
		o.held--
		o.h.holds.Add(-1)
	}
}

// death is a death that was peeked at: the status is still there.
func (o *owner) death(tid int, si *sys.Siginfo) {
	th := o.threads[tid]
	if tid == o.doorbell || th == nil || th.group == nil || th.leaving || th.renaming {
		var ws unix.WaitStatus
		if got, e := sys.Wait4NoHang(tid, &ws, waitOptions); e == 0 && got == tid {
			if tid == o.doorbell {
				o.answer(ws)
			} else {
				o.event(tid, ws)
			}
		}
		return
	}
	o.dead(th, waitStatus(si))
	if o.h.hooks.MayReap(th.task) || o.h.isClosed() {
		o.reap(th)
		return
	}
	th.zombie = true
	o.h.watch.Do(o.h.watchDeaths)
	o.look = o.look || o.held == 0
	o.held++
	o.h.holds.Add(1)
}

// dead tells the core of a death.
func (o *owner) dead(th *thread, ws unix.WaitStatus) {
	th.stopOver()
	th.isDefer = false
	last := th.group.live.Add(-1) == 0
	sig := utrace.SigSelfReap
	if th.tid == th.tgid {
		sig = int(unix.SIGCHLD)
	}
	unseen := !th.doomed
	if unseen { // it died without PTRACE_EVENT_EXIT
		th.doomed = true
		o.h.hooks.Exit(th.task, ws, true)
	}
	o.h.hooks.Death(th.task, ws, last, sig)
	o.endOf(th, unseen)
}

// reap collects the status of a dead thread; with it, its parent learns.
func (o *owner) reap(th *thread) {
	var si sys.Siginfo
	var ru unix.Rusage
	// What a thread other than the leader has used nobody asks for, and the
	// kernel would add up all threads of the process for it (getrusage).
	used := &ru
	if th.tid != th.tgid {
		used = nil
	}
	e := sys.WaitidNoHang(unix.P_PID, th.tid, &si, unix.WEXITED|waitOptions, used)
	if e != 0 || si.Pid() == 0 {
		return
	}
	o.buried(th, waitStatus(&si), &ru)
}

// died is a death whose status has been collected already.
func (o *owner) died(th *thread, ws unix.WaitStatus, ru *unix.Rusage) {
	if th.task == nil || th.leaving && th.task == nil {
		o.forget(th)
		return
	}
	if !th.zombie {
		o.dead(th, ws)
	}
	o.buried(th, ws, ru)
}

func (o *owner) buried(th *thread, ws unix.WaitStatus, ru *unix.Rusage) {
	o.undoDying(th)
	if o.threads[th.tid] == th {
		delete(o.threads, th.tid)
	}
	if th.stage != nil {
		o.report(th, &stageDied{ws})
		th.stage = nil
	}
	o.forgotten(th)
	o.h.hooks.Reaped(th.task, ws, ru)
}

// forgotten drops what the host keeps of a thread.
func (o *owner) forgotten(th *thread) {
	if th.asks {
		o.h.cpus.count(th, false)
	}
	if o.h.cpus != nil {
		o.h.cpus.kept.buried(th)
	}
	o.settled(th)
	if th.counted {
		th.counted = false
		o.procs.Add(-1)
	}
	th.vm().put()
	o.tracees.Add(-1)
	o.h.leave(th)
}

// release detaches from a stopped thread: it runs on alone, with sig.
func (o *owner) release(th *thread, sig unix.Signal) {
	if th.at == inGroup && th.listening {
		if o.retrap(th) != nil {
			return
		}
	}
	o.unmapScratch(th)
	if th.filter != nil {
		o.disown(th, sig)
		return
	}
	th.flush()
	if o.h.cpus != nil {
		o.h.cpus.kept.release(th)
	}
	if e := sys.Detach(th.tid, sig); e == unix.ESRCH {
		th.at = going // killed: its death is still to come
		return
	}
	o.forget(th)
}

// abandon gives up a leader that has ended before the other threads of its
// process, which are let go: its status, which comes when they have ended too,
// is then nobody's concern here but must be collected.
func (o *owner) abandon(th *thread) {
	o.forget(th)
	th.group = nil
	o.threads[th.tid] = th
}

// forget is for a thread that is no longer traced.
func (o *owner) forget(th *thread) {
	o.undoDying(th)
	if o.threads[th.tid] == th {
		delete(o.threads, th.tid)
	}
	if th.group == nil {
		return
	}
	if th.stage != nil {
		o.report(th, errClosed)
		th.stage = nil
	}
	th.group.live.Add(-1)
	if th.inStop {
		th.inStop = false
		th.group.stopped.Add(-1)
	}
	o.forgotten(th)
	if th.task != nil {
		o.h.hooks.LetGo(th.task)
	}
}
