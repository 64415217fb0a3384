package linux

import (
	"sync/atomic"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/internal/seccomp"
)

// widening is a further program of ours on top of those that all threads of a
// process have (Wants.Lasting). The kernel takes the strictest answer, so what one of
// them traps is trapped, and from what each answers to a number alone it still makes
// its cache.
//
// It is put on all threads at once (SECCOMP_FILTER_FLAG_TSYNC). They could not be given
// one each: the program could then use that flag for its own filters no more, since the
// kernel wants the other threads' filters to be ancestors of the caller's
// (seccomp_can_sync_threads). It fails by itself if a thread has other filters already.
//
// What a thread's record says of its filter is not changed from outside: each
// learns of it when it is resumed (widened), so that what it makes after that has the
// same.
type widening struct {
	filter *filter     // all of ours, with that program
	before int         // how many filters a thread had; -1: not known
	done   atomic.Bool // the threads have it
	last   bool        // there will be no other: the kernel has refused one
}

// widen puts a program onto the thread's process that traps what its engines want for
// good and our filter does not. The thread is about to leave the kernel. A process that
// the kernel does not allow it to keeps its filter, and its threads stop at every call
// while they must. So does one with filters of its own, which might kill for the
// calls that this takes, and one whose threads have not all set no_new_privs when this
// one has, which would be given it.
func (o *owner) widen(th *thread) {
	if th.at != atTrap && th.at != atExit || th.task == nil || th.stage != nil || th.leaving {
		return
	}
	if !th.wanted().lacking || th.owns() || th.filters.off {
		return
	}
	if th.at == atExit && (th.interrupt || th.restarting()) {
		return // a trap follows
	}
	g, f := th.group, th.filter
	old := g.wide.Load()
	alone := g.live.Load() == 1
	if old != nil && (old.last || !old.done.Load() || old.filter != f) || th.noNewPrivs && !alone {
		return
	}
	wider := *f
	wider.set, wider.n = f.set.Union(o.h.hooks.Wants(th.task).Lasting), f.n+1
	prog, err := seccomp.Compile(func(id arch.ID, nr int) seccomp.Rule {
		if f.set.Has(id, nr) || !wider.set.Has(id, nr) {
			return seccomp.Rule{Answer: seccomp.Allow}
		}
		return wider.rule(id, nr)
	}, seccomp.Allow)
	if err != nil {
		return
	}
	w := &widening{filter: &wider, before: countFilters(th.tid)}
	if !g.wide.CompareAndSwap(old, w) {
		return // another thread does it
	}
	flags := uint64(unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW)
	if !alone {
		flags |= unix.SECCOMP_FILTER_FLAG_TSYNC
	}
	if o.installMapped(th, prog, flags) != 0 {
		refused := &widening{filter: f, before: w.before, last: true}
		refused.done.Store(true)
		g.wide.Store(refused)
		return
	}
	w.done.Store(true)
	th.widened()
}

// widened notes that the process of a stopped thread has got a further program of
// ours.
func (th *thread) widened() {
	if th.filter == nil || th.group == nil {
		return
	}
	if w := th.group.wide.Load(); w != nil && w.filter != th.filter && w.done.Load() {
		th.filter, th.stops = w.filter, stops{}
	}
}

// inheritWidened is for a child whose parent's process was being given a further
// program as the child was made: the kernel knows whether it has it.
func (child *thread) inheritWidened(th *thread) {
	w := th.group.wide.Load()
	if th.filter == nil || w == nil || w.last || w.filter == th.filter || w.before < 0 {
		return
	}
	if countFilters(child.tid) > w.before {
		child.filter = w.filter
	}
}

// restarting reports whether a stop at a call's exit shows a restart code, which
// the kernel acts upon in its signal path.
func (th *thread) restarting() bool {
	regs, err := th.loadRegs()
	return err != nil || regs.Nr() >= 0 && arch.IsRestart(regs.Result(th.call.arch))
}

// installMapped is installProgram for a thread of a program that runs: what lies
// below its stack may be another thread's, so the program is put into a page that is
// mapped for it.
func (o *owner) installMapped(th *thread, prog seccomp.Program, flags uint64) int64 {
	regs, err := th.loadRegs()
	if err != nil {
		return -int64(unix.ESRCH)
	}
	id, size := modeArch(regs), programSize(prog)
	call := func(name string, args ...uint64) int64 {
		var a [6]uint64
		copy(a[:], args)
		r, err := th.brief(th.number(name), a)
		if err != nil {
			return -int64(unix.ESRCH)
		}
		return r
	}
	mmap := "mmap"
	if !id.Is64() {
		mmap = "mmap2"
	}
	at := call(mmap, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS, ^uint64(0), 0)
	if at < 0 && at > -4096 {
		return at
	}
	r := -int64(unix.EFAULT)
	if n, _ := th.writeMem(programAt(prog, uint64(at), id.Is64()), uint64(at)); uint64(n) == size {
		r = call("seccomp", unix.SECCOMP_SET_MODE_FILTER, flags, uint64(at))
	}
	if th.at != going {
		call("munmap", uint64(at), size)
	}
	return r
}
