package ptrace

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// link makes tracer, whose process is one that traces, t's. w.mu is held.
func (t *thread) link(tracer *thread, seized bool, options uint64) {
	t.tracer, t.seized, t.options = tracer, seized, options
	t.state, t.mode, t.sig = running, modeCont, 0
	t.unwaited, t.interrupted, t.first, t.trapNotify, t.answer = false, false, false, false, false
	t.trap, t.vforkDone, t.killed = nil, false, false
	if tracer.tracees == nil {
		tracer.tracees = map[*thread]struct{}{}
	}
	tracer.tracees[t] = struct{}{}
	tracer.proc.traces++
	if tracer.depth() != 0 {
		t.names() // they may be needed when it is gone
	}
	t.events()
}

// unlink ends the tracing of t: it runs on, or its status is collected. s is
// given if its tracer examines it. w.mu is held.
func (t *thread) unlink(s *utrace.Stopped) {
	tracer := t.tracer
	t.drop()
	delete(tracer.tracees, t)
	tracer.proc.traces--
	t.tracer, t.options = nil, 0
	t.interrupted, t.trapNotify, t.trap, t.vforkDone, t.stepsCall = false, false, nil, false, false
	t.mode = modeCont
	switch {
	case t.state == gone:
		if t.death.held {
			t.death.held = false
			t.eng.ReleaseReap()
		}
	case t.state == stopped:
		t.release(s)
	case t.state == listening, t.first:
		t.state, t.first = running, false
		t.events()
		t.control(utrace.Resume)
	default:
		t.events()
	}
}

// traceme is PTRACE_TRACEME.
func (t *thread) traceme(a utrace.Action, c *utrace.Syscall) utrace.Action {
	t.w.mu.Lock()
	if t.tracer != nil || t.parent == nil || t.parent.dead {
		t.w.mu.Unlock()
		return finish(c, failed(unix.EPERM))
	}
	tracer := t.parent
	tracer.proc.traceFor(nil)
	t.link(tracer, false, 0)
	t.w.mu.Unlock()
	return t.begun(a, c, tracer.proc)
}

// attach is PTRACE_ATTACH and PTRACE_SEIZE.
func (t *thread) attach(a utrace.Action, c *utrace.Syscall, target *thread, seized bool, addr, options uint64) utrace.Action {
	if result := t.seize(c, target, seized, addr, options); result != 0 {
		return finish(c, result)
	}
	return t.begun(a, c, t.proc)
}

// seize does what they do (ptrace_attach).
func (t *thread) seize(c *utrace.Syscall, target *thread, seized bool, addr, options uint64) int64 {
	if seized && (addr != 0 || options&^allOptions != 0) {
		return failed(unix.EIO)
	}
	if seized {
		if e := t.checkOptions(options); e != 0 {
			return failed(e)
		}
	}
	if target.proc == t.proc {
		return failed(unix.EPERM)
	}
	if e := t.mayAttach(c, target); e != 0 {
		return failed(e)
	}
	w := t.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if target.tracer != nil || target.dead {
		return failed(unix.EPERM)
	}
	t.proc.traceFor(t)
	target.link(t, seized, options)
	if !seized {
		var info utrace.Siginfo
		info.SetSigno(unix.SIGSTOP)
		info.SetCode(siKernel)
		_ = target.task.Queue(&info) // fails if it dies
	}
	if target.task.State() == "stopped" {
		go target.takeStopped()
	}
	return 0
}

// takeStopped makes a thread that is in a group-stop as it is attached to one
// that its tracer is told of.
func (t *thread) takeStopped() {
	if t.eng.Control(utrace.Stop) != nil {
		return // it was continued meanwhile, or killed
	}
	_ = t.eng.Examine(func(*utrace.Stopped) error { // as above
		sig := t.groupSignal()
		t.w.mu.Lock()
		defer t.w.mu.Unlock()
		if t.tracer == nil {
			t.control(utrace.Resume)
		} else if t.state == running {
			t.stopAt(t.groupStop(sig))
		}
		return nil
	})
}

// interrupt is PTRACE_INTERRUPT.
func (t *thread) interrupt() int64 {
	if !t.seized {
		return failed(unix.EIO)
	}
	switch t.state {
	case running:
		t.interrupted = true
		t.control(utrace.Interrupt)
	case listening:
		t.state = running
		t.stopAt(t.stop)
	case stopped:
		t.interrupted = true
	}
	return 0
}

// listen is PTRACE_LISTEN.
func (t *thread) listen() int64 {
	if !t.seized || t.stop.code>>8 != unix.PTRACE_EVENT_STOP {
		return failed(unix.EIO)
	}
	t.drop()
	t.state = listening
	if t.trapNotify || t.interrupted {
		t.trapNotify = false
		t.state = running
		t.stopAt(t.trapStop())
	}
	return 0
}

// kill is PTRACE_KILL: SIGKILL, in whatever state the tracee is.
func (t *thread) kill() int64 {
	if t.state != gone {
		_ = t.proc.proc.Signal(unix.SIGKILL) // it may be gone
	}
	return 0
}

// resume is PTRACE_CONT and its like, in the given mode, with a signal.
func (t *thread) resume(s *utrace.Stopped, m mode, sig uint64) int64 {
	if sig > 64 {
		return failed(unix.EIO)
	}
	t.mode, t.sig = m, int(sig)
	t.signalAtStop()
	if m.stepping() && (t.stop.kind == atEntry || t.stop.kind == atEvent || t.stop.kind == atSeccomp) {
		t.stepsCall = true
	}
	if t.again() {
		return 0
	}
	t.release(s)
	return 0
}

// again makes the stop that follows at once on one that was made later than the
// kernel would have made it: the exit stop after PTRACE_SYSCALL from
// PTRACE_EVENT_VFORK_DONE or from a stop of PTRACE_SYSEMU.
func (t *thread) again() bool {
	late := t.stop.kind == atSysemu || t.stop.code>>8 == unix.PTRACE_EVENT_VFORK_DONE
	if !late || t.mode != modeSyscall {
		return false
	}
	t.drop()
	code := uint32(unix.SIGTRAP)
	if t.options&optSysgood != 0 {
		code |= sysgood
	}
	t.stopAt(stop{kind: atExit, code: code, msg: msgExit, call: t.stop.call})
	return true
}

// signalAtStop queues a signal that was given at a system call stop, where the
// kernel does so too (ptrace_report_syscall); at an event it is dropped.
func (t *thread) signalAtStop() {
	k := t.stop.kind
	if t.sig == 0 || k != atEntry && k != atExit && k != atSysemu {
		return
	}
	if unix.Signal(t.sig) == unix.SIGKILL {
		t.kill()
		return
	}
	var info utrace.Siginfo
	info.SetSigno(unix.Signal(t.sig))
	info.SetCode(siKernel)
	_ = t.task.Queue(&info) // fails if it dies
}

// detach is PTRACE_DETACH.
func (t *thread) detach(s *utrace.Stopped, sig uint64) int64 {
	if sig > 64 {
		return failed(unix.EIO)
	}
	t.sig = int(sig)
	t.signalAtStop()
	t.unlink(s)
	return 0
}

// checkOptions says what is wrong with options.
func (t *thread) checkOptions(options uint64) unix.Errno {
	if options&^allOptions != 0 {
		return unix.EINVAL
	}
	if options&optSuspend != 0 && !t.capable(capSysAdmin) {
		return unix.EPERM
	}
	return 0
}

func failed(e unix.Errno) int64 { return -int64(e) }
