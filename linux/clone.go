package linux

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// cloned is PTRACE_EVENT_CLONE, FORK or VFORK: the thread made a child, which
// the kernel has attached to this owner and keeps at its first stop until it is
// resumed. Child's and parent's stops come in either order.
func (o *owner) cloned(th *thread, event int) {
	msg, ok := eventMsg(th.tid, event)
	if !ok {
		th.at = going // killed; the child is adopted when the death is seen
		return
	}
	tid := int(msg)
	flags := th.cloneFlags(event)
	if th.guarded.kind == untracedArg || th.guarded.kind == untracedMem {
		flags |= unix.CLONE_UNTRACED // as the program has asked
	}
	child := o.threads[tid]
	if child == nil {
		child = o.newThread(tid)
		o.threads[tid] = child
	}
	if child.group != nil { // it was adopted as a dead thread's
		if th.leaving {
			o.release(th, 0)
		} else {
			th.resume(th.sys, 0)
		}
		return
	}
	o.born(child, th, flags)
	if th.loaded {
		child.call.arch, child.call.nr = th.cloneArch(), th.regs.Nr()
	}
	if th.leaving {
		// It is of no concern to anybody any more; let it go when it stops.
		child.leaving = true
		o.first(child)
		o.release(th, 0)
		return
	}
	v := o.h.hooks.Clone(th.task, flags, child.task)
	if to := o.h.heir(o, th, child, flags, v); to != nil {
		child.move = &move{to: to, from: o, parent: th, verdict: v}
		th.waits = true
	} else {
		o.act(th, v)
	}
	o.first(child)
}

// eventMsg returns what belongs to an event whose stop was collected, a thread's
// id; ok is false if the thread has been killed out of it. It may then stand at its
// exit already, where the kernel answers too, with the status: of what might be
// one, the siginfo of the stop tells what it is.
func eventMsg(tid, event int) (msg uint64, ok bool) {
	msg, e := sys.GetEventMsg(tid)
	if e != 0 || !mayBeStatus(msg) {
		return msg, e == 0
	}
	var si sys.Siginfo
	e = sys.GetSiginfo(tid, &si)
	return msg, e == 0 && int(si.Code()) == int(unix.SIGTRAP)|event<<8
}

// mayBeStatus reports whether msg may be what a thread ends with: an exit code in
// the second byte, or a signal in the first. Few ids are.
func mayBeStatus(msg uint64) bool {
	return msg <= 0xff || msg <= 0xffff && msg&0xff == 0
}

// born makes the child known, as one that th made.
func (o *owner) born(child, th *thread, flags uint64) {
	child.tgid = child.tid
	if flags&unix.CLONE_THREAD != 0 {
		child.tgid = th.tgid
	}
	child.group = o.h.group(child.tgid)
	child.group.killed.Store(th.group.killed.Load())
	child.inherit(th)
	child.filters.inherit(&th.filters, child.group, th.group)
	if flags&unix.CLONE_THREAD == 0 {
		o.h.mu.Lock()
		child.group.parent = th.group
		th.group.elder() // forgets dead ones
		o.h.mu.Unlock()
	}
	if flags&(unix.CLONE_FILES|unix.CLONE_THREAD) == unix.CLONE_FILES {
		child.group.files.Store(true)
		th.group.files.Store(true)
	}
	if flags&unix.CLONE_VM != 0 {
		child.space.Store(th.vm().get())
	} else {
		child.space.Store(newVM())
	}
	if th.task != nil {
		child.task = o.h.hooks.NewTask(utrace.TaskInfo{
			TID: child.tid, TGID: child.tgid, Parent: th.task, CloneFlags: flags, Private: child,
		})
	}
	o.adopt(child)
	child.leaving = child.group.leaving.Load() // Detach may not have seen it
}

// adopt makes th one of its group's and of the owner's threads. What others may
// read of it, under host.mu, is set by then.
func (o *owner) adopt(th *thread) {
	o.threads[th.tid] = th
	o.tracees.Add(1)
	o.h.join(th)
	o.countProcess(th)
}

// countProcess counts a leader's process as this owner's.
func (o *owner) countProcess(th *thread) {
	if th.counted || th.tid != th.tgid {
		return
	}
	th.counted = true
	o.procs.Add(1)
	o.h.mu.Lock()
	th.group.home = o
	o.h.mu.Unlock()
}

// first handles the statuses of a child that came before its parent's event:
// its first stop, and its death if it was killed there.
func (o *owner) first(child *thread) {
	waiting := child.orphan
	child.orphan = nil
	child.at = going
	for _, ws := range waiting {
		if ws.Stopped() {
			o.firstStop(child, ws)
		} else {
			o.died(child, ws, nil)
		}
	}
	if waiting == nil {
		child.newborn = true // it comes as the next stop
	}
}

// firstStop lets a child begin. Engines that want system call exits are told
// of the exit of the clone that made it, which the kernel does not show (S91).
func (o *owner) firstStop(th *thread, ws unix.WaitStatus) {
	th.newborn = false
	if int(ws>>16) != unix.PTRACE_EVENT_STOP || ws.StopSignal() != unix.SIGTRAP {
		o.settled(th)
	}
	if int(ws>>16) != unix.PTRACE_EVENT_STOP {
		o.stopped(th, ws)
		return
	}
	if ws.StopSignal() != unix.SIGTRAP { // born into a group-stop
		o.stopped(th, ws)
		return
	}
	th.status, th.loaded, th.dirty = ws, false, false
	th.at, th.interrupt = atFirst, false // this is a trap in the signal path
	if th.guarded.kind != unguarded {
		th.unguard(0)
	}
	if th.move != nil && !th.leaving && o.handOver(th) {
		return
	}
	o.settled(th)
	o.begin(th)
}

// begin lets a child run that stands at its first stop.
func (o *owner) begin(th *thread) {
	th.at = atFirst
	if th.leaving {
		o.release(th, 0)
		return
	}
	// Which call that was is known, but of a dead thread's child (adoptOrphan).
	if c := &th.call; th.task.Union()&utrace.EventSyscallExit != 0 &&
		(c.arch == 0 || o.h.hooks.Wants(th.task).Exit.Has(c.arch, c.nr)) {
		if regs, err := th.loadRegs(); err == nil {
			id := modeArch(regs)
			args := regs.Args(id)
			o.act(th, o.h.hooks.SyscallExit(th.task, id, regs.Nr(), &args, 0))
			return
		}
	}
	o.act(th, o.h.hooks.UserMode(th.task))
}

// cloneFlags returns clone's flags, or what fork and vfork amount to.
func (th *thread) cloneFlags(event int) uint64 {
	switch event {
	case unix.PTRACE_EVENT_FORK:
		if !th.isClone() {
			return uint64(unix.SIGCHLD)
		}
	case unix.PTRACE_EVENT_VFORK:
		if !th.isClone() {
			return unix.CLONE_VFORK | unix.CLONE_VM | uint64(unix.SIGCHLD)
		}
	}
	regs, err := th.loadRegs()
	if err != nil {
		return 0
	}
	arg := regs.Arg(th.cloneArch(), 0)
	if regs.Nr() != nrClone3 {
		return arg
	}
	var b [8]byte
	if n, _ := th.readMem(b[:], arg); n != 8 {
		return 0
	}
	var sig [8]byte // clone_args.exit_signal, its fifth word
	th.readMem(sig[:], arg+32)
	return binary.LittleEndian.Uint64(b[:]) | binary.LittleEndian.Uint64(sig[:])&0xff
}

// cloneArch returns the architecture of the call that makes a child; the thread's
// registers are loaded.
func (th *thread) cloneArch() arch.ID {
	if th.inCall {
		return th.call.arch
	}
	return modeArch(&th.regs)
}

const nrClone3 = 435 // the same everywhere

func (th *thread) isClone() bool {
	regs, err := th.loadRegs()
	if err != nil {
		return false
	}
	return isClone(modeArch(regs).Is64(), regs.Nr())
}

func isClone(is64 bool, nr int) bool {
	return nr == nrClone3 || is64 && nr == 56 || !is64 && nr == 120
}

// makesChild reports whether a call makes a child: clone, clone3, fork or vfork.
func makesChild(is64 bool, nr int) bool {
	return isClone(is64, nr) || is64 && (nr == 57 || nr == 58) || !is64 && (nr == 2 || nr == 190)
}

// orphaned keeps a child that came before any event of a parent. If its parent's
// event never comes, because the parent was killed first, some death, or an
// exec, tells so and brings it to the engines; if that came before already, the
// parent is asked for at once.
func (o *owner) orphaned(th *thread) {
	o.orphans = append(o.orphans, th)
	if o.lastDead != nil {
		o.adoptOrphans(o.lastDead, 0)
	}
}

// endOf is told that a thread has come to its end: of a child of its making no
// event will come any more. making: it may have been killed while it made one.
func (o *owner) endOf(th *thread, making bool) {
	if making {
		o.lastDead = th
	}
	o.adoptOrphans(th, 0)
}

// adoptOrphans gives the children that nobody can claim any more to the engines
// of a dead thread that may have made them. Of the process that is over, if not
// 0, no other thread lives, though their deaths may still have to be seen.
func (o *owner) adoptOrphans(dead *thread, over int) {
	rest := o.orphans[:0]
	for _, th := range o.orphans {
		switch {
		case th.group != nil || o.threads[th.tid] != th: // was claimed
		case o.parentLives(th, over):
			rest = append(rest, th)
		default:
			o.adoptOrphan(th, dead)
		}
	}
	o.orphans = rest
}

func (o *owner) adoptOrphan(th, dead *thread) {
	flags := uint64(unix.SIGCHLD)
	if tgidOf(th.tid) == dead.tgid {
		flags = unix.CLONE_THREAD | unix.CLONE_VM | unix.CLONE_FILES | unix.CLONE_FS | unix.CLONE_SIGHAND
	}
	o.born(th, dead, flags)
	o.h.hooks.Adopt(dead.task, th.task)
	o.first(th)
}

// orphanExits is for a thread at its exit whose making nobody has told of, be
// that its first stop or not. It has not begun, so it was killed, and all of its
// process with it; the one that made it tells nothing any more, and if that is
// the leader, its death is not seen before this thread's. Nor need the leader's
// exit be: a thread that is killed while the owner is about to resume it from
// another stop is resumed from that of its exit.
func (o *owner) orphanExits(th *thread, ws unix.WaitStatus) {
	if th.group != nil || !ws.Stopped() || int(ws>>16) != unix.PTRACE_EVENT_EXIT {
		return
	}
	tgid := tgidOf(th.tid)
	for _, x := range o.threads {
		if tgid != th.tid && x.tgid == tgid && x.group != nil {
			o.adoptOrphan(th, x) // adoptOrphans will find it claimed
			return
		}
	}
}

// parentLives reports whether some thread may be about to tell of having made
// th: one that runs, of its process, or of its parent process, or of a process
// beside it (CLONE_PARENT). One that stands at another stop did not make it:
// between making a child and telling of it there is none.
func (o *owner) parentLives(th *thread, over int) bool {
	tgid, ppid := idsOf(th.tid)
	beside := map[int]bool{}
	for _, x := range o.threads {
		switch {
		case x.group == nil || x.at != going || x.doomed || x.newborn || x.tgid == over:
		case x.tgid == tgid || x.tgid == ppid || tgid == 0: // 0: it is gone, so nothing is known
			return true
		default:
			beside[x.tgid] = true
		}
	}
	for pid := range beside {
		if _, p := idsOf(pid); p == ppid && p > 1 {
			return true
		}
	}
	return false
}
