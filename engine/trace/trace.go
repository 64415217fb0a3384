// Package trace is the engine that writes down what a program does, as
// strace(1) does: a line for each system call, with its arguments, its result
// and the name of its error; lines for signals, stops and ends.
//
// The promises:
//
//   - It changes nothing: what other engines choose, it lets stand.
//   - It sees a call as its place in the order shows it. After a second round
//     at a call's entry the arguments are those of the last round.
//   - What a call reads is shown as it was at its entry, what it writes as it
//     was at its exit. Reads of the program's memory are bounded, and nothing
//     that a program does makes them fail but by showing an address.
//   - Nothing is lost: when the output takes no more, the thread that writes
//     waits (package engine/sink). Lines are whole. When the output breaks, the
//     program runs on.
//
// Lines begin with the thread's id, as in "strace -f -o FILE"; on standard
// error with "[pid N]", and only while there are several threads. There the
// beginning of a call that lasts is shown before its end.
package trace

import (
	"fmt"
	"os"
	"strconv"

	"utrace"
	"utrace/engine"
	"utrace/engine/sink"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

// Kind describes the engine.
var Kind = engine.Kind{
	Name:     "trace",
	Summary:  "writes a line for each system call and signal, as strace does",
	TakesSet: true,
	Writes:   true,
	Params: []engine.Param{
		{Key: "strsize", Value: "N", Default: "32", Help: "show at most N bytes of a string"},
	},
	New: New,
}

// New makes an instance, which writes to c.Out.
func New(c engine.Config) (engine.Instance, error) {
	t := &tracer{set: c.Set}
	if v, ok := c.Params["strsize"]; ok {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > decode.MaxStringLimit {
			return nil, fmt.Errorf("strsize=%s: want a number from 0 to %d", v, decode.MaxStringLimit)
		}
		t.options.StringLimit = n
		if n == 0 {
			t.options.StringLimit = -1
		}
	}
	out := c.Out
	f, isFile := out.(*os.File)
	if out == nil {
		f, isFile, out = os.Stderr, true, os.Stderr
	}
	t.out.brackets = isFile && f == os.Stderr
	t.out.sink = sink.New(out, 0)
	t.out.execs, t.out.stops = map[int]int{}, map[int]int{}
	t.ops = t.newOps()
	t.done = make(chan struct{})
	if t.out.brackets {
		go t.out.watch(t.done)
	}
	return t, nil
}

// tracer is one instance. Its ops are its own, so that of two on one task each
// finds its engines.
type tracer struct {
	set     *syscalls.Set
	options decode.Options
	ops     utrace.Ops
	out     output
	done    chan struct{} // closed by Close
}

const events = utrace.EventSyscall | utrace.EventSignalAll | utrace.EventClone | utrace.EventDeath |
	utrace.EventReap | utrace.EventJobControl

// Attach attaches it to a task, and to all that descend from it.
func (t *tracer) Attach(task *utrace.Task) (*utrace.Engine, error) {
	e, err := task.Attach(utrace.AttachCreate, &t.ops, t.newThread(task))
	if err != nil {
		return nil, err
	}
	e.SetFollow(true)
	if err := e.SetSyscalls(t.set); err != nil {
		return nil, err
	}
	return e, e.SetEvents(events)
}

// Close writes what is left; its error is the first that writing met.
func (t *tracer) Close() error {
	close(t.done)
	if err := t.out.sink.Close(); err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	return nil
}
