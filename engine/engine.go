// Package engine is what ready-made engines have in common: how one is named,
// described and configured, so that a command line, a control socket or a
// program can make any of them from text.
package engine

import (
	"io"
	"os"

	"utrace"
	"utrace/engine/held"
	"utrace/syscalls"
)

// Kind describes one ready-made engine.
type Kind struct {
	// Name is what it is called in -e NAME[:SET][:KEY=VALUE]...
	Name string
	// Summary says in one line what it does.
	Summary string
	// TakesSet: a set of system calls may be given; the default is all.
	TakesSet bool
	// Writes: it writes text, to Config.Out; has the parameter "out".
	Writes bool
	// Params are the keys that it knows.
	Params []Param
	// New makes an instance. A bad value is an error that names the key, what
	// was given and what would be right.
	New func(Config) (Instance, error)
}

// Param describes one KEY=VALUE.
type Param struct {
	Key, Value, Default, Help string // Value is a placeholder, such as "N" or "FILE"
}

// Config is what an instance is made from.
type Config struct {
	// Set is the system calls concerned; nil means all.
	Set *syscalls.Set
	// Only, if there is one, says of a call of the set at its entry whether it is
	// concerned. It is called on the thread that traces.
	Only func(*utrace.Syscall) bool
	// Params holds the values given, by key; keys are those of Kind.Params.
	Params map[string]string
	// Out is where an engine that writes does so. It is safe for concurrent
	// use; each Write is one or more whole lines. The caller closes it. nil is
	// standard error.
	Out io.Writer
	// Board is where engines list the calls that they hold, for controllers; nil
	// is a board of their own.
	Board *held.Board
}

// Writer returns Out, or standard error.
func (c *Config) Writer() io.Writer {
	if c.Out == nil {
		return os.Stderr
	}
	return c.Out
}

// Instance is a configured engine, for one tree of tasks.
type Instance interface {
	// Attach attaches it to a task, and to all that descend from it.
	Attach(t *utrace.Task) (*utrace.Engine, error)
	// Close is called when all tasks are gone, or let go: it writes what is
	// left to write.
	Close() error
}

// Follow attaches an engine to a task, and to all that descend from it, with the
// system calls and the events that it wants: what most Attach methods do. A
// child's engine begins with its parent's data.
func Follow(t *utrace.Task, ops *utrace.Ops, data any, set *syscalls.Set, events utrace.Events) (*utrace.Engine, error) {
	e, err := t.Attach(utrace.AttachCreate, ops, data)
	if err != nil {
		return nil, err
	}
	e.SetFollow(true)
	if err := e.SetSyscalls(set); err != nil {
		return nil, err
	}
	return e, e.SetEvents(events)
}
