package utrace

import (
	"utrace/arch"
)

// SyscallEntry is called at a system call entry. The verdict may be Stay.
func (h *Hooks) SyscallEntry(t *Task, id arch.ID, nr int, args *[6]uint64) Verdict {
	c := &t.call
	c.arch, c.base.nr, c.base.args = id, nr, *args
	c.changes = c.changes[:0]
	c.round, c.inside, c.aborted, c.atExit, c.execed, c.early, c.hasPre = 1, true, false, false, false, false, false
	c.handle.t = t
	c.seq++
	if !t.wantsCall(EventSyscallEntry) {
		return t.entered(SyscallRun)
	}
	t.enter()
	defer t.leave()
	t.call.event = EventSyscallEntry
	t.begin()
	return t.entryRounds()
}

// Seccomp is called after SyscallEntry for a call that a filter of the program's
// own asks its tracer about. It is SyscallEntry once more, for those who want
// that; the verdict is Skip unless one of them says otherwise.
func (h *Hooks) Seccomp(t *Task, data uint16) Verdict {
	if t.Union()&EventSeccomp == 0 {
		return Verdict{Skip: true}
	}
	t.enter()
	defer t.leave()
	t.call.event = EventSeccomp
	t.begin()
	t.pass.result, t.pass.data = SyscallAbort, data
	return t.entryRounds()
}

// wantsCall reports whether some engine wants ev, entry or exit, for the call at
// hand.
func (t *Task) wantsCall(ev Events) bool {
	w := t.wants.Load()
	set := w.Entry
	if ev == EventSyscallExit {
		set = w.Exit
	}
	if len(t.call.changes) != 0 {
		return !set.IsEmpty() // each engine looks at the number that it sees
	}
	return set.Has(t.call.arch, t.call.base.nr)
}

// entryRounds makes the rounds of one entry, or of what a filter asks about it (semantics 4.3), the next of which
// begin has begun.
func (t *Task) entryRounds() Verdict {
	for {
		t.report(t.call.event)
		if t.pass.action != Stop {
			t.settle() // a Report without a stop is honoured after the call (S59)
			break
		}
		if t.hold(heldEntry) {
			return Verdict{Stay: true}
		}
		t.mu.Lock()
		t.lower(t.pass.resume)
		t.mu.Unlock()
		if !t.nextRound() {
			break
		}
	}
	return t.entered(t.pass.result.Syscall())
}

// nextRound begins a further round if a Report or Interrupt asks for it (S57),
// which starts from the last one's Run or Abort (S60).
func (t *Task) nextRound() bool {
	if t.pending() > Report {
		return false
	}
	result, data := t.pass.result&eventMask, t.pass.data
	t.begin()
	t.pass.result, t.pass.data, t.pass.flags = result, data, SyscallResumed
	t.call.round++
	return true
}

// entered is the end of the last round: what runs is written to the registers.
func (t *Task) entered(choice Action) Verdict {
	c := &t.call
	c.aborted = choice == SyscallAbort
	pending := t.pending()
	v := Verdict{
		Skip:      c.aborted,
		Pass:      pending < Resume || t.anyHolds(),
		Interrupt: pending == Interrupt,
		ExitStop:  c.aborted || len(c.changes) != 0 || t.wantsCall(EventSyscallExit),
	}
	if len(c.changes) != 0 && !c.aborted {
		f := c.view(nil)
		t.host().SetCall(t, c.arch, f.nr, &f.args)
	}
	return v
}

func (t *Task) anyHolds() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.held()
}

// SyscallExit is called at a system call exit, with the result in the
// registers. id, nr and args describe the call if there was no SyscallEntry. It
// includes the pass before user mode: the verdict may be Stay.
func (h *Hooks) SyscallExit(t *Task, id arch.ID, nr int, args *[6]uint64, result int64) Verdict {
	t.enter()
	defer t.leave()
	t.endsCall(id, nr, args)
	return t.end(result)
}

// SyscallSkipped is SyscallExit while the thread still stands at the entry of a
// call that is not made, on a machine where a result set there is kept: the
// registers hold the number and the arguments, and what SetResult writes is what
// the program gets. The host must not call SyscallExit for that call any more.
func (h *Hooks) SyscallSkipped(t *Task, id arch.ID, nr int, args *[6]uint64, result int64) Verdict {
	t.enter()
	defer t.leave()
	t.endsCall(id, nr, args)
	t.call.early = true
	return t.end(result)
}

func (t *Task) end(result int64) Verdict {
	if !t.exited(result) {
		return Verdict{Stay: true}
	}
	return t.userMode()
}

// EndUnseen is called when a thread goes on inside of a call whose end the host
// will not see, as the last verdict allowed.
func (h *Hooks) EndUnseen(t *Task) { t.call.inside = false }

// endsCall makes sure that t.call is the call that ends.
func (t *Task) endsCall(id arch.ID, nr int, args *[6]uint64) {
	c := &t.call
	if c.inside {
		return
	}
	c.arch, c.base.nr, c.base.args = id, nr, *args
	c.changes = c.changes[:0]
	c.inside, c.aborted, c.execed, c.early, c.hasPre = true, false, false, false, false
	c.handle.t = t
}

// Unwind is called at a system call exit instead of SyscallExit, for a thread
// that is about to be let go: the program gets its registers and the result
// that an abort was given, and no engine is told.
func (h *Hooks) Unwind(t *Task, result int64) {
	if t.call.inside {
		t.leaveCall(result)
		t.writeResult()
		t.call.inside, t.call.atExit = false, false
	}
}

// leaveCall puts the program's own number and arguments back.
func (t *Task) leaveCall(result int64) {
	c := &t.call
	c.atExit, c.result, c.changed = true, result, false
	if c.aborted && c.hasPre {
		c.result, c.changed = c.preset, true
	}
	written := c.aborted && !c.early || !c.aborted && len(c.changes) != 0
	if written && !c.execed {
		t.host().SetCall(t, c.arch, c.base.nr, &c.base.args)
	}
}

// writeResult writes a result that was set.
func (t *Task) writeResult() {
	if c := &t.call; c.changed {
		t.host().SetResult(t, c.arch, c.result)
	}
}

// exited reports the exit of the call that t.call describes. It reports false
// if an engine holds the thread in the middle of that (StopHere).
func (t *Task) exited(result int64) bool {
	t.leaveCall(result)
	if t.wantsCall(EventSyscallExit) {
		t.begin()
		if !t.reportExit(t.list()) {
			return false
		}
	}
	t.leftCall()
	return true
}

// reportExit tells the engines of list of the exit. It reports false if one
// holds the thread here; the rest is told when it is let go.
func (t *Task) reportExit(list []*Engine) bool {
	t.pass.event = EventSyscallExit
	for i, e := range list {
		t.visit(e, EventSyscallExit)
		if !t.pass.here {
			continue
		}
		t.pass.here = false
		t.writeResult() // what Regs shows meanwhile
		if t.hold(heldCallExit) {
			t.rest = list[i+1:]
			return false
		}
	}
	t.settle()
	return true
}

// leftCall is the end of the exit's pass.
func (t *Task) leftCall() {
	t.rest = nil
	t.writeResult()
	t.call.inside, t.call.atExit = false, false
	t.noteSharing()
}
