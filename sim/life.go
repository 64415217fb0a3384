package sim

import (
	"runtime"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// Clone makes a call of clone whose child runs program.
func (th *Thread) Clone(flags uint64, program Program) int64 {
	th.child = program
	return th.Syscall(unix.SYS_CLONE, flags)
}

func (th *Thread) clone(flags uint64) int64 {
	k := th.k
	program := th.child
	if program == nil {
		return -int64(unix.EINVAL)
	}
	k.mu.Lock()
	p, mem := th.proc, th.proc.mem
	if flags&unix.CLONE_VM == 0 {
		mem = mem.fork()
	}
	var child *Thread
	if flags&unix.CLONE_THREAD != 0 {
		child = k.newThread(p, nil)
	} else {
		child = k.newThread(nil, p)
		child.proc.pipe, child.proc.started = p.pipe, p.started
		if flags&unix.CLONE_SIGHAND != 0 {
			child.proc.actions = p.actions
		} else {
			acts := *p.actions
			child.proc.actions = &acts
		}
	}
	child.proc.mem, child.mask = mem, th.mask
	if flags&unix.CLONE_VFORK != 0 {
		child.vforker = th
	}
	k.mu.Unlock()
	child.regs, child.nextPC = th.regs, th.nextPC
	child.inCall = true
	child.regs.SetResult(arch.NativeID(), 0)

	var v utrace.Verdict
	if t := th.task.Load(); t != nil {
		child.osTid.Store(th.osTid.Load())
		ct := k.hooks.NewTask(utrace.TaskInfo{
			TID: child.TID(), TGID: child.PID(), Parent: t, CloneFlags: flags, Private: child,
		})
		child.task.Store(ct)
		v = k.hooks.Clone(t, flags, ct)
	}
	nr, args := th.regs.Nr(), th.regs.Args(arch.NativeID())
	tid := child.TID()
	k.start(child, func() { child.leave(nr, args, false) }, program)
	v, killed := th.follow(v)
	if killed {
		th.die(0)
	}
	th.pass, th.exitStop = th.pass || v.Pass, v.ExitStop
	if flags&unix.CLONE_VFORK != 0 {
		th.wait(func() bool { return child.vforker == nil })
	}
	return int64(tid)
}

// release lets go on who waits in vfork for this thread. k.mu is held.
func (th *Thread) release() {
	if parent := th.vforker; parent != nil {
		th.vforker = nil
		parent.ring()
	}
}

func (th *Thread) execve(a [6]uint64) int64 {
	k, p := th.k, th.proc
	path, err := th.Memory().str(a[0])
	if err != nil {
		return -int64(unix.EFAULT)
	}
	program := k.program(path)
	if program == nil {
		return -int64(unix.ENOENT)
	}
	k.mu.Lock()
	if p.exiting || p.execer != nil {
		k.mu.Unlock()
		th.wait(func() bool { return false })
	}
	p.execer = th
	for o := range p.threads {
		if o != th {
			o.sigkill.Store(true)
			o.ring()
		}
	}
	k.mu.Unlock()
	th.wait(func() bool { return len(p.threads) == 1 })
	t := th.task.Load()
	if t != nil && th.TID() != p.pid {
		k.hooks.Rename(t, p.pid)
	}
	k.mu.Lock()
	delete(k.threads, th.TID())
	th.tid.Store(int64(p.pid))
	k.threads[p.pid] = th
	p.execer = nil
	p.mem = newMemory()
	acts := &actions{}
	for sig, act := range p.actions.of {
		if act.Handler == utrace.SigIgn {
			acts.of[sig] = act
		}
	}
	p.actions = acts
	th.frames = nil
	th.release()
	k.mu.Unlock()
	th.image = program
	if t != nil {
		v, killed := th.follow(k.hooks.Exec(t))
		if killed {
			th.die(0)
		}
		th.pass, th.exitStop = th.pass || v.Pass, v.ExitStop
	}
	if th.started != nil {
		th.started(nil)
	}
	return 0
}

// exit is exit and exit_group: the code can still be changed. It does not
// return.
func (th *Thread) exit(code int, group bool) {
	status := unix.WaitStatus(code & 0xff << 8)
	if t := th.task.Load(); t != nil {
		v, killed := th.follow(th.k.hooks.Exit(t, status, false))
		if killed {
			th.die(0)
		}
		if v.ChangeExit {
			status = unix.WaitStatus(v.ExitCode & 0xff << 8)
		}
	}
	if group {
		th.k.mu.Lock()
		th.proc.groupExit(status, th)
		status = th.proc.code
		th.k.mu.Unlock()
	}
	th.end(status)
}

// die is the death by SIGKILL, or by what the process dies of. It does not
// return.
func (th *Thread) die(status unix.WaitStatus) {
	th.k.mu.Lock()
	if th.proc.exiting {
		status = th.proc.code
	}
	th.k.mu.Unlock()
	th.sigkill.Store(false) // taken: only another one ends the stop in Exit
	if t := th.task.Load(); t != nil {
		v, _ := th.follow(th.k.hooks.Exit(t, status, false))
		if v.ChangeExit {
			status = unix.WaitStatus(v.ExitCode & 0xff << 8)
			th.k.mu.Lock()
			if th.TID() == th.PID() {
				th.proc.code = status
			}
			th.k.mu.Unlock()
		}
	}
	th.end(status)
}

// end: the thread is dead, is waited for as it must be, and its goroutine ends.
func (th *Thread) end(status unix.WaitStatus) {
	k, p := th.k, th.proc
	t := th.task.Load()
	heldBack := t != nil && k.hooks.HeldBack(t)
	k.mu.Lock()
	th.dead, th.status = true, status
	p.live--
	groupDead := p.live == 0
	leader := th.TID() == p.pid
	th.release()
	p.ringAll()
	if leader && groupDead && !heldBack {
		p.tellParent()
	}
	k.mu.Unlock()
	sig := utrace.SigSelfReap
	switch {
	case leader && groupDead:
		sig = int(unix.SIGCHLD)
	case leader:
		sig = utrace.SigDelayed
	}
	if t != nil {
		k.hooks.Death(t, status, groupDead, sig)
	}
	for {
		th.serve()
		t := th.task.Load()
		k.mu.Lock()
		last := !leader || th.lastLeft()
		execing := p.execer != nil
		k.mu.Unlock()
		if last && (t == nil || execing || k.hooks.MayReap(t)) {
			th.reap()
			break
		}
		<-th.bell
	}
	runtime.Goexit()
}

// lastLeft reports whether nobody is left of the process but this thread and
// one that execs. k.mu is held.
func (th *Thread) lastLeft() bool {
	for o := range th.proc.threads {
		if o != th && o != th.proc.execer {
			return false
		}
	}
	return true
}

// reap collects a dead thread, and with the last one tells the parent.
func (th *Thread) reap() {
	k, p := th.k, th.proc
	if t := th.task.Load(); t != nil {
		k.mu.Lock()
		replaced := p.execer != nil && th.TID() == p.pid
		k.mu.Unlock()
		if replaced {
			k.hooks.Vanish(t)
		} else {
			k.hooks.Reaped(t, th.wstatus(), &unix.Rusage{})
		}
		th.task.Store(nil)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(p.threads, th)
	if k.threads[th.TID()] == th {
		delete(k.threads, th.TID())
	}
	p.ringAll()
	if len(p.threads) > 0 {
		return
	}
	p.code = th.status
	for c := range p.children {
		c.parent = nil
	}
	for _, z := range p.zombies {
		delete(k.procs, z.pid)
	}
	if p.parent == nil {
		delete(k.procs, p.pid)
		return
	}
	p.parent.zombies = append(p.parent.zombies, p)
	p.tellParent()
	p.parent.ringAll()
}

// tellParent sends the parent SIGCHLD for a death, once. It comes before the
// Death hook (S96), and the status after it (S97): a parent that waits for it
// in between waits until it is there. k.mu is held.
func (p *Proc) tellParent() {
	if p.parent != nil && !p.told {
		p.told = true
		p.k.send(p.parent, nil, siginfo(int(unix.SIGCHLD), p.pid))
	}
}

// wstatus is what wait would say: of a group exit, its code.
func (th *Thread) wstatus() unix.WaitStatus {
	th.k.mu.Lock()
	defer th.k.mu.Unlock()
	if th.proc.exiting {
		th.status = th.proc.code
	}
	return th.status
}
