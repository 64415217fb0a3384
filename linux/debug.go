package linux

import (
	"encoding/binary"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/sys"
)

// Inspect makes a request in the program's name (utrace.Debugger).
func (h *host) Inspect(t *utrace.Task, request int, addr uint64, data []byte) (int64, error) {
	th := h.thread(t)
	if th.at == inGroup {
		if err := th.owner.retrap(th); err != nil {
			return 0, err
		}
	}
	switch request {
	case unix.PTRACE_SETOPTIONS:
		th.filters.off = addr&unix.PTRACE_O_SUSPEND_SECCOMP != 0
		th.filters.suspended = th.filters.off
		opts := th.group.options()
		if th.filters.off {
			opts |= unix.PTRACE_O_SUSPEND_SECCOMP
		}
		if e := sys.SetOptions(th.tid, opts); e != 0 {
			return 0, e
		}
		return 0, nil
	case sys.SeccompGetFilter:
		var err error
		if addr, err = th.filterIndex(addr); err != nil {
			return 0, err
		}
	case sys.SeccompGetMetadata:
		if len(data) >= 8 {
			off, err := th.filterIndex(binary.LittleEndian.Uint64(data))
			if err != nil {
				return 0, err
			}
			defer binary.LittleEndian.PutUint64(data, binary.LittleEndian.Uint64(data))
			binary.LittleEndian.PutUint64(data, off)
		}
	}
	th.flush()
	if request == unix.PTRACE_GET_SYSCALL_INFO && th.asis {
		return int64(copy(data, th.info.Bytes())), nil
	}
	th.loaded, th.asis = false, false // the request may change them
	n, e := sys.Inspect(th.tid, request, uintptr(addr), data)
	if e != 0 {
		return n, e
	}
	return n, nil
}

// filterIndex is the kernel's index of the program's off-th filter, the oldest
// first: ours, which the program knows nothing of, follows those that it was
// born under, which are those of utrace itself. EINVAL: it has none at all.
func (th *thread) filterIndex(off uint64) (uint64, error) {
	if th.filter == nil {
		return off, nil
	}
	if !th.filtered() {
		return 0, unix.EINVAL
	}
	m, err := status(os.Getpid(), "Seccomp_filters")
	if err != nil {
		return 0, err
	}
	if before, _ := strconv.ParseUint(m["Seccomp_filters"], 10, 64); off >= before && off+1 != 0 {
		off += uint64(th.filter.n)
	}
	return off, nil
}

// LeaveJobStop makes a listening thread one that is held at a trap.
func (h *host) LeaveJobStop(t *utrace.Task) error {
	th := h.thread(t)
	if th.at != inGroup {
		return unix.EINVAL
	}
	if err := th.owner.retrap(th); err != nil {
		return err
	}
	th.inStop, th.ranOn = false, true
	th.group.stopped.Add(-1)
	th.at, th.held = atTrap, true
	return nil
}
