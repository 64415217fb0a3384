package server

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"utrace"
	"utrace/control"
	"utrace/engine"
	"utrace/engine/held"
	"utrace/internal/pidns"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

// observer is the engine that tells of threads: new, with another program, dead.
// It is closest to the kernel.
func (s *Server) observer() utrace.Ops {
	return utrace.Ops{
		Name: "control",
		Clone: func(_ *utrace.Engine, a utrace.Action, _ uint64, child *utrace.Task) utrace.Action {
			s.tell("task", child, 0, "")
			return a.NoOpinion()
		},
		Exec: func(e *utrace.Engine, a utrace.Action) utrace.Action {
			if s.hub.listening() {
				s.tell("exec", e.Task(), 0, pidns.Comm(e.Task().TID()))
			}
			return a.NoOpinion()
		},
		Death: func(e *utrace.Engine, a utrace.Action, _ bool, _ int) utrace.Action {
			t := e.Task()
			ev := s.event("death", t)
			if ws, ok := t.ExitStatus(); ok {
				status := int(ws)
				ev.Status = &status
			}
			s.hub.publish(ev)
			return a.NoOpinion()
		},
	}
}

// Attach puts the observer on a task and on all that descend from it.
func (s *Server) Attach(t *utrace.Task) (*utrace.Engine, error) {
	e, err := t.Attach(utrace.AttachCreate, &s.ops, nil)
	if err != nil {
		return nil, err
	}
	e.SetFollow(true)
	s.tell("task", t, 0, "")
	return e, e.SetEvents(utrace.EventClone | utrace.EventExec | utrace.EventDeath)
}

func (s *Server) event(kind string, t *utrace.Task) control.Event {
	return control.Event{Type: kind, Time: time.Now(), Task: t.ID().String(), TID: t.TID(), PID: t.PID()}
}

func (s *Server) tell(kind string, t *utrace.Task, engine uint64, text string) {
	if !s.hub.listening() {
		return
	}
	ev := s.event(kind, t)
	ev.Engine, ev.Text = engine, text
	s.hub.publish(ev)
}

// watch tells of held calls.
func (s *Server) watch(b held.Event) {
	if !s.hub.listening() {
		return
	}
	ev := s.event(string(b.Kind), b.Call.Task())
	switch b.Kind {
	case held.EventHeld:
		h := showHeld(b.Call)
		ev.Held = &h
	default:
		ev.Settled = showSettled(&held.Settled{ID: b.Call.ID(), Decision: b.Decision, Gone: b.Why})
	}
	s.hub.publish(ev)
}

// watchName is the kind of engine that only a controller can use: it tells of
// what happens on the event stream, and stops threads for the controller.
const watchName = "watch"

func (s *Server) watchKind() *engine.Kind {
	return &engine.Kind{
		Name:     watchName,
		Summary:  "tells of system calls, signals and execs on the event stream, and can stop threads there",
		TakesSet: true,
		Params: []engine.Param{
			{Key: "stop", Value: "EVENTS", Help: "stop at these: syscall_entry, syscall_exit, signal, exec, separated by commas"},
			{Key: "deadline", Value: "TIME", Default: "1m", Help: "let a thread go on that was stopped for so long"},
		},
		New: s.newWatcher,
	}
}

// watcher is one engine of that kind.
type watcher struct {
	s        *Server
	set      *syscalls.Set
	stop     map[string]bool
	deadline time.Duration
	ops      utrace.Ops
}

// watched is what a watcher knows of one task.
type watched struct {
	task  *utrace.Task
	text  *decode.Decoder
	begun bool // a call's entry was seen
	stops atomic.Uint64
}

func (s *Server) newWatcher(c engine.Config) (engine.Instance, error) {
	w := &watcher{s: s, set: c.Set, stop: map[string]bool{}, deadline: held.DefaultDeadline}
	if v, ok := c.Params["stop"]; ok {
		for name := range strings.SplitSeq(v, ",") {
			switch name {
			case "syscall_entry", "syscall_exit", "signal", "exec":
				w.stop[name] = true
			default:
				return nil, fmt.Errorf("stop=%s: no event %q: want syscall_entry, syscall_exit, signal or exec", v, name)
			}
		}
	}
	if v, ok := c.Params["deadline"]; ok {
		var err error
		if w.deadline, err = held.ParseDeadline(v); err != nil {
			return nil, err
		}
	}
	w.ops = utrace.Ops{Name: watchName, SyscallEntry: w.entry, SyscallExit: w.exit, Signal: w.signal, Exec: w.exec}
	return w, nil
}

// Attach attaches it to a task, and to all that descend from it.
func (w *watcher) Attach(t *utrace.Task) (*utrace.Engine, error) {
	// Quiesce is what Control(Report) and stepping take.
	return engine.Follow(t, &w.ops, newWatched(t), w.set,
		utrace.EventQuiesce|utrace.EventSyscall|utrace.EventSignalAll|utrace.EventExec)
}

// Close has nothing left to do.
func (w *watcher) Close() error { return nil }

func newWatched(t *utrace.Task) *watched {
	return &watched{task: t, text: decode.New(t.Memory(), nil)}
}

func (w *watcher) watched(e *utrace.Engine) *watched {
	th := e.Data().(*watched)
	if th.task != e.Task() {
		th = newWatched(e.Task())
		e.SetData(th)
	}
	return th
}

// told tells of an event, and is the answer to it. What the engines before have
// chosen for the call or the signal stands.
func (w *watcher) told(e *utrace.Engine, a utrace.Action, kind, text string) utrace.Action {
	th := w.watched(e)
	w.s.tell(kind, e.Task(), e.ID(), text)
	if !w.stop[kind] {
		return a.NoOpinion()
	}
	n := th.stops.Add(1)
	e.Get()
	time.AfterFunc(w.deadline, func() {
		defer e.Put()
		if th.stops.Load() == n && e.Barrier(context.Background()) == nil {
			_ = e.Control(utrace.Resume)
		}
	})
	return a.With(utrace.Stop) | utrace.StopHere
}

func (w *watcher) entry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	if a.Resumed() {
		return a.NoOpinion()
	}
	th := w.watched(e)
	d := th.text
	d.Reset()
	d.Begin(c.Arch(), c)
	th.begun = true
	d.Name()
	d.Text("(")
	d.Enter()
	return w.told(e, a, "syscall_entry", string(d.Bytes()))
}

func (w *watcher) exit(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := w.watched(e)
	d := th.text
	d.Reset()
	if !th.begun { // caught inside of it
		d.Begin(c.Arch(), c)
		d.Skip()
	}
	th.begun = false
	d.Leave(c.Result())
	d.Text(") = ")
	d.Result()
	return w.told(e, a, "syscall_exit", string(d.Bytes()))
}

func (w *watcher) signal(e *utrace.Engine, a utrace.Action, sig *utrace.Signal) utrace.Action {
	if sig.Event() == 0 { // a pass without a signal
		return a.NoOpinion()
	}
	answer := w.told(e, a, "signal", syscalls.SignalName(sig.Signo()))
	return answer &^ utrace.StopHere
}

func (w *watcher) exec(e *utrace.Engine, a utrace.Action) utrace.Action {
	return w.told(e, a, "exec", pidns.Comm(e.Task().TID()))
}
