package sys

import (
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// feature is the cached answer of a probe of the running kernel.
type feature struct{ state atomic.Uint32 }

const (
	unknown uint32 = iota
	absent
	present
)

// have returns the cached answer or asks probe, which may not know yet.
func (f *feature) have(probe func() (yes, known bool)) bool {
	switch f.state.Load() {
	case present:
		return true
	case absent:
		return false
	}
	yes, known := probe()
	switch {
	case known && yes:
		f.state.Store(present)
	case known:
		f.state.Store(absent)
	}
	return yes
}

var setSyscallInfo feature

// HaveSetSyscallInfo tells whether the kernel has PTRACE_SET_SYSCALL_INFO
// (6.16). tid is a thread that the caller has stopped; nothing in it is changed.
// The answer is kept; safe for concurrent use.
func HaveSetSyscallInfo(tid int) bool {
	return setSyscallInfo.have(func() (yes, known bool) {
		// A structure of no length is EINVAL where the request is known, and
		// an unknown request is EIO.
		switch ptrace(unix.PTRACE_SET_SYSCALL_INFO, tid, 0, 0) {
		case unix.EINVAL:
			return true, true
		case unix.EIO:
			return false, true
		}
		return false, false // ESRCH: no stopped tracee to ask with
	})
}
