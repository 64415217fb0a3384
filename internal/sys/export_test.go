package sys

import "golang.org/x/sys/unix"

// Action is the SIGCHLD action, for tests.
type Action = sigaction

// SigchldAction reads it.
func SigchldAction() (a Action) {
	rtSigaction(unix.SIGCHLD, nil, &a)
	return a
}

func (a Action) Flags() uint64 { return a.flags }

// With returns the action with more flags.
func (a Action) With(flags uint64) Action {
	a.flags |= flags
	return a
}

// Clear takes SA_NOCLDSTOP off, in a and in the process.
func (a *Action) Clear() {
	a.flags &^= saNoCldStop
	rtSigaction(unix.SIGCHLD, a, nil)
}
