package inject

import (
	"utrace"
	"utrace/arch"
	"utrace/syscalls"
)

// thread is what an injector knows of one task: an engine's data. It is used in
// that task's callbacks only, which never overlap.
type thread struct {
	task  *utrace.Task
	count map[kind]int // invocations so far

	kind   kind // the call at hand
	inCall bool
	hit    bool
	marks  Mark
}

// kind is what is counted apart: a call of an architecture.
type kind struct {
	arch arch.ID
	nr   int
}

func newThread(t *utrace.Task) *thread { return &thread{task: t, count: map[kind]int{}} }

// threadOf returns what is known of the engine's task. A child's engine that
// follows begins with its parent's data.
func threadOf(e *utrace.Engine) *thread {
	th := e.Data().(*thread)
	if th.task != e.Task() {
		th = newThread(e.Task())
		e.SetData(th)
	}
	return th
}

func (in *injector) entry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := threadOf(e)
	k := kind{c.Arch(), c.Nr()}
	if again := a.Resumed() && th.inCall && th.kind == k; again {
		if !th.hit {
			return a.NoOpinion()
		}
		return in.choose(a, c)
	}
	th.kind, th.inCall, th.hit, th.marks = k, true, false, 0
	if startsProgram(th, c) || in.only != nil && !in.only(c) {
		return a.NoOpinion()
	}
	th.count[k]++
	if th.hit = in.do.when.hits(th.count[k]); !th.hit {
		return a.NoOpinion()
	}
	if in.do.signal != 0 {
		send(c, in.do.signal)
	}
	th.poke(c, in.do.pokeEnter)
	a = in.choose(a, c)
	if in.do.delaysEnter {
		th.marks |= Delayed
		return in.hold(e, a, in.do.delayEnter)
	}
	return a
}

// choose answers for a call that is hit.
func (in *injector) choose(a utrace.Action, c *utrace.Syscall) utrace.Action {
	nr, ok := in.do.pure[c.Arch()]
	switch {
	case !in.do.skip:
		return a.NoOpinion()
	case ok:
		c.SetNr(nr)
		return utrace.SyscallRun | utrace.Resume
	}
	return utrace.SyscallAbort | utrace.Resume
}

func (in *injector) exit(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := threadOf(e)
	if !th.inCall || !th.hit {
		th.inCall = false
		return a.NoOpinion()
	}
	th.inCall = false
	if in.do.skip {
		c.SetResult(in.do.result)
		th.marks |= Result
	}
	th.poke(c, in.do.pokeExit)
	if in.do.delaysExit {
		th.marks |= Delayed
		return in.hold(e, a, in.do.delayExit)
	}
	return a.NoOpinion()
}

// poke writes to where arguments point. One that the call does not have is in a
// register that happens to hold something; one that points nowhere is left: as
// with strace, the call is made as it is.
func (th *thread) poke(c *utrace.Syscall, pokes []poke) {
	if len(pokes) == 0 {
		return
	}
	argc := maxArg
	if d, ok := syscalls.Lookup(c.Arch(), c.Nr()); ok {
		argc = len(d.Args)
	}
	for _, p := range pokes {
		if p.arg >= argc {
			continue
		}
		if n, _ := c.Memory().WriteAt(p.data, int64(c.Arg(p.arg))); n > 0 {
			th.marks |= Args
		}
	}
}

// startsProgram reports whether this is the execve by which a host starts a
// program. It is the first call that is seen of a thread without a traced
// parent, and it alone has its argv where the kernel has put an argument vector,
// above argc on the stack, and its path in the unused memory below the stack.
func startsProgram(th *thread, c *utrace.Syscall) bool {
	if len(th.count) != 0 || th.task.Parent() != nil || c.Name() != "execve" {
		return false
	}
	const far = 8 << 10 // a path is shorter than 4096
	regs, err := c.Regs()
	sp := regs.SP()
	return err == nil && c.Arg(1) == sp+8 && c.Arg(0) < sp && sp-c.Arg(0) < far
}
