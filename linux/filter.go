package linux

import (
	"encoding/binary"
	"math/rand/v2"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/seccomp"
	"utrace/syscalls"
)

// Filter says how the threads of a started program are stopped at their system
// calls. Attached processes can have no filter.
type Filter uint8

const (
	// FilterOn: by a seccomp filter, where one is of use: calls that no engine
	// wanted at the start run at full speed. Threads that install filters of
	// their own stop at every call from then on, so that what those refuse is
	// seen too.
	FilterOn Filter = iota
	// FilterFast: such threads too stop at what the filter traps alone; what
	// their own filters refuse is not seen.
	FilterFast
	// FilterOff: no filter; a thread stops at every call while some engine
	// wants any. A started process can then be detached from.
	FilterOff
)

// filter is a seccomp filter of ours, on the threads of one started process and
// all that they make; or that and others on top of it, see widening.
type filter struct {
	set  *syscalls.Set // what is trapped for the engines' sake
	park uint32        // the argument of the pause in which a thread is handed over
	mark uint16        // SECCOMP_RET_DATA, by which our answer is told from another filter's
	nnp  bool          // no_new_privs was set to be allowed to install it
	over bool          // there were other filters already: a container's
	n    int           // of how many programs it consists; see widening

	placed bool // there is placement
}

// markOver is the mark of a filter on top of n others. Some of those may be of utraces
// that we run under ourselves, each of which must tell our answers from its own: all
// that is run by one which is inside has more filters than what runs that.
func markOver(n int32) uint16 { return 0x7574 + 2*uint16(n) }

// parkMark is the argument of a pause that the filter lets pass.
func (f *filter) parkMark() uint64 {
	if f == nil {
		return 0
	}
	return uint64(f.park)
}

// strict is the data of the filter that stands for SECCOMP_MODE_STRICT.
func (f *filter) strict() uint16 { return f.mark ^ 1 }

// trapped is the set of calls that a filter must trap for these wants.
func trapped(w *utrace.Wants) *syscalls.Set {
	set := w.All()
	if w.Exiting {
		exits, _ := syscalls.Of("exit", "exit_group")
		set = exits.Union(set)
	}
	return set
}

// rule is what the filter answers to a call. Whatever the engines want, it traps
// the calls that would show it, or what placement does, would make a child that it catches
// and nobody traces, or of which nothing is known.
func (f *filter) rule(id arch.ID, nr int) seccomp.Rule {
	trace := seccomp.Trace | uint32(f.mark)
	if c, ok := syscalls.Lookup(id, nr); ok && c.Name == "pause" && f.set.Has(id, nr) {
		parked := &seccomp.Cond{Arg: 0, Values: []uint32{f.park}}
		return seccomp.Rule{Answer: trace, When: parked, Then: seccomp.Allow}
	}
	if f.set.Has(id, nr) || id.Is64() && nr >= seccomp.X32 {
		return seccomp.Rule{Answer: trace}
	}
	rule := seccomp.Rule{Answer: seccomp.Allow}
	if c, ok := syscalls.Lookup(id, nr); ok {
		switch c.Name {
		case "clone3", "seccomp": // clone3's flags are in memory
			rule.Answer = trace
		case "sched_getaffinity", "sched_setaffinity":
			if f.placed {
				rule.Answer = trace
			}
		case "clone":
			rule.When, rule.Then = untraced, trace
		case "prctl":
			rule.When, rule.Then = shows, trace
		}
	}
	return rule
}

var (
	untraced = &seccomp.Cond{Arg: 0, Bits: unix.CLONE_UNTRACED}
	shows    = &seccomp.Cond{Arg: 0, Values: []uint32{unix.PR_GET_SECCOMP, unix.PR_SET_SECCOMP,
		unix.PR_SET_NO_NEW_PRIVS, unix.PR_GET_NO_NEW_PRIVS}}
)

// install puts a filter onto a thread that is about to become a program, if its
// engines want some calls and not every exit: two stops a call need no filter.
// Without one the thread is stopped at each call, which is slower and nothing
// else, so a kernel that refuses is no error.
func (o *owner) install(th *thread) {
	w := o.h.hooks.Wants(th.task)
	if o.h.opts.Filter == FilterOff || w.Nothing() || w.Exit.IsAll() {
		return
	}
	over := th.filtered()
	if !th.filters.known {
		return
	}
	f := &filter{set: trapped(w), park: rand.Uint32(), mark: markOver(th.filters.count), over: over, n: 1, placed: o.h.cpus != nil}
	prog, err := seccomp.Compile(f.rule, seccomp.Trace|uint32(f.mark))
	if err != nil {
		return
	}
	th.noNewPrivs = th.filters.nnp
	r := o.installProgram(th, prog)
	if r == -int64(unix.EACCES) {
		// Without CAP_SYS_ADMIN. A setuid program is not elevated under such a
		// tracer anyway.
		if r, err := th.brief(th.number("prctl"), [6]uint64{unix.PR_SET_NO_NEW_PRIVS, 1}); err != nil || r != 0 {
			return
		}
		f.nnp = true
		r = o.installProgram(th, prog)
	}
	if r != 0 {
		return
	}
	th.filter = f
}

// installProgram makes the thread call seccomp, with the program below its
// stack.
func (o *owner) installProgram(th *thread, prog seccomp.Program) int64 {
	regs, err := th.loadRegs()
	if err != nil {
		return -int64(unix.ESRCH)
	}
	at, n, err := th.putProgram(regs, prog)
	if err != nil {
		return -int64(unix.EFAULT)
	}
	// Without SPEC_ALLOW, kernels before 5.16 would slow the program down.
	r, err := th.brief(th.number("seccomp"),
		[6]uint64{unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW, at})
	th.writeMem(make([]byte, n), at)
	if err != nil {
		return -int64(unix.ESRCH)
	}
	return r
}

// number returns the number of a call in the tables of the thread's mode.
func (th *thread) number(name string) int {
	id := arch.NativeID()
	if regs, err := th.loadRegs(); err == nil {
		id = modeArch(regs)
	}
	c, _ := syscalls.ByName(id, name)
	return c.Nr
}

// putProgram writes a filter and the struct sock_fprog that describes it below
// the thread's stack, and returns where that is and how long it all is.
func (th *thread) putProgram(regs *arch.Regs, prog seccomp.Program) (at uint64, n int, err error) {
	at = (regs.SP() - 1024 - programSize(prog)) &^ 15
	buf := programAt(prog, at, modeArch(regs).Is64())
	if n, err = th.writeMem(buf, at); n != len(buf) {
		return 0, 0, unix.EFAULT
	}
	return at, n, err
}

const programHead = 16 // struct sock_fprog

func programSize(prog seccomp.Program) uint64 { return programHead + 8*uint64(len(prog)) }

// programAt is a struct sock_fprog and its filter as they lie at an address.
func programAt(prog seccomp.Program, at uint64, is64 bool) []byte {
	le := binary.LittleEndian
	buf := make([]byte, programSize(prog))
	le.PutUint16(buf, uint16(len(prog)))
	if is64 {
		le.PutUint64(buf[8:], at+programHead)
	} else {
		le.PutUint32(buf[4:], uint32(at+programHead))
	}
	for i, in := range prog {
		b := buf[programHead+8*i:]
		le.PutUint16(b, in.Code)
		b[2], b[3] = in.Jt, in.Jf
		le.PutUint32(b[4:], in.K)
	}
	return buf
}

// inherit gives a child what its parent's filter means for it.
func (child *thread) inherit(th *thread) {
	child.filter, child.noNewPrivs = th.filter, th.hasNoNewPrivs()
	child.inheritWidened(th)
	child.own = th.owns()
	child.guarded.born(&th.guarded)
}

// trapping is how a thread stops at its calls, and how far it is with one that
// has stopped.
type trapping struct {
	filter     *filter // of ours, that it is known to be under; nil: none
	own        bool    // it has installed filters of its own
	noNewPrivs bool    // the program has set no_new_privs itself
	stops      stops

	made      frame          // what is made of the call: engines may have changed it
	reported  bool           // at its syscall-entry-stop; a seccomp stop may follow
	skipLater bool           // it is to be skipped at that one
	asked     asker          // for the seccomp stop
	data      uint16         // what that filter says
	told      bool           // the core was, that a filter of the program's asks
	exitStop  bool           // and it had said before that the exit matters
	answered  bool           // the exit was reported at the entry; the real one is not to be
	after     utrace.Verdict // then, what the exit stop does, if there is one
	restarts  bool           // the result that was set is a restart code
	broken    bool           // so is the one that the kernel has ended the call with
	goesOn    bool           // it has not stopped since, and nobody wanted the exit
	guarded   guarded
}

// stops is at which calls a thread must stop, as worked out for one value of
// its task's wants.
type stops struct {
	wants   *utrace.Wants
	none    bool // at none
	covered bool // the filter stops it at all of them
	lacking bool // the filter does not at some that are wanted for good
}

// stopsAll reports whether the thread must run by PTRACE_SYSCALL, which stops it
// at every call: some engine wants calls, and its filter does not trap them, or
// is suspended, or another filter might refuse them first.
func (th *thread) stopsAll() bool {
	if th.task == nil {
		return false
	}
	s := th.wanted()
	switch {
	case s.none:
		return false
	case !s.covered:
		return true
	}
	return th.filters.off || th.owns() && th.owner.h.opts.Filter != FilterFast
}

// wanted works out at which calls the thread, which has a task, must stop.
func (th *thread) wanted() *stops {
	s := &th.stops
	if w := th.owner.h.hooks.Wants(th.task); w != s.wants {
		s.wants, s.none = w, w.Nothing()
		s.covered = th.filter != nil && th.filter.set.Includes(trapped(w))
		s.lacking = th.filter != nil && !w.Lasting.IsEmpty() && !th.filter.set.Includes(w.Lasting)
	}
	return s
}

// stopsSome reports whether the thread stops at any call.
func (th *thread) stopsSome() bool { return th.stopsAll() || th.filter != nil }

// trapsAll reports whether every call of the thread stops, by its filter.
func (th *thread) trapsAll() bool { return th.filter != nil && th.filter.set.IsAll() }

// hasNoNewPrivs reports whether the program has set no_new_privs, as far as
// somebody under a filter would know.
func (th *thread) hasNoNewPrivs() bool { return th.noNewPrivs || th.group.noNewPrivs.Load() }

// owns reports whether the program has installed filters of its own, here or
// for all threads at once.
func (th *thread) owns() bool { return th.own || th.group.synced.Load() }
