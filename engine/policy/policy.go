package policy

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/expr-lang/expr/vm"
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/engine"
	"utrace/engine/held"
	"utrace/engine/match"
	"utrace/engine/sink"
	"utrace/internal/pidns"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

const name = "policy"

// Kind describes the engine.
var Kind = engine.Kind{
	Name:    name,
	Summary: "decides about system calls by rules in a file: allow, deny, kill, signal, hold, log",
	Writes:  true,
	Params: []engine.Param{
		{Key: "file", Value: "FILE", Help: "the rules: ACTION SET [if CONDITION], the first that matches decides (docs/policy.md)"},
	},
	New: New,
}

// Policy is a list of rules. It is immutable.
type Policy struct {
	rules []*rule
	set   *syscalls.Set // of all rules
}

// New makes an instance. Its held calls are on c.Board.
func New(c engine.Config) (engine.Instance, error) {
	path, ok := c.Params["file"]
	if !ok {
		return nil, errors.New("want the rules: policy:file=FILE")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	p, err := Parse(path, string(text))
	if err != nil {
		return nil, err
	}
	pe := &policyEngine{policy: p, board: c.Board, out: sink.New(c.Writer(), 0)}
	if pe.board == nil {
		pe.board = held.New()
	}
	pe.board.LogExpired(&pe.ops, pe.out)
	pe.ops = utrace.Ops{Name: name, SyscallEntry: pe.entry, Death: pe.death, Reap: pe.reap}
	return pe, nil
}

// policyEngine is one instance. Its ops are its own, so that of two on one task
// each finds its engines.
type policyEngine struct {
	policy *Policy
	board  *held.Board
	out    *sink.Sink
	ops    utrace.Ops
	failed sync.Map // rules of which an evaluation error was logged
}

// thread is what is known of one task: an engine's data.
type thread struct {
	task    *utrace.Task
	slot    held.Slot
	machine vm.VM
	look    look
}

// Attach attaches it to a task, and to all that descend from it.
func (p *policyEngine) Attach(t *utrace.Task) (*utrace.Engine, error) {
	return engine.Follow(t, &p.ops, &thread{task: t}, p.policy.set, held.Events)
}

// thread returns what is known of the engine's task. A child's engine that
// follows begins with its parent's data.
func (p *policyEngine) thread(e *utrace.Engine) *thread {
	th := e.Data().(*thread)
	if task := e.Task(); th.task != task {
		th = &thread{task: task}
		e.SetData(th)
	}
	return th
}

// entry decides about a call. In a further round of its entry the arguments may
// be others, and it decides anew; but what it has logged or sent it does once.
func (p *policyEngine) entry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := p.thread(e)
	if answer, ok := th.slot.Again(a, c); ok {
		return answer
	}
	l := &th.look
	l.begin(c)
	for _, r := range p.policy.rules {
		if !match.Has(r.set, c) || !p.true(th, r, l) {
			continue
		}
		if r.verb == logOnly {
			if !a.Resumed() {
				p.log(r, c)
			}
			continue
		}
		return p.act(th, r, e, a, c)
	}
	return a.NoOpinion()
}

// true evaluates a rule's condition.
func (p *policyEngine) true(th *thread, r *rule, l *look) bool {
	if r.cond == nil {
		return true
	}
	l.get(r.needs)
	v, err := th.machine.Run(r.cond, &l.env)
	if err != nil {
		if _, before := p.failed.LoadOrStore(r, true); !before {
			fmt.Fprintf(p.out, "policy: %s: not true, since it cannot be evaluated: %v (said once)\n", r.where, firstLine(err))
		}
		return false
	}
	return v == true
}

func (p *policyEngine) act(th *thread, r *rule, e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	t := c.Task()
	switch r.verb {
	case deny:
		c.SetResult(r.result)
		return utrace.SyscallAbort | utrace.Resume
	case kill:
		p.log(r, c)
		_ = t.Process().Signal(unix.SIGKILL) // ESRCH: it is dead
		return utrace.SyscallAbort | utrace.Resume
	case sendSignal:
		if !a.Resumed() {
			_ = unix.Tgkill(t.PID(), t.TID(), unix.Signal(r.signal))
		}
	case hold:
		terms := r.terms
		terms.Why = r.where
		return th.slot.Hold(p.board, e, a, c, terms)
	}
	return a.NoOpinion()
}

func (p *policyEngine) death(e *utrace.Engine, a utrace.Action, _ bool, _ int) utrace.Action {
	p.thread(e).slot.Leave("its thread died")
	return a.NoOpinion()
}

func (p *policyEngine) reap(e *utrace.Engine) {
	th := p.thread(e)
	th.slot.Leave("its thread was let go")
	th.look.name.close()
}

// log writes a line about a call that a rule is about.
func (p *policyEngine) log(r *rule, c *utrace.Syscall) {
	tid := c.Task().TID()
	text := decode.EntryText(c.Memory(), c.Arch(), c, stringLimit)
	fmt.Fprintf(p.out, "policy: %s: %s: %d %s: %s\n", r.where, r.words, tid, pidns.Comm(tid), text)
}

// Close writes what is left of the log.
func (p *policyEngine) Close() error {
	if err := p.out.Close(); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	return nil
}

// firstLine is an error without the picture of the source that expr adds.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
