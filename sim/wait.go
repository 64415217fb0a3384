package sim

import (
	"slices"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

func (th *Thread) wait4(a [6]uint64) int64 {
	pid, options := int(int32(a[0])), a[2]
	p, k := th.proc, th.k
	var z *Proc
	children, told := true, false
	ready := func() bool {
		children, told = false, false
		for c := range p.children {
			if pid == -1 || c.pid == pid {
				children, told = true, told || c.told
			}
		}
		i := slices.IndexFunc(p.zombies, func(c *Proc) bool { return pid == -1 || c.pid == pid })
		if i >= 0 {
			z = p.zombies[i]
			p.zombies = slices.Delete(p.zombies, i, i+1)
			delete(p.children, z)
			delete(k.procs, z.pid)
		}
		return z != nil || !children
	}
	broken := th.sleep(0, func() bool { return ready() || told || options&unix.WNOHANG != 0 })
	if told && z == nil {
		th.wait(ready)
	}
	switch {
	case broken:
		return -int64(arch.ERESTARTSYS)
	case z != nil:
		if a[1] != 0 {
			th.putInt32(a[1], int32(z.code))
		}
		return int64(z.pid)
	case !children:
		return -int64(unix.ECHILD)
	}
	return 0
}

// jobStop joins the job-control stop, if one is in force, until it ends, and
// reports whether there was one.
func (th *Thread) jobStop() bool {
	k, p := th.k, th.proc
	k.mu.Lock()
	if !p.stopped {
		k.mu.Unlock()
		return false
	}
	th.joined = true
	notify := utrace.CLDStopped
	for o := range p.threads {
		if !o.joined && !o.staying && !o.dead || p.stopTold {
			notify = 0
		}
	}
	p.stopTold = p.stopTold || notify != 0
	k.mu.Unlock()
	if t := th.task.Load(); t != nil {
		k.hooks.JobControl(t, utrace.CLDStopped, notify)
	}
	p.tellStop(notify)
	for {
		th.serve()
		k.mu.Lock()
		stopped := p.stopped
		k.mu.Unlock()
		if !stopped || th.sigkill.Load() {
			break
		}
		<-th.bell
	}
	if th.sigkill.Load() {
		th.die(0)
	}
	notify = 0
	k.mu.Lock()
	th.joined = false
	if p.contToll {
		p.contToll, notify = false, utrace.CLDContinued
	}
	k.mu.Unlock()
	if t := th.task.Load(); t != nil {
		v := k.hooks.JobControl(t, utrace.CLDContinued, notify)
		p.tellStop(notify)
		th.act(v)
	} else {
		p.tellStop(notify)
	}
	return true
}

// tellStop sends the parent SIGCHLD for a job-control stop, or the end of one,
// if notify is not 0.
func (p *Proc) tellStop(notify int32) {
	p.k.mu.Lock()
	defer p.k.mu.Unlock()
	if notify != 0 && p.parent != nil {
		info := siginfo(int(unix.SIGCHLD), p.pid)
		info.SetCode(notify)
		p.k.send(p.parent, nil, info)
	}
}
