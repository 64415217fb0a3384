package utrace

// UserMode is called when a stopped thread is about to enter user mode, if the
// last verdict or Poll asked for it: at a trap that Interrupt made, at the
// first stop of a new child, at an exit stop through SyscallExit.
func (h *Hooks) UserMode(t *Task) Verdict {
	t.enter()
	defer t.leave()
	return t.userMode()
}

// HandlerReady is called when a handler's frame stands, before its first
// instruction, if a verdict asked for it.
func (h *Hooks) HandlerReady(t *Task) Verdict {
	t.enter()
	defer t.leave()
	t.handler = true
	return t.userMode()
}

// userMode makes the passes before user mode until nothing is pending, and
// says how the thread goes on. What a Report asked for is Quiesce(0); what an
// Interrupt or a new handler asked for is a signal pass without a signal; a
// step is armed without asking anybody; so is one that was armed before, if the
// host alone made the thread come here before it had stepped. Stop is honoured
// here, also of an engine that was not called (decision Q3).
func (t *Task) userMode() Verdict {
	for {
		t.mu.Lock()
		r := t.resume
		if r == Resume && t.armed != 0 {
			r = t.armed
		}
		t.resume = Resume
		handler := t.handler
		t.handler = false
		t.mu.Unlock()

		t.pass = pass{action: r, resume: r}
		switch {
		case r <= Interrupt || handler:
			t.signalPath = true
			if v, done := t.signalReport(handler); done {
				t.signalPath = false
				return v
			}
		case r == Report:
			t.pass = pass{action: Resume, resume: Resume}
			t.quiesce0()
		}
		if t.hold(heldUser) {
			t.signalPath = true
			return Verdict{Stay: true}
		}
		// Stop answered but withdrawn at once leaves the other choices.
		switch a := min(t.pass.resume, t.stopless()); a {
		case Interrupt: // one signal pass follows (decision Q4)
			t.mu.Lock()
			t.lower(Interrupt)
			t.mu.Unlock()
			continue
		case SingleStep, BlockStep:
			if t.pending() < Resume {
				continue
			}
			return t.go_(a)
		}
		if t.pending() < Resume {
			continue
		}
		return t.go_(Resume)
	}
}

// stopless is the pass's action, Resume if that is Stop.
func (t *Task) stopless() Action {
	if t.pass.action == Stop {
		return Resume
	}
	return t.pass.action
}

// go_ is the verdict that lets the thread into user mode.
func (t *Task) go_(step Action) Verdict {
	v := Verdict{Step: step, SignalPath: t.signalPath}
	t.signalPath = false
	if t.sig.pushed {
		t.sig.pushed = false
		if !t.host().Blocked(t, t.sig.Signo()) {
			return t.signal()
		}
		t.host().Queue(t, &t.sig.info)
	}
	t.armed = 0
	if step == SingleStep || step == BlockStep {
		t.armed = step
	}
	t.sig.held = false
	return v
}

// quiesce0 calls Quiesce(0) of the engines that have EventQuiesce. Report as an
// answer is Resume here, or it would never end (decision Q4).
func (t *Task) quiesce0() {
	for _, e := range t.list() {
		t.reporting.Store(e)
		f := Events(e.flags.Load())
		if f&engineDetached == 0 && f&EventQuiesce != 0 && e.ops.Quiesce != nil {
			a := t.invoke(e, EventQuiesce, 0)
			if a.Resume() == Report {
				a = a.With(Resume)
			}
			t.answer(e, a, false)
		}
		t.visited()
	}
}

// Continue is called on behalf of Poll for a task that is held. ok is false if
// it stays held; otherwise v says how it goes on, which may be Stay again.
func (h *Hooks) Continue(t *Task) (v Verdict, ok bool) {
	t.mu.Lock()
	w := t.where
	if w == jobStopped || w == running {
		t.mu.Unlock()
		return Verdict{}, false
	}
	t.mu.Unlock()
	if !t.released() {
		return Verdict{}, false
	}
	t.enter()
	defer t.leave()
	switch w {
	case heldEntry:
		if t.nextRound() {
			return t.entryRounds(), true
		}
		return t.entered(t.pass.result.Syscall()), true
	case heldVfork:
		t.mu.Lock()
		t.lower(Report) // decision Q12
		t.mu.Unlock()
		return Verdict{Pass: true}, true
	case heldEvent:
		return t.onward(), true
	case heldCallExit:
		t.pass = pass{action: Resume, resume: Resume, keep: eventMask}
		if !t.reportExit(t.rest) {
			return Verdict{Stay: true}, true
		}
		t.leftCall()
		return t.userMode(), true
	case heldExit:
		return t.exitVerdict(), true
	default:
		return t.userMode(), true
	}
}

// Pending returns the action that waits for the thread's next pass: less than
// Resume, the thread must reach UserMode. Any goroutine.
func (h *Hooks) Pending(t *Task) Action { return t.pending() }
