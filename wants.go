package utrace

import "utrace/syscalls"

// Wants is what the engines of a task want of its system calls, all together.
// It never changes: a task is given another one.
type Wants struct {
	// Entry and Exit are the calls at whose entry and exit some engine wants to
	// be called; nil is every call, as with an engine's own set.
	Entry, Exit *syscalls.Set
	// Lasting are the calls that some engine will go on to want
	// ([Engine.SetLasting]); never nil.
	Lasting *syscalls.Set
	// Exiting: some engine wants EventExit, for which exit and exit_group must
	// stop at their entry: only there can the code be changed.
	Exiting bool
}

var noWants = &Wants{Entry: syscalls.None(), Exit: syscalls.None(), Lasting: syscalls.None()}

// Wants returns what the task's engines want of its system calls. The pointer is
// the same as long as that is. Any goroutine.
func (h *Hooks) Wants(t *Task) *Wants { return t.wants.Load() }

// All returns the calls that must be stopped at, be it at the entry or the exit.
func (w *Wants) All() *syscalls.Set { return join(w.Entry, w.Exit) }

// Nothing reports whether the thread need not stop at any call.
func (w *Wants) Nothing() bool { return w.Entry.IsEmpty() && w.Exit.IsEmpty() && !w.Exiting }

// add takes in one engine with these events and these sets.
func (w *Wants) add(ev Events, set, lasting *syscalls.Set) {
	if ev&EventSyscallEntry != 0 {
		w.Entry = join(w.Entry, set)
	}
	if ev&EventSyscallExit != 0 {
		w.Exit = join(w.Exit, set)
	}
	w.Exiting = w.Exiting || ev&EventExit != 0
	if lasting != nil {
		w.Lasting = join(w.Lasting, lasting)
	}
}

// join is Union, but makes a new set only if it must.
func join(a, b *syscalls.Set) *syscalls.Set {
	switch {
	case a == b || b.IsEmpty():
		return a
	case a.IsEmpty():
		return b
	}
	return a.Union(b)
}

func (w *Wants) equal(o *Wants) bool {
	return w.Exiting == o.Exiting && equal(w.Entry, o.Entry) && equal(w.Exit, o.Exit) && equal(w.Lasting, o.Lasting)
}

func equal(a, b *syscalls.Set) bool {
	return a == b || a != nil && b != nil && *a == *b
}
