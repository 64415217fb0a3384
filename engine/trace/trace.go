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
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	"utrace"
	"utrace/engine"
	"utrace/engine/match"
	"utrace/engine/sink"
	"utrace/internal/fdinfo"
	"utrace/internal/pidns"
	"utrace/internal/tty"
	"utrace/internal/unwind"
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
		{Key: "format", Value: "text|json", Default: "text", Help: "lines as strace's, or an object each (docs/json.md)"},
		{Key: "color", Value: "auto|always|never", Default: "auto", Help: "colours; auto: on a terminal, unless NO_COLOR is set"},
	},
	New: New,
}

// New makes an instance, which writes to c.Out.
func New(c engine.Config) (engine.Instance, error) {
	o := Defaults()
	o.Calls, o.Only = c.Set, c.Only
	o.Quiet = QuietAttach | QuietPersonality
	if v, ok := c.Params["strsize"]; ok {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > decode.MaxStringLimit {
			return nil, fmt.Errorf("strsize=%s: want a number from 0 to %d", v, decode.MaxStringLimit)
		}
		o.SetStringLimit(n)
	}
	out := c.Out
	if out == nil {
		out = os.Stderr
	}
	switch v, ok := c.Params["format"]; {
	case v == "json":
		o.JSON, o.Quiet, o.FDs = true, 0, fdinfo.Path
	case ok && v != "text":
		return nil, fmt.Errorf("format=%s: want text or json", v)
	}
	switch v, ok := c.Params["color"]; {
	case !ok || v == "auto":
		o.Colour = tty.Of(out).Colour
	case v == "always":
		o.Colour = true
	case v != "never":
		return nil, fmt.Errorf("color=%s: want auto, always or never", v)
	}
	if out != os.Stderr {
		o.Leader = LeaderPID
	}
	return NewTracer(out, o), nil
}

// Tracer is one instance. Its ops are its own, so that of two on one task each
// finds its engines.
type Tracer struct {
	opt     Options
	within  func(*utrace.Syscall) bool // nil: a call's number tells whether it is one of Options.Calls
	ops     utrace.Ops
	threads atomic.Int32
	left    atomic.Int64 // calls until Options.Limit
	done    chan struct{}

	fds      *fdinfo.Describer // nil: not asked for
	pids     *pidns.Translator // nil: not asked for
	unwinder *unwind.Unwinder  // nil: not asked for

	shared *output    // for all threads; nil: one for each
	notes  *sink.Sink // for what is said on standard error, if that is not shared's

	mu       sync.Mutex
	idle     chan struct{}   // closed when the last thread goes
	execs    map[int]*thread // in execve, by process
	stops    map[int]int     // last stop signal taken, by process
	separate map[*output]io.Closer
	closing  sync.WaitGroup // of separate outputs
	failed   error          // of a separate output that is closed
}

// NewTracer makes an instance with strace's options, that writes to out.
func NewTracer(out io.Writer, o Options) *Tracer {
	t := &Tracer{opt: o, within: match.Within(o.Calls, nil), execs: map[int]*thread{}, stops: map[int]int{}, done: make(chan struct{})}
	t.left.Store(o.Limit)
	t.describers()
	t.ops = t.newOps()
	switch {
	case o.Separate != nil:
		t.separate = map[*output]io.Closer{}
	default:
		t.shared = t.newOutput(out, o.Leader)
		if out == os.Stderr && !o.JSON {
			go t.shared.watch(t.done)
		}
	}
	if t.shared == nil || out != os.Stderr {
		t.notes = sink.New(os.Stderr, 0)
	}
	return t
}

func (t *Tracer) newOutput(w io.Writer, leader Leader) *output {
	o := &output{opt: &t.opt, sink: sink.New(w, 0), leader: leader, threads: &t.threads}
	if t.opt.Colour {
		o.paint = coloured
	}
	return o
}

const events = utrace.EventSyscall | utrace.EventSignalAll | utrace.EventClone | utrace.EventExec |
	utrace.EventDeath | utrace.EventReap | utrace.EventJobControl

// Attach attaches it to a task, and to all that descend from it.
func (t *Tracer) Attach(task *utrace.Task) (*utrace.Engine, error) {
	return t.attach(task, t.newThread(task))
}

// AttachProgram attaches it to the task of a program that is about to be
// started: its first execve is not one that Options.DetachExec means.
func (t *Tracer) AttachProgram(task *utrace.Task) (*utrace.Engine, error) {
	th := t.newThread(task)
	th.starting = true
	return t.attach(task, th)
}

func (t *Tracer) attach(task *utrace.Task, th *thread) (*utrace.Engine, error) {
	e, err := task.Attach(utrace.AttachCreate, &t.ops, th)
	if err != nil {
		return nil, err
	}
	t.attached(th, 0)
	e.SetFollow(!t.opt.NoFollow)
	return e, errors.Join(e.SetSyscalls(t.opt.Calls), e.SetEvents(events))
}

// Close writes what is left; its error is the first that writing met.
func (t *Tracer) Close() error {
	close(t.done)
	var errs []error
	if t.shared != nil {
		errs = append(errs, t.shared.sink.Close())
	}
	if t.notes != nil {
		_ = t.notes.Close() // nobody reads what is said
	}
	t.mu.Lock()
	left := t.separate
	t.separate = nil
	t.mu.Unlock()
	for o, c := range left {
		errs = append(errs, o.sink.Close(), c.Close())
	}
	t.closing.Wait()
	errs = append(errs, t.failed)
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("trace: %w", err)
		}
	}
	return nil
}

// Idle returns a channel that is closed when no thread is traced.
func (t *Tracer) Idle() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.idle == nil {
		t.idle = make(chan struct{})
	}
	idle := t.idle
	t.settle()
	return idle
}

// settle closes idle if no thread is left. t.mu is held.
func (t *Tracer) settle() {
	if t.idle != nil && t.threads.Load() == 0 {
		close(t.idle)
		t.idle = nil
	}
}

// Say writes a line that is no thread's to standard error, in its place among
// the lines if they go there.
func (t *Tracer) Say(format string, args ...any) {
	text := fmt.Sprintf("strace: "+format, args...)
	if t.notes != nil {
		_, _ = t.notes.Write([]byte(text + "\n"))
	} else if t.shared != nil {
		t.shared.note(text)
	}
}

// outputFor returns where a thread's lines go.
func (t *Tracer) outputFor(task *utrace.Task) *output {
	if t.shared != nil {
		return t.shared
	}
	w, err := t.opt.Separate(task.TID())
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.fail(err)
		w = discard{}
	}
	o := t.newOutput(w, LeaderNone)
	if t.separate != nil {
		t.separate[o] = w
	}
	return o
}

// over closes a thread's own output.
func (t *Tracer) over(o *output) {
	t.mu.Lock()
	c := t.separate[o]
	delete(t.separate, o)
	if c != nil {
		t.closing.Add(1)
	}
	t.mu.Unlock()
	if c == nil {
		return
	}
	go func() { // it may wait for the writer
		defer t.closing.Done()
		err := errors.Join(o.sink.Close(), c.Close())
		t.mu.Lock()
		defer t.mu.Unlock()
		t.fail(err)
	}()
}

func (t *Tracer) fail(err error) {
	if t.failed == nil {
		t.failed = err
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }
