package hosttest

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// do does an op of the plan, if it makes sense, and says what it returns.
func (m *model) do(p planOp) (op modelOp, ok bool) {
	e := m.engines[p.Engine%len(m.engines)]
	op = modelOp{kind: p.Kind, engine: e.index, action: p.Action, mask: p.Mask}
	switch {
	case p.Kind == "kill":
		if !m.stopped {
			return op, false
		}
		m.killed = true
		for _, e := range m.list {
			e.stop = false
		}
	case p.Kind == "attach":
		if e.attached || m.life != "" {
			return op, false
		}
		m.attach(e)
		if m.stopped && e.mask&utrace.EventQuiesce != 0 {
			m.lower(utrace.Report)
		}
	case !e.attached:
		return op, false
	case p.Kind == "events":
		op.want = m.setEvents(e, p.Mask)
	default:
		op.want = m.control(e, p.Action)
	}
	return op, true
}

func (m *model) control(e *modelEngine, a utrace.Action) unix.Errno {
	step := a == utrace.SingleStep || a == utrace.BlockStep
	switch {
	case (step || a == utrace.Report) && e.mask&utrace.EventQuiesce == 0:
		return unix.EINVAL
	case e.gone, m.life != "" && a != utrace.Detach, m.life == "reaping":
		return unix.ESRCH
	case m.life == "dying":
		return unix.EALREADY
	}
	switch a {
	case utrace.Stop:
		e.stop = true
		if !m.stopped {
			m.lower(utrace.Report)
			return unix.EINPROGRESS
		}
	case utrace.Detach:
		m.detach(e)
		if m.current == e {
			return unix.EINPROGRESS
		}
	default:
		e.stop = false
		m.lower(a)
	}
	return 0
}

func (m *model) setEvents(e *modelEngine, mask utrace.Events) unix.Errno {
	const dying = utrace.EventDeath | utrace.EventQuiesce
	added, cleared := mask&^e.mask, e.mask&^mask
	switch {
	case e.gone:
		return unix.ESRCH
	case m.life == "dying" && (added|cleared)&dying != 0,
		m.life == "reaping" && (mask&dying != 0 || cleared&utrace.EventReap != 0):
		return unix.EALREADY
	}
	e.mask = mask
	if m.stopped && added&utrace.EventQuiesce != 0 {
		m.lower(utrace.Report) // decision Q8
	}
	if cleared != 0 && m.life == "" && m.current == e {
		return unix.EINPROGRESS
	}
	return 0
}
