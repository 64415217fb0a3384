package linux

import (
	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// While a thread's affinity is narrow, for the microseconds of its wake-up (see
// placement), it may come to run if the scheduler prefers it to the owner. What
// it does then must not depend on its affinity. In user mode nothing does, and
// its next call stops, which comes after the owner is done. So what matters is
// the call that it is about to make:
//
//   - one that tells or sets an affinity, any thread's;
//   - one that makes a thread, which inherits it;
//   - one that reads a file of /proc, which may be a status.

// mayNarrow reports whether a thread may be resumed with a narrow affinity. One
// that does not die with us may not: it would keep it if we were killed then.
func (p *placement) mayNarrow(th *thread, from stop, req uintptr) bool {
	switch {
	case req != unix.PTRACE_SYSCALL && !th.trapsAll() || !th.group.killed.Load():
		return false
	case from != atEntry && from != atSeccomp:
		return true
	case !th.call.arch.Is64():
		return false
	}
	switch nr := th.madeCall().nr; affinityUse(nr) {
	case asksAffinity:
		return false
	case inherits:
		th.plain.fds = 0
		return false
	case readsFile:
		return th.readsNoProc()
	case changesFiles:
		th.plain.fds = 0
	}
	return true
}

// note is told of every resumption. It keeps the number of threads that are in
// a call that tells or sets an affinity, and returns when no other is narrow.
func (c *cpus) note(th *thread, from stop) {
	if asks := (from == atEntry || from == atSeccomp) && asksFor(&th.call, th.madeCall().nr); asks != th.asks {
		c.count(th, asks)
	}
}

func (c *cpus) count(th *thread, asks bool) {
	c.narrow.Lock()
	defer c.narrow.Unlock()
	th.asks = asks
	if asks {
		c.asking++
	} else {
		c.asking--
	}
}

// asksFor: sched_setaffinity and sched_getaffinity.
func asksFor(c *callInfo, nr int) bool {
	if c.arch.Is64() {
		return affinityUse(nr) == asksAffinity
	}
	return nr == 241 || nr == 242
}

// use is what a call has to do with the caller's affinity.
type use uint8

const (
	changesFiles use = iota // nothing, but it may change what descriptors are
	unconcerned
	asksAffinity // tells it, or sets it
	inherits     // makes a thread, or has the kernel make one
	readsFile    // from the file that its first argument is
)

// plainFiles are descriptors of a thread that are known not to be of /proc.
type plainFiles struct {
	vm  *vm
	fds uint64
}

// readsNoProc reports whether a call that reads does not read a file of /proc.
// What is known of a descriptor holds until a call that may change it; nothing
// is known of those that other threads may change.
func (th *thread) readsNoProc() bool {
	fd := th.madeCall().args[0]
	if fd >= 64 || th.group.live.Load() != 1 || th.group.files.Load() {
		return false
	}
	if th.plain.vm != th.vm() {
		th.plain = plainFiles{vm: th.vm()}
	}
	if th.plain.fds&(1<<fd) != 0 {
		return true
	}
	fs, e := sys.FileSystem(th.tid, int(fd))
	if e != 0 || fs == unix.PROC_SUPER_MAGIC {
		return false
	}
	th.plain.fds |= 1 << fd
	return true
}
