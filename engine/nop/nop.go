// Package nop is the engine that does nothing: it is called at every system
// call's entry and exit and lets it be. What it costs is what utrace costs, so
// it is what benchmarks measure.
package nop

import (
	"fmt"
	"strconv"

	"utrace"
	"utrace/engine"
	"utrace/syscalls"
)

// maxCopies bounds the key copies; each is one more engine on every thread.
const maxCopies = 1000

// Kind describes the engine.
var Kind = engine.Kind{
	Name:     "nop",
	Summary:  "wants every system call's entry and exit, and does nothing: for benchmarks",
	TakesSet: true,
	Params: []engine.Param{
		{Key: "copies", Value: "N", Default: "1", Help: "attach N of them to each thread"},
		{Key: "at", Value: "entry|exit|both", Default: "both", Help: "where to be called"},
	},
	New: New,
}

// New makes an instance.
func New(c engine.Config) (engine.Instance, error) {
	n := &nop{set: c.Set, copies: 1, events: utrace.EventSyscall}
	n.ops = utrace.Ops{Name: "nop", SyscallEntry: pass, SyscallExit: pass}
	if v, ok := c.Params["copies"]; ok {
		copies, err := strconv.Atoi(v)
		if err != nil || copies < 1 || copies > maxCopies {
			return nil, fmt.Errorf("copies=%s: want a number from 1 to %d", v, maxCopies)
		}
		n.copies = copies
	}
	switch at := c.Params["at"]; at {
	case "", "both":
	case "entry":
		n.events = utrace.EventSyscallEntry
	case "exit":
		n.events = utrace.EventSyscallExit
	default:
		return nil, fmt.Errorf("at=%s: want entry, exit or both", at)
	}
	return n, nil
}

// nop is one instance. Its ops are its own, so that its engines can be told from
// another's.
type nop struct {
	set    *syscalls.Set
	copies int
	events utrace.Events
	ops    utrace.Ops
}

// A call's action passes through unchanged, so that other engines' choices stand.
func pass(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action { return a.NoOpinion() }

// Attach attaches the copies and returns the last, with a reference.
func (n *nop) Attach(t *utrace.Task) (*utrace.Engine, error) {
	var last *utrace.Engine
	for range n.copies {
		e, err := engine.Follow(t, &n.ops, nil, n.set, n.events)
		if err != nil {
			return nil, err
		}
		if last != nil {
			last.Put()
		}
		last = e
	}
	return last, nil
}

// Close has nothing left to do.
func (n *nop) Close() error { return nil }
