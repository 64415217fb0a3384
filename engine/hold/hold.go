// Package hold is the engine that stops calls before they are made, until
// somebody decides: a controller at the control socket, "utrace ask", or a
// program that uses package held.
//
// The promises:
//
//   - A call of the set waits at its entry, before the kernel has seen anything
//     of it; other threads run on. It has a deadline, and a default that then
//     happens and is logged: whatever becomes of the controllers, nothing stays
//     stuck.
//   - Two hold engines on one call both hold it; it runs when both have let it.
//   - The execve by which a program is started is held like any other.
package hold

import (
	"errors"
	"fmt"

	"utrace"
	"utrace/engine"
	"utrace/engine/held"
	"utrace/engine/match"
	"utrace/engine/sink"
	"utrace/syscalls"
)

const name = "hold"

// Kind describes the engine.
var Kind = engine.Kind{
	Name:     name,
	Summary:  "stops calls until a controller decides: --control, utrace ctl, utrace ask",
	TakesSet: true,
	Writes:   true,
	Params: []engine.Param{
		{Key: "deadline", Value: "TIME", Default: "1m", Help: "decide by itself after TIME, such as 500ms, 10s, 2h"},
		{Key: "default", Value: "WHAT", Default: "deny", Help: "what then happens: allow, deny (EPERM), kill, or the name of an error"},
	},
	New: New,
}

// New makes an instance. Its calls are on c.Board.
func New(c engine.Config) (engine.Instance, error) {
	if c.Set == nil {
		return nil, errors.New("want the system calls to hold: hold:SET[:deadline=TIME][:default=WHAT], where SET may be all")
	}
	h := &hold{set: c.Set, board: c.Board, terms: held.Terms{Engine: name, Deadline: held.DefaultDeadline}}
	var err error
	if v, ok := c.Params["deadline"]; ok {
		if h.terms.Deadline, err = held.ParseDeadline(v); err != nil {
			return nil, err
		}
	}
	what := "deny"
	if v, ok := c.Params["default"]; ok {
		what = v
	}
	if h.terms.Default, err = held.ParseDecision(what); err != nil {
		return nil, fmt.Errorf("default=%s: %w", what, err)
	}
	if h.board == nil {
		h.board = held.New()
	}
	h.log = sink.New(c.Writer(), 0)
	h.board.LogExpired(&h.ops, h.log)
	h.ops = utrace.Ops{Name: name, SyscallEntry: h.entry, Death: h.death, Reap: h.reap}
	return h, nil
}

// hold is one instance. Its ops are its own, so that of two on one task each
// finds its engines.
type hold struct {
	set   *syscalls.Set
	board *held.Board
	terms held.Terms
	ops   utrace.Ops
	log   *sink.Sink
}

// thread is what is known of one task: an engine's data.
type thread struct {
	task *utrace.Task
	slot held.Slot
}

// Attach attaches it to a task, and to all that descend from it.
func (h *hold) Attach(t *utrace.Task) (*utrace.Engine, error) {
	return engine.Follow(t, &h.ops, &thread{task: t}, h.set, held.Events)
}

// thread returns what is known of the engine's task. A child's engine that
// follows begins with its parent's data.
func (h *hold) thread(e *utrace.Engine) *thread {
	th := e.Data().(*thread)
	if task := e.Task(); th.task != task {
		th = &thread{task: task}
		e.SetData(th)
	}
	return th
}

func (h *hold) entry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	if !match.Has(h.set, c) {
		return a.NoOpinion()
	}
	th := h.thread(e)
	if answer, ok := th.slot.Again(a, c); ok {
		return answer
	}
	return th.slot.Hold(h.board, e, a, c, h.terms)
}

func (h *hold) death(e *utrace.Engine, a utrace.Action, _ bool, _ int) utrace.Action {
	h.thread(e).slot.Leave("its thread died")
	return a.NoOpinion()
}

func (h *hold) reap(e *utrace.Engine) { h.thread(e).slot.Leave("its thread was let go") }

// Close writes what is left of the log.
func (h *hold) Close() error {
	if err := h.log.Close(); err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	return nil
}
