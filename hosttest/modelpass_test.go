package hosttest

import (
	"fmt"
	"strings"

	"utrace"
)

// visit goes over the engines that are attached now: reversed at entry.
func (m *model) visit(ev utrace.Events, text string) {
	list := m.list
	for i := range list {
		e := list[i]
		if ev == utrace.EventSyscallEntry {
			e = list[len(list)-1-i]
		}
		if e.gone {
			continue
		}
		m.current = e
		if e.mask&utrace.EventQuiesce != 0 {
			m.answer(e, m.callback(e, "quiesce "+ev.String(), m.action|m.result|m.flags), false)
		}
		if e.gone {
			continue
		}
		if e.stop {
			m.action = utrace.Stop
		}
		if e.mask&ev != 0 {
			m.answer(e, m.callback(e, text, m.action|m.result|m.flags), true)
		}
	}
	m.current = nil
}

// answer takes an answer: the smallest action counts (S31), the last choice
// (S50), and nothing of an engine that was detached meanwhile (S107).
func (m *model) answer(e *modelEngine, a utrace.Action, specific bool) {
	if e.gone {
		return
	}
	if specific {
		m.result = a & 0xf0
	}
	switch r := a.Resume(); r {
	case utrace.Detach:
		m.detach(e)
	case utrace.Stop:
		e.stop, m.action = true, utrace.Stop
	default:
		e.stop = false
		m.action, m.rest = min(m.action, r), min(m.rest, r)
	}
}

// callback logs one and does what is planned for it.
func (m *model) callback(e *modelEngine, text string, arg utrace.Action) utrace.Action {
	n := len(m.log)
	m.log = append(m.log, fmt.Sprintf("%c %s %v", 'a'+e.index, text, arg))
	m.during = append(m.during, nil)
	if n < len(m.plan.During) {
		if op, ok := m.do(m.plan.During[n]); ok {
			m.during[n] = append(m.during[n], op)
		}
	}
	a := utrace.Resume
	if len(e.answers) > 0 {
		a, e.answers = e.answers[0], e.answers[1:]
	}
	if !strings.Contains(text, "entry getppid") {
		a = a.Resume()
	}
	if text == "report" {
		a |= utrace.SignalReport
	}
	m.answers = append(m.answers, a)
	return a
}

// hold is a stop, until nobody holds the thread or it is killed.
func (m *model) hold(state string) {
	if !m.held() {
		m.lower(m.rest)
		return
	}
	m.lower(m.rest)
	h := modelHold{callbacks: len(m.log), state: state}
	m.stopped = true
	for m.held() && !m.killed {
		p := planOp{Kind: "control", Action: utrace.Resume}
		if len(m.plan.Held) > 0 {
			p, m.plan.Held = m.plan.Held[0], m.plan.Held[1:]
		} else {
			for _, e := range m.list {
				if e.stop {
					p.Engine = e.index
					break
				}
			}
		}
		if op, ok := m.do(p); ok {
			h.ops = append(h.ops, op)
		}
	}
	m.stopped = false
	m.holds = append(m.holds, h)
}
