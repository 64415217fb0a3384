package utrace

import "golang.org/x/sys/unix"

// Inspect makes a request of ptrace(2) that reads or changes the state of the
// thread, and does not resume it; see [Debugger]. It is for what no other method
// reaches: floating-point and debug registers, the signal mask, queued signals,
// filters. For use in callbacks of this thread and in Examine. EOPNOTSUPP: the
// host is not one for that.
func (t *Task) Inspect(request int, addr uint64, data []byte) (int64, error) {
	const op = "inspect"
	if err := t.here(op); err != nil {
		return 0, err
	}
	h, ok := t.host().(Debugger)
	if !ok {
		return 0, errno(op, unix.EOPNOTSUPP)
	}
	return h.Inspect(t, request, addr, data)
}

// SignalAction returns what the process does with sig, with the handler's
// address and flags, for which the thread is made to execute rt_sigaction. Where
// [Task.Do] is allowed.
func (t *Task) SignalAction(sig int) (SigAction, error) {
	if err := t.here("read signal action"); err != nil {
		return SigAction{}, err
	}
	return t.host().Action(t, sig)
}

// Queue sends the thread a signal with this siginfo, as if it came from
// elsewhere: engines are asked about it. Any goroutine; it does not wait. From a
// callback on the thread's owner it is queued when Queue returns.
func (t *Task) Queue(info *Siginfo) error {
	if same, _ := t.host().OnOwner(t); same {
		return t.host().Queue(t, info)
	}
	si := *info
	if !t.host().Run(t, func() { _ = t.host().Queue(t, &si) }) { // fails for a thread that dies
		return errno("queue a signal", unix.ESRCH)
	}
	return nil
}

// LeaveJobStop lets a thread that is in a job-control stop run on although its
// process is stopped, as PTRACE_CONT does: the engine's hold is withdrawn, and
// the thread goes on when no other engine holds it. EINVAL: it is not in such a
// stop. For use in Examine.
func (s *Stopped) LeaveJobStop() error {
	const op = "leave a job-control stop"
	t := s.t
	h, ok := t.host().(Debugger)
	if !ok {
		return errno(op, unix.EOPNOTSUPP)
	}
	t.mu.Lock()
	if t.where != jobStopped {
		t.mu.Unlock()
		return errno(op, unix.EINVAL)
	}
	t.where = heldUser
	s.e.flags.And(^uint32(engineStop))
	t.mu.Unlock()
	if err := h.LeaveJobStop(t); err != nil {
		return err
	}
	t.host().Poll(t)
	return nil
}
