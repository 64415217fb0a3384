package linux

import (
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
	th.flush()
	th.loaded = false // the request may change them
	n, e := sys.Inspect(th.tid, request, uintptr(addr), data)
	if e != 0 {
		return n, e
	}
	return n, nil
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
