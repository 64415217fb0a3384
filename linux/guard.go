package linux

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/internal/seccomp"
	"utrace/syscalls"
)

// guarded is a call that the host has to see the end of, under a filter.
type guarded struct {
	kind  guardedKind
	arch  arch.ID
	frame frame  // what the program asked for
	flags uint64 // of seccomp, or of clone3
}

type guardedKind uint8

const (
	unguarded    guardedKind = iota
	ownFilter                // it installs a filter
	strictFilter             // it asks for strict mode and is given a filter
	untracedArg              // CLONE_UNTRACED was taken out of an argument
	untracedMem              // or out of a struct clone_args
)

// guard looks at a call that a thread under our filter is about to make. The
// filter is answered for as if it were not there; done says that result is the
// answer. A child is made one of ours, CLONE_UNTRACED or not: it is born under
// the filter, and a call that the filter asks a tracer about is ENOSYS to a
// thread that has none.
func (o *owner) guard(th *thread, c *frame) (result int64, done bool) {
	f := th.filter
	if f == nil || th.guarded.kind != unguarded {
		return 0, false
	}
	if th.asked == strictAsked {
		o.breaksStrict(th)
		return 0, false
	}
	d, ok := syscalls.Lookup(th.call.arch, c.nr&^seccomp.X32)
	if !ok {
		return 0, false
	}
	switch d.Name {
	case "prctl":
		switch uint32(c.args[0]) {
		case unix.PR_GET_SECCOMP:
			return th.seccompMode(), true
		case unix.PR_SET_SECCOMP:
			return o.setSeccomp(th, c, uint32(c.args[1]) == unix.SECCOMP_MODE_STRICT, 0)
		case unix.PR_SET_NO_NEW_PRIVS:
			th.noNewPrivs = th.noNewPrivs || [4]uint64(c.args[1:5]) == [4]uint64{1}
		case unix.PR_GET_NO_NEW_PRIVS:
			if f.nnp && !th.hasNoNewPrivs() && [4]uint64(c.args[1:5]) == [4]uint64{} {
				return 0, true
			}
		}
	case "seccomp":
		switch uint32(c.args[0]) {
		case unix.SECCOMP_SET_MODE_STRICT:
			if c.args[1] == 0 && c.args[2] == 0 {
				return o.setSeccomp(th, c, true, 0)
			}
		case unix.SECCOMP_SET_MODE_FILTER:
			return o.setSeccomp(th, c, false, c.args[1])
		}
	case "clone", "clone3":
		return o.guardClone(th, c, d.Name == "clone3")
	}
	return 0, false
}

// seccompMode is what PR_GET_SECCOMP says.
func (th *thread) seccompMode() int64 {
	if th.filtered() {
		return unix.SECCOMP_MODE_FILTER
	}
	return unix.SECCOMP_MODE_DISABLED
}

// setSeccomp is a program that wants to be confined. What it needs for that,
// no_new_privs or a capability, it must have by itself. Strict mode cannot be
// had beside a filter, ours, so a filter stands for it.
func (o *owner) setSeccomp(th *thread, c *frame, strict bool, flags uint64) (result int64, done bool) {
	g := &th.guarded
	*g = guarded{arch: th.call.arch, frame: *c}
	switch {
	case !strict && th.filter.nnp && !th.hasNoNewPrivs() && !mayFilter(th.tid):
		return -int64(unix.EACCES), true
	case !strict:
		g.kind, g.flags = ownFilter, flags
		return 0, false
	case th.filtered():
		return -int64(unix.EINVAL), true
	}
	g.kind = strictFilter
	return o.setStrict(th)
}

// mayFilter reports whether a thread has CAP_SYS_ADMIN in its user namespace.
func mayFilter(tid int) bool {
	m, err := status(tid, "CapEff")
	if err != nil {
		return false
	}
	caps, _ := strconv.ParseUint(m["CapEff"], 16, 64)
	return caps&(1<<unix.CAP_SYS_ADMIN) != 0
}

// setStrict makes the call the installation of a filter that allows what strict
// mode allows and asks us about all else. no_new_privs, which that may need,
// makes no difference to a thread that can never exec again.
func (o *owner) setStrict(th *thread) (result int64, done bool) {
	trap := seccomp.Trace | uint32(th.filter.strict())
	prog, err := seccomp.Compile(func(id arch.ID, nr int) seccomp.Rule {
		if c, ok := syscalls.Lookup(id, nr); ok {
			switch c.Name {
			case "read", "write", "exit":
				return seccomp.Rule{Answer: seccomp.Allow}
			case "rt_sigreturn":
				if id.Is64() {
					return seccomp.Rule{Answer: seccomp.Allow}
				}
			case "sigreturn":
				return seccomp.Rule{Answer: seccomp.Allow}
			}
		}
		return seccomp.Rule{Answer: trap}
	}, trap)
	if err != nil {
		return -int64(unix.EINVAL), true
	}
	regs, err := th.loadRegs()
	if err != nil {
		return 0, true
	}
	id := th.call.arch
	if id != modeArch(regs) {
		return -int64(unix.EINVAL), true
	}
	at, _, err := th.putProgram(regs, prog)
	if err != nil {
		return -int64(unix.EFAULT), true
	}
	if !mayFilter(th.tid) {
		if r, err := th.brief(th.number("prctl"), [6]uint64{unix.PR_SET_NO_NEW_PRIVS, 1}); err != nil || r != 0 {
			return -int64(unix.EINVAL), true
		}
	}
	th.setCall(id, th.number("seccomp"), &[6]uint64{unix.SECCOMP_SET_MODE_FILTER, 0, at})
	return 0, false
}

// breaksStrict kills a thread that makes a call which strict mode forbids. Linux
// kills that one thread by SIGKILL; where it is not the only one, it exits.
func (o *owner) breaksStrict(th *thread) {
	if th.group.live.Load() == 1 {
		th.skipCall()
		unix.Tgkill(th.tgid, th.tid, unix.SIGKILL)
		return
	}
	th.setCall(th.call.arch, th.number("exit"), &[6]uint64{uint64(unix.SIGKILL)})
}

// guardClone takes CLONE_UNTRACED out of a clone.
func (o *owner) guardClone(th *thread, c *frame, inMemory bool) (result int64, done bool) {
	g := &th.guarded
	if !inMemory {
		if c.args[0]&unix.CLONE_UNTRACED != 0 {
			*g = guarded{kind: untracedArg, arch: th.call.arch, frame: *c}
			args := c.args
			args[0] &^= unix.CLONE_UNTRACED
			th.setCall(th.call.arch, c.nr, &args)
		}
		return 0, false
	}
	var b [8]byte
	n, _ := th.readMem(b[:], c.args[0])
	flags := binary.LittleEndian.Uint64(b[:])
	if n != len(b) || flags&unix.CLONE_UNTRACED == 0 {
		return 0, false
	}
	*g = guarded{kind: untracedMem, arch: th.call.arch, frame: *c, flags: flags}
	if !th.putFlags(flags &^ unix.CLONE_UNTRACED) {
		g.kind = unguarded
		return -int64(unix.EPERM), true
	}
	return 0, false
}

// putFlags writes the flags of clone3.
func (th *thread) putFlags(flags uint64) bool {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], flags)
	n, _ := th.writeMem(b[:], th.guarded.frame.args[0])
	return n == len(b)
}

// born is a child made by a clone that was changed: it has the changed flags in
// its registers, or its copy of the memory, as well.
func (g *guarded) born(parent *guarded) {
	if parent.kind == untracedArg || parent.kind == untracedMem {
		*g = *parent
	}
}

// unguard gives the program back what was changed of its call, at the exit, and
// in a new child before its first instruction. It returns the result that the
// program is to see.
func (th *thread) unguard(result int64) int64 {
	g := th.guarded
	switch g.kind {
	case unguarded:
		return result
	case ownFilter:
		listener := g.flags&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0
		if result == 0 || result > 0 && listener {
			th.own = true
			if g.flags&unix.SECCOMP_FILTER_FLAG_TSYNC != 0 {
				th.group.synced.Store(true)
				th.group.noNewPrivs.Store(th.hasNoNewPrivs()) // the others get that as well
				th.owner.h.pollAll(th.group)
			}
		}
	case strictFilter:
		th.own = th.own || result == 0
		th.restoreCall(g.arch, &g.frame)
	case untracedArg:
		th.restoreCall(g.arch, &g.frame)
	case untracedMem:
		th.putFlags(g.flags)
	}
	th.guarded = guarded{}
	return result
}

// restoreCall puts number and arguments back at an exit.
func (th *thread) restoreCall(id arch.ID, f *frame) {
	if regs, err := th.loadRegs(); err == nil {
		regs.SetNr(f.nr)
		regs.SetArgs(id, f.args)
		th.dirty = true
	}
}

// pollAll makes the owners look at all threads of a process.
func (h *host) pollAll(g *group) {
	h.mu.Lock()
	var tasks []*thread
	for th := range g.all {
		if th.task != nil {
			tasks = append(tasks, th)
		}
	}
	h.mu.Unlock()
	for _, th := range tasks {
		h.Poll(th.task)
	}
}
