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
	children := true
	ready := func() bool {
		children = false
		for c := range p.children {
			children = children || pid == -1 || c.pid == pid
		}
		i := slices.IndexFunc(p.zombies, func(c *Proc) bool { return pid == -1 || c.pid == pid })
		if i >= 0 {
			z = p.zombies[i]
			p.zombies = slices.Delete(p.zombies, i, i+1)
			delete(p.children, z)
			delete(k.procs, z.pid)
		}
		return z != nil || !children || options&unix.WNOHANG != 0
	}
	switch {
	case th.sleep(0, ready):
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
		if !o.joined && !o.staying && !o.dead {
			notify = 0
		}
	}
	k.mu.Unlock()
	if t := th.task.Load(); t != nil {
		k.hooks.JobControl(t, utrace.CLDStopped, notify)
	}
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
		th.act(k.hooks.JobControl(t, utrace.CLDContinued, notify))
	}
	return true
}
