package hosttest

import (
	"errors"

	"golang.org/x/sys/unix"

	"utrace"
)

// model is utrace for one thread that makes calls of getppid and exits, written
// down as the semantics say it, without goroutines, locks and registers. It is
// given a plan and foretells everything that engines and program will see.
type model struct {
	plan    plan
	engines []*modelEngine // all there will ever be
	list    []*modelEngine // attached
	resume  utrace.Action
	life    string // "", "dying", "dead" or "reaping"
	current *modelEngine
	stopped bool
	killed  bool

	action, rest, result, flags utrace.Action // of the pass

	log     []string
	results []bool          // of each call that returned: was it made?
	answers []utrace.Action // to each callback
	during  [][]modelOp     // what is done while each callback runs
	holds   []modelHold
}

type modelEngine struct {
	index    int
	mask     utrace.Events
	stop     bool
	attached bool
	gone     bool
	answers  []utrace.Action // one after another, then RESUME
}

// modelOp is something that somebody does to an engine, and what it returns.
type modelOp struct {
	kind   string // "control", "events", "attach", "kill"
	engine int
	action utrace.Action
	mask   utrace.Events
	want   unix.Errno
}

// modelHold is a stop: how many callbacks come before it, and what ends it.
type modelHold struct {
	callbacks int
	state     string
	ops       []modelOp
}

// plan is what is drawn.
type plan struct {
	Calls   int
	Engines []planEngine
	During  []planOp // one for each callback, while they last
	Held    []planOp // taken by stops, while they last
}

type planEngine struct {
	Mask    utrace.Events
	Answers []utrace.Action
	Late    bool // is attached by an op
}

type planOp struct {
	Kind   string
	Engine int
	Action utrace.Action
	Mask   utrace.Events
}

// errKilled unwinds the model when SIGKILL ends a stop.
var errKilled = errors.New("killed")

func foretell(p plan) *model {
	m := &model{plan: p, resume: utrace.Resume}
	for i, e := range p.Engines {
		me := &modelEngine{index: i, mask: e.Mask, answers: e.Answers}
		m.engines = append(m.engines, me)
		if !e.Late {
			m.attach(me)
		}
	}
	m.run()
	return m
}

func (m *model) run() {
	defer func() {
		if r := recover(); r != nil && r != any(errKilled) {
			panic(r)
		}
		m.die()
	}()
	for range m.plan.Calls {
		m.call("getppid")
	}
	m.entry("exit_group")
}

// die is Exit, which can be held again, Death and Reap.
func (m *model) die() {
	m.killed = false
	m.pass(utrace.EventExit, "exiting", false)
	if m.action == utrace.Stop {
		m.hold("held in exit")
	}
	m.life = "dying"
	m.pass(utrace.EventDeath, "death", false)
	m.life = "reaping"
	for _, e := range append([]*modelEngine(nil), m.list...) {
		m.current = e
		if e.mask&utrace.EventReap != 0 {
			m.callback(e, "reap", utrace.Resume)
		}
		m.detach(e)
	}
}

func (m *model) union() (u utrace.Events) {
	for _, e := range m.list {
		u |= e.mask
	}
	return u
}

func (m *model) held() bool {
	for _, e := range m.list {
		if e.stop {
			return true
		}
	}
	return false
}

func (m *model) lower(a utrace.Action) { m.resume = min(m.resume, a) }

func (m *model) attach(e *modelEngine) {
	e.attached = true
	m.list = append(append([]*modelEngine(nil), m.list...), e)
}

func (m *model) detach(e *modelEngine) {
	if e.gone {
		return
	}
	e.gone = true
	var list []*modelEngine
	for _, o := range m.list {
		if o != e {
			list = append(list, o)
		}
	}
	if m.list = list; list == nil {
		m.resume = utrace.Resume // S113
	}
}

// call is one system call and the way back to user mode.
func (m *model) call(name string) {
	made := m.entry(name)
	m.exit(name, made)
	m.userMode()
	m.results = append(m.results, made)
}

func (m *model) exit(name string, made bool) {
	result := "-38"
	if made {
		result = "1"
	}
	if m.union()&utrace.EventSyscallExit == 0 {
		return
	}
	m.pass(utrace.EventSyscallExit, "exit "+name+"="+result, true)
}

// entry makes the rounds (S57 to S60) and says whether the call is made.
func (m *model) entry(name string) bool {
	if m.union()&utrace.EventSyscallEntry == 0 {
		return true
	}
	result, flags := utrace.SyscallRun, utrace.Action(0)
	for {
		m.begin(utrace.Resume)
		m.result, m.flags = result, flags
		m.visit(utrace.EventSyscallEntry, "entry "+name)
		if m.action != utrace.Stop {
			m.lower(m.action)
			break
		}
		at := len(m.holds)
		m.hold("held at syscall entry")
		if m.killed && len(m.holds) > at {
			m.exit(name, false) // S63
			panic(errKilled)
		}
		if m.resume > utrace.Report {
			break
		}
		result, flags = m.result&0xf0, utrace.SyscallResumed
	}
	return m.result&0xf0 != utrace.SyscallAbort
}

func (m *model) begin(r utrace.Action) {
	if m.resume > utrace.Interrupt {
		m.resume = utrace.Resume
	}
	m.action, m.rest, m.result, m.flags = r, r, 0, 0
}

// pass is a pass of an event for which there is no stop on the spot, if
// deferred.
func (m *model) pass(ev utrace.Events, text string, deferred bool) {
	wanted := ev
	if ev == utrace.EventDeath {
		wanted |= utrace.EventQuiesce
		m.resume = utrace.Resume
	}
	if m.union()&wanted == 0 {
		m.action = utrace.Resume
		return
	}
	m.begin(utrace.Resume)
	m.visit(ev, text)
	switch {
	case deferred && m.action == utrace.Stop:
		m.lower(utrace.Report)
	case deferred:
		m.lower(m.action)
	}
}

// userMode makes the passes before user mode.
func (m *model) userMode() {
	for {
		r := m.resume
		m.resume = utrace.Resume
		m.begin(r)
		if r <= utrace.Report {
			m.begin(utrace.Resume)
			for _, e := range m.list {
				if e.gone || e.mask&utrace.EventQuiesce == 0 {
					if r == utrace.Interrupt && e.stop && !e.gone {
						m.action = utrace.Stop
					}
					continue
				}
				m.current = e
				text, arg := "quiesce 0", m.action
				if r == utrace.Interrupt {
					text, arg = "report", m.action|utrace.SignalReport
				}
				a := m.callback(e, text, arg)
				if a.Resume() == utrace.Report || r == utrace.Interrupt && a.Resume() == utrace.Interrupt {
					a = a.With(utrace.Resume)
				}
				m.answer(e, a, false)
				if r == utrace.Interrupt && e.stop && !e.gone {
					m.action = utrace.Stop
				}
			}
			m.current = nil
		}
		if m.held() {
			m.hold("held")
			if m.killed {
				panic(errKilled)
			}
			continue
		}
		if m.rest == utrace.Interrupt {
			m.lower(utrace.Interrupt) // decision Q4
		}
		if m.resume == utrace.Resume {
			return
		}
	}
}
