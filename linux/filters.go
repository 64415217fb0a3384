package linux

import (
	"math/rand/v2"
	"strconv"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// filters is what is known of a thread's seccomp filters beside ours. It holds
// as long as all calls of the thread are seen, or those that change it are
// trapped; an exec changes none.
type filters struct {
	known     bool
	some      bool
	nnp       bool   // no_new_privs was set, when a stage was asked
	count     int32  // how many there were then; any number if the kernel does not tell (before 5.9)
	gen       uint32 // of the group, which TSYNC changes
	suspended bool
	off       bool // suspended for an engine, until that says otherwise
}

// filtered reports whether the thread has seccomp filters beside ours.
func (th *thread) filtered() bool {
	if th.filter != nil {
		return th.filter.over || th.owns()
	}
	f := &th.filters
	if gen := th.group.seccomp.Load(); !f.known || f.gen != gen {
		m, err := status(th.tid, "Seccomp", "NoNewPrivs", "Seccomp_filters")
		if err != nil {
			return false
		}
		count, err := strconv.Atoi(m["Seccomp_filters"])
		if err != nil {
			count = rand.IntN(1 << 15)
		}
		f.count = int32(count)
		f.known, f.gen, f.some, f.nnp = true, gen, m["Seccomp"] != "0", m["NoNewPrivs"] == "1"
	}
	return f.some
}

// setsFilters reports whether a call is seccomp, or a prctl that changes what
// filters says.
func setsFilters(is64 bool, nr int, arg uint64) bool {
	switch {
	case is64 && nr == 317, !is64 && nr == 354:
		return true
	case is64 && nr == 157, !is64 && nr == 172:
		return uint32(arg) == unix.PR_SET_SECCOMP || uint32(arg) == unix.PR_SET_NO_NEW_PRIVS
	}
	return false
}

// inherit takes over what is known of the maker's filters, which are the child's.
// A process of several threads may be putting one onto all of them just now, of
// which it will be known only there.
func (f *filters) inherit(from *filters, child, maker *group) {
	if from.known && from.gen == maker.seccomp.Load() && (child == maker || maker.live.Load() == 1) {
		f.known, f.some, f.nnp, f.gen = true, from.some, from.nnp, child.seccomp.Load()
	}
}

// options are what every thread is seized with. The end of a vfork's wait is no
// event of utrace's.
const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK |
	unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEEXEC |
	unix.PTRACE_O_TRACEEXIT | unix.PTRACE_O_TRACESECCOMP

func (g *group) options() uintptr {
	if g.killed.Load() {
		return options | unix.PTRACE_O_EXITKILL
	}
	return options
}

// suspendFilters keeps the thread's filters out of what the tracer makes it do;
// it needs CAP_SYS_ADMIN and CONFIG_CHECKPOINT_RESTORE (ptrace(2),
// PTRACE_O_SUSPEND_SECCOMP). It reports whether they are.
func (th *thread) suspendFilters() bool {
	if th.filters.suspended {
		return true
	}
	e := sys.SetOptions(th.tid, th.group.options()|unix.PTRACE_O_SUSPEND_SECCOMP)
	th.filters.suspended = e == 0
	return e == 0
}

// resumeFilters ends it.
func (th *thread) resumeFilters() {
	if th.filters.suspended && !th.filters.off {
		th.filters.suspended = false
		sys.SetOptions(th.tid, th.group.options())
	}
}
