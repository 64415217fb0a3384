package linux

import (
	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// While a thread's affinity is narrow (see placement), what it does must not depend
// on it. In user mode nothing does, and each of its calls stops before it is made,
// while the owner can still widen it. So what matters is the call that it is about
// to make:
//
//   - one that tells or sets an affinity, any thread's: none is narrow then, and
//     the filter traps it always;
//   - one that reads a file of /proc, which may be a status: the same, but that the
//     filter does not: a thread that does not stop there may see one of another that is
//     narrow in a call, of its own not;
//   - one that makes a thread, which inherits it, or gives the caller another id.

// mayNarrow reports whether a thread may be resumed with a narrow affinity. One
// that does not die with us may not: it would keep it if we were killed then.
func (th *thread) mayNarrow(u use, req uintptr) bool {
	return u != asksAffinity && u != inherits &&
		(req == unix.PTRACE_SYSCALL || th.trapsAll()) && th.group.killed.Load()
}

// useOf says what a thread that is stopped is about to do.
func (p *placement) useOf(th *thread) use {
	if p.cpus == nil || th.at != atEntry && th.at != atSeccomp {
		return unconcerned
	}
	nr := th.madeCall().nr
	if !th.call.arch.Is64() {
		if nr == 241 || nr == 242 { // sched_setaffinity, sched_getaffinity
			return asksAffinity
		}
		return inherits // for all we know
	}
	u := affinityUse(nr)
	switch u {
	case inherits, changesFiles:
		th.plain.fds = 0
	case readsFile:
		if p.cpus.near.Load() > 0 && !th.readsNoProc() {
			return asksAffinity
		}
	}
	return u
}

// note is told of every resumption. It keeps the number of threads that are in
// a call that tells or sets an affinity, and returns when no other is narrow.
func (c *cpus) note(th *thread, u use) {
	if asks := u == asksAffinity; asks != th.asks {
		c.count(th, asks)
	}
}

func (c *cpus) count(th *thread, asks bool) {
	c.narrow.Lock()
	defer c.narrow.Unlock()
	th.asks = asks
	if asks {
		c.asking++
		c.kept.widen(func(*thread) bool { return true })
	} else {
		c.asking--
	}
}

// use is what a call has to do with the caller's affinity.
type use uint8

const (
	changesFiles use = iota // nothing, but it may change what descriptors are
	unconcerned
	asksAffinity // tells it, or sets it
	inherits     // makes a thread, or has the kernel make one, or gives the caller another id
	readsFile    // from the file that its first argument is
)

// plainFiles are descriptors of a thread that are known not to be of /proc.
type plainFiles struct {
	vm  *vm
	fds uint64
}

// readsNoProc reports whether a call that reads does not read a file of /proc.
// What is known of a descriptor holds until a call that may change it; of those
// that other threads may change nothing is known for longer than now.
func (th *thread) readsNoProc() bool {
	fd := uint32(th.madeCall().args[0])
	lasts := fd < 64 && th.group.live.Load() == 1 && !th.group.files.Load()
	if lasts {
		if th.plain.vm != th.vm() {
			th.plain = plainFiles{vm: th.vm()}
		}
		if th.plain.fds&(1<<fd) != 0 {
			return true
		}
	}
	fs, e := sys.FileSystem(th.tid, int(fd))
	if e != 0 || fs == unix.PROC_SUPER_MAGIC {
		return false
	}
	if lasts {
		th.plain.fds |= 1 << fd
	}
	return true
}
