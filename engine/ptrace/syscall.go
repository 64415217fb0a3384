package ptrace

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// syscallEntry is a call's entry: first its stop, if the thread's tracer wants
// one, and when that has ended the call itself, if it is one that this engine
// makes.
func (w *world) syscallEntry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	t := w.of(e)
	t.pay()
	if a.Resumed() && t.entry.seq == c.Seq() {
		return t.entryAgain(a, c)
	}
	t.entry = entry{seq: c.Seq()} // it may have been of no interest before, in an earlier round
	w.mu.Lock()
	t.unhold()
	t.reaping = nil
	if t.tracer != nil && t.mode.entries() && !t.killed {
		sysemu := t.mode == modeSysemu || t.mode == modeSysemuStep
		if !sysemu {
			t.stopAt(t.syscallStop(atEntry, c, msgEntry))
			w.mu.Unlock()
			return a.With(utrace.Stop)
		}
		w.mu.Unlock()
		// The stop is made on the way out (S123), with -ENOSYS as the result.
		t.entry.skip = true
		return utrace.SyscallAbort | utrace.Report
	}
	w.mu.Unlock()
	return t.perform(a, c)
}

// entryAgain is a further round of an entry.
func (t *thread) entryAgain(a utrace.Action, c *utrace.Syscall) utrace.Action {
	t.w.mu.Lock()
	if t.state == stopped || t.reaping != nil {
		t.w.mu.Unlock()
		return a.With(utrace.Stop)
	}
	ended := t.entry.stopped
	t.entry.stopped = false
	if ended && t.tracer == nil {
		t.events()
	}
	t.w.mu.Unlock()
	switch {
	case ended:
		return t.entryEnded(a, c)
	case t.late != nil:
		return t.replied(a, c)
	case t.wait.state == waitHeld:
		return t.waitOn(a, c)
	case t.entry.skip && c.Nr() == t.entry.nr:
		return utrace.SyscallAbort | utrace.Resume
	}
	return a.NoOpinion() // S124
}

// entryEnded is what follows the entry stop: the call as the tracer left it.
func (t *thread) entryEnded(a utrace.Action, c *utrace.Syscall) utrace.Action {
	switch t.mode {
	case modeSkipCall:
		t.entry.skip, t.entry.quiet = true, true
	case modeSkipExit:
		t.entry.quiet = true
	}
	if t.entry.skip || t.entry.changed && t.entry.nr < 0 {
		t.entry.skip = true
		t.presetResult(c)
		return utrace.SyscallAbort | utrace.Resume
	}
	return t.perform(a, c)
}

// presetResult sets what the tracer left as the result of a call that is not made.
func (t *thread) presetResult(c *utrace.Syscall) {
	if t.entry.hasResult {
		c.SetResult(t.entry.result)
	}
}

// perform makes the call if it is one of this engine's.
func (t *thread) perform(a utrace.Action, c *utrace.Syscall) utrace.Action {
	if a.Syscall() == utrace.SyscallAbort {
		return a.NoOpinion() // somebody has done so
	}
	f, n := t.frame(c), numbersOf(c.Arch())
	switch f.nr {
	case n.ptrace:
		if t.entry.later = t.asksFirst(); t.entry.later {
			return a.NoOpinion()
		}
		return t.request(a, c, f)
	case n.wait4, n.waitpid:
		return t.startWait(a, c, wait4Args(f))
	case n.waitid:
		return t.startWait(a, c, waitidArgs(f))
	}
	return a.NoOpinion()
}

// asksFirst reports whether a filter of the program's may still ask its tracer
// about the call, which must come before the call is made. Whether it will, only
// the kernel knows: if it does, the call is made then; else the kernel makes it,
// to which this thread has no tracees and its tracees have another tracer, and
// its exit is where it is made here.
func (t *thread) asksFirst() bool {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	return t.tracer != nil && t.options&optSeccomp != 0 && !t.entry.filtered
}

// performLate makes the call at its exit; see asksFirst.
func (t *thread) performLate(c *utrace.Syscall) {
	if !t.entry.later || t.entry.filtered || c.Aborted() {
		return
	}
	a := t.request(utrace.SyscallRun|utrace.Resume, c, t.frame(c))
	if a.Resume() == utrace.Stop {
		// Another owner carries it out.
		t.entry.awaits = true
	}
}

// seccomp is a call that a filter of the program's asks its tracer about.
func (w *world) seccomp(e *utrace.Engine, a utrace.Action, c *utrace.Syscall, data uint16) utrace.Action {
	t := w.of(e)
	if a.Resumed() {
		return t.entryAgain(a, c)
	}
	if t.entry.seq != c.Seq() { // its entry was not reported, nor the exit of the last
		t.entry = entry{seq: c.Seq()}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.tracer == nil || t.killed || t.options&optSeccomp == 0 {
		return a.NoOpinion()
	}
	t.entry.filtered = true
	code := uint32(unix.SIGTRAP) | unix.PTRACE_EVENT_SECCOMP<<8
	t.stopAt(stop{kind: atSeccomp, code: code, msg: uint64(data), call: call{c.Arch(), c.Nr()}})
	return utrace.SyscallRun | utrace.Stop
}

// finish ends a call that this engine has made.
func finish(c *utrace.Syscall, result int64) utrace.Action {
	c.SetResult(result)
	return utrace.SyscallAbort | utrace.Resume
}

// syscallExit is a call's exit: the end of a wait that was let run, and the
// tracee's stop.
func (w *world) syscallExit(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	t := w.of(e)
	t.endWait(c)
	t.performLate(c)
	if t.entry.awaits {
		return utrace.Stop | utrace.StopHere
	}
	if t.entry.changed {
		t.leaveChanges(c)
	}
	sysemu := t.entry.skip && (t.mode == modeSysemu || t.mode == modeSysemuStep)
	quiet := t.entry.quiet
	t.entry = entry{}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case t.tracer == nil || t.killed:
	case sysemu:
		t.stopAt(t.syscallStop(atSysemu, c, msgEntry))
		return utrace.Stop | utrace.StopHere
	case t.vforkDone:
		t.vforkDone = false
		t.stopAt(event(unixEventVforkDone, uint64(t.vforkChild)))
		return utrace.Stop | utrace.StopHere
	case quiet && t.mode == modeSkipExit, quiet && t.mode == modeSkipCall:
		t.mode = modeSyscall
	case t.mode == modeSyscall:
		t.stopAt(t.syscallStop(atExit, c, msgExit))
		return utrace.Stop | utrace.StopHere
	case t.mode.stepping() && t.stepsCall:
		// A step from inside a call ends at the call's exit, with a signal.
		t.stepsCall = false
		t.events()
		t.trap = &stop{kind: atSignal, code: uint32(unix.SIGTRAP), info: stepInfo(c)}
		return a.With(utrace.Interrupt)
	case t.reaping != nil:
		return utrace.Stop | utrace.StopHere
	}
	return a.NoOpinion()
}

// stepInfo is the siginfo of a step over a call (user_single_step_report).
func stepInfo(c *utrace.Syscall) (info utrace.Siginfo) {
	info.SetSigno(unix.SIGTRAP)
	info.SetCode(trapBrkpt)
	if regs, err := c.Regs(); err == nil {
		info.SetAddr(regs.PC())
	}
	return info
}

// leaveChanges makes what the tracer changed at the entry stop permanent, as
// with ptrace: engines go on to see what the program asked for.
func (t *thread) leaveChanges(c *utrace.Syscall) {
	regs, err := c.Regs()
	if err != nil {
		return // killed
	}
	regs.SetResult(c.Arch(), c.Result())
	regs.SetNr(t.entry.nr)
	regs.SetArgs(c.Arch(), t.entry.args)
	_ = c.SetRegs(&regs)
}
