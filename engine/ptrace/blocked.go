package ptrace

import (
	"bytes"
	"strconv"

	"utrace/arch"
	"utrace/internal/procfs"
)

// inSigwait reports whether the thread waits in rt_sigtimedwait, which lets in
// for that time what is blocked (real_blocked).
func (t *thread) inSigwait() bool {
	f, ok := t.blockedIn()
	return ok && (f.nr == 128 || !f.arch.Is64() && (f.nr == 177 || f.nr == 421))
}

// inWait reports whether the thread may wait in a wait call with this option, which
// cannot be known of one that runs.
func (t *thread) inWait(option uint64) bool {
	f, ok := t.blockedIn()
	if !ok {
		return true
	}
	switch n := numbersOf(f.arch); f.nr {
	case n.wait4, n.waitpid:
		return f.args[2]&option != 0
	case n.waitid:
		return f.args[3]&option != 0
	}
	return false
}

// blockedIn returns the call that the thread sleeps in, from /proc/TID/syscall; ok
// is false if it runs.
func (t *thread) blockedIn() (f frame, ok bool) {
	var buf [256]byte
	b, err := procfs.Read("/proc/"+strconv.Itoa(t.task.TID())+"/syscall", buf[:])
	if err != nil {
		return f, false
	}
	fields := bytes.Fields(b) // the number, six arguments, stack and program counter
	if len(fields) != 9 {
		return f, false
	}
	f.nr, _ = strconv.Atoi(string(fields[0]))
	for i := range f.args {
		f.args[i], _ = strconv.ParseUint(string(fields[1+i]), 0, 64)
	}
	f.arch = arch.NativeID()
	if id, some := arch.CompatID(); some && len(fields[7]) <= len("0xffffffff") {
		f.arch = id // i386's numbers mean something else
	}
	return f, true
}
