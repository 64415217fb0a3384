package hosttest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// Recorder is a log of callbacks that several engines share, in the order in
// which they were made. Entries are texts, the engine's name first:
//
//	a entry getppid        a exit getppid=1         a quiesce SYSCALL_ENTRY
//	a quiesce 0            a signal 10 SIGNAL       a report (no signal)
//	a handler              a clone                  a exec
//	a exiting 0x300        a death                  a reap
//	a jctl 5               a release
type Recorder struct {
	t testing.TB

	mu      sync.Mutex
	log     []Entry
	cursor  int           // where Await goes on
	muted   bool          // see Run.Recorder
	changed chan struct{} // closed when the log grows
}

// Entry is one callback.
type Entry struct {
	Text string
	Arg  utrace.Action // its action argument
	TID  int
}

// NewRecorder makes an empty log.
func NewRecorder(t testing.TB) *Recorder {
	return &Recorder{t: t, changed: make(chan struct{})}
}

// Event is what an answer function gets: the callback and its arguments, as
// far as it has them.
type Event struct {
	Entry
	Engine    *utrace.Engine
	Call      *utrace.Syscall
	Signal    *utrace.Signal
	Exit      *utrace.Exit
	Child     *utrace.Task
	Flags     uint64 // clone's
	GroupDead bool   // death's
	DeathSig  int
	Notify    int32 // jctl's
}

// Echo is the answer of an engine without an opinion: Resume, and what the
// engines before chose.
func (ev *Event) Echo() utrace.Action {
	if ev.Call != nil && !ev.Call.AtExit() {
		return ev.Arg.Syscall() | utrace.Resume
	}
	if ev.Signal != nil {
		return ev.Arg.Signal() | utrace.Resume
	}
	return utrace.Resume
}

// Engine is an engine that records, and answers as it was told by On.
type Engine struct {
	*utrace.Engine // after Attach
	Name           string
	Ops            *utrace.Ops
	rec            *Recorder
	mu             sync.Mutex
	answers        []answer
}

type answer struct {
	prefix string
	fn     func(*Event) utrace.Action
}

// Engine makes an engine; it is not attached yet. It may be attached to
// several threads, by Ops.
func (r *Recorder) Engine(name string) *Engine {
	e := &Engine{Name: name, rec: r}
	e.Ops = &utrace.Ops{
		Name: name,
		Quiesce: func(u *utrace.Engine, a utrace.Action, ev utrace.Events) utrace.Action {
			return e.called(u, a, "quiesce "+ev.String(), &Event{})
		},
		SyscallEntry: func(u *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			return e.called(u, a, "entry "+c.Name(), &Event{Call: c})
		},
		SyscallExit: func(u *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			return e.called(u, a, fmt.Sprintf("exit %s=%d", c.Name(), c.Result()), &Event{Call: c})
		},
		Signal: func(u *utrace.Engine, a utrace.Action, s *utrace.Signal) utrace.Action {
			text := fmt.Sprintf("signal %d %s", s.Signo(), s.Event())
			switch {
			case s.Event() == 0 && a.Signal() == utrace.SignalHandler:
				text = "handler"
			case s.Event() == 0:
				text = "report"
			}
			return e.called(u, a, text, &Event{Signal: s})
		},
		Clone: func(u *utrace.Engine, a utrace.Action, flags uint64, child *utrace.Task) utrace.Action {
			return e.called(u, a, "clone", &Event{Flags: flags, Child: child})
		},
		Exec: func(u *utrace.Engine, a utrace.Action) utrace.Action {
			return e.called(u, a, "exec", &Event{})
		},
		Exit: func(u *utrace.Engine, a utrace.Action, x *utrace.Exit) utrace.Action {
			return e.called(u, a, fmt.Sprintf("exiting %#x", int(x.Code())), &Event{Exit: x})
		},
		Death: func(u *utrace.Engine, a utrace.Action, groupDead bool, sig int) utrace.Action {
			return e.called(u, a, "death", &Event{GroupDead: groupDead, DeathSig: sig})
		},
		Reap: func(u *utrace.Engine) { e.called(u, utrace.Resume, "reap", &Event{}) },
		JobControl: func(u *utrace.Engine, a utrace.Action, kind, notify int32) utrace.Action {
			return e.called(u, a, fmt.Sprintf("jctl %d", kind), &Event{Notify: notify})
		},
		Release: func(any) { r.add(Entry{Text: name + " release"}) },
	}
	return e
}

// On says what callbacks are answered whose text, without the engine's name,
// begins with prefix; the last On that fits counts. Without one the answer is
// [Event.Echo]. It may be called at any time.
func (e *Engine) On(prefix string, fn func(*Event) utrace.Action) *Engine {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers = append(e.answers, answer{prefix, fn})
	return e
}

// Answer is On with a fixed answer.
func (e *Engine) Answer(prefix string, a utrace.Action) *Engine {
	return e.On(prefix, func(*Event) utrace.Action { return a })
}

// Once is On with a fixed answer for the first time and Echo after.
func (e *Engine) Once(prefix string, a utrace.Action) *Engine {
	first := true // callbacks of one thread never overlap
	return e.On(prefix, func(ev *Event) utrace.Action {
		if first {
			first = false
			return a
		}
		return ev.Echo()
	})
}

func (e *Engine) called(u *utrace.Engine, a utrace.Action, text string, ev *Event) utrace.Action {
	ev.Engine = u
	ev.Entry = Entry{e.Name + " " + text, a, u.Task().TID()}
	if (text == "quiesce 0" || text == "report") && e.rec.isMuted() {
		return ev.Echo()
	}
	e.mu.Lock()
	var fn func(*Event) utrace.Action
	for _, an := range e.answers {
		if strings.HasPrefix(text, an.prefix) {
			fn = an.fn
		}
	}
	e.mu.Unlock()
	e.rec.add(ev.Entry)
	if fn == nil {
		return ev.Echo()
	}
	return fn(ev)
}

// Attach attaches the engine to task with these events and keeps the handle.
func (e *Engine) Attach(task *utrace.Task, events utrace.Events) *Engine {
	e.rec.t.Helper()
	u, err := task.Attach(utrace.AttachCreate, e.Ops, e.Name)
	if err == nil {
		err = u.SetEvents(events)
	}
	if err != nil {
		e.rec.t.Fatalf("attach %s: %v", e.Name, err)
	}
	e.Engine = u
	return e
}

func (r *Recorder) isMuted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.muted
}

func (r *Recorder) unmute() {
	r.mu.Lock()
	r.muted = false
	r.mu.Unlock()
}

func (r *Recorder) add(en Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, en)
	close(r.changed)
	r.changed = make(chan struct{})
}

// Mark adds an entry of the test's own, to be found among the others.
func (r *Recorder) Mark(text string) { r.add(Entry{Text: text}) }

// Await waits for an entry after those that earlier Awaits have found, and
// returns it. Text may be a prefix.
func (r *Recorder) Await(text string) Entry {
	r.t.Helper()
	timeout := time.After(Deadline)
	for {
		r.mu.Lock()
		for ; r.cursor < len(r.log); r.cursor++ {
			if en := r.log[r.cursor]; strings.HasPrefix(en.Text, text) {
				r.cursor++
				r.mu.Unlock()
				return en
			}
		}
		changed := r.changed
		r.mu.Unlock()
		select {
		case <-changed:
		case <-timeout:
			r.t.Fatalf("no %q in:\n\t%s", text, strings.Join(r.Texts(), "\n\t"))
		}
	}
}

// Log returns all entries.
func (r *Recorder) Log() []Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Entry(nil), r.log...)
}

// Texts returns the entries' texts, those alone that begin with a prefix, if
// there are any.
func (r *Recorder) Texts(prefixes ...string) []string {
	var list []string
	for _, en := range r.Log() {
		ok := len(prefixes) == 0
		for _, p := range prefixes {
			ok = ok || strings.HasPrefix(en.Text, p)
		}
		if ok {
			list = append(list, en.Text)
		}
	}
	return list
}

// Want fails the test unless the log is exactly this.
func (r *Recorder) Want(texts ...string) {
	r.t.Helper()
	if got := r.Texts(); strings.Join(got, "\n") != strings.Join(texts, "\n") {
		r.t.Errorf("callbacks:\n\t%s\nwant:\n\t%s", strings.Join(got, "\n\t"), strings.Join(texts, "\n\t"))
	}
}

// Count returns how many entries begin with prefix.
func (r *Recorder) Count(prefix string) int { return len(r.Texts(prefix)) }

// WantErr fails the test unless err is the errno; 0 is nil.
func WantErr(t testing.TB, what string, err error, want unix.Errno) {
	t.Helper()
	if want == 0 && err != nil || want != 0 && !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// AwaitHeld waits until the thread is held, or stopped by job control: a stop
// that a callback answered is a fact only some time after.
func AwaitHeld(t testing.TB, task *utrace.Task, state string) {
	t.Helper()
	if !until(func() bool { return task.State() == state }) {
		t.Fatalf("task %v is %s, want %s", task.ID(), task.State(), state)
	}
}
