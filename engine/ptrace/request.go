package ptrace

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// req is one ptrace call. A thread has one, for the call that it is in: making
// another for each would be work for the collector.
type req struct {
	t          *thread // who makes it
	arch       arch.ID
	nr         int
	addr, data uint64

	target *thread
	result int64
	run    func(*utrace.Stopped) error // does it, see examine
	ran    bool                        // and has been called
	buf    [128]byte                   // for what is read and written
}

// word is the size of the caller's words.
func (r *req) word() int { return r.arch.WordBytes() }

// read and write access the caller's memory.
func (r *req) read(b []byte, at uint64) bool {
	_, err := r.t.task.Memory().ReadAt(b, int64(at))
	return err == nil
}

func (r *req) write(b []byte, at uint64) bool {
	_, err := r.t.task.Memory().WriteAt(b, int64(at))
	return err == nil
}

// reply is the result of a request that the caller must wait for: another owner
// carries it out, or see begun. world.mu guards it.
type reply struct {
	done   bool
	result int64
}

// request is the entry of a ptrace call.
func (t *thread) request(a utrace.Action, c *utrace.Syscall, f frame) utrace.Action {
	r := t.newReq(f)
	if r.nr == unix.PTRACE_TRACEME {
		return t.traceme(a, c)
	}
	target := t.find(int(int32(f.args[1])))
	if target == nil {
		// Nobody here: the kernel answers, and may give it a tracer that has
		// nothing to do with this engine.
		t.outside = t.outside || r.nr == unix.PTRACE_ATTACH || r.nr == unix.PTRACE_SEIZE
		return a.NoOpinion()
	}
	switch r.nr {
	case unix.PTRACE_ATTACH:
		return t.attach(a, c, target, false, 0, 0)
	case unix.PTRACE_SEIZE:
		return t.attach(a, c, target, true, r.addr, r.data)
	}
	w := t.w
	w.mu.Lock()
	t.came()
	if target.tracer != t {
		w.mu.Unlock()
		return finish(c, failed(unix.ESRCH))
	}
	switch r.nr {
	case unix.PTRACE_KILL:
		result := target.kill()
		w.mu.Unlock()
		return finish(c, result)
	case unix.PTRACE_INTERRUPT:
		result := target.interrupt()
		w.mu.Unlock()
		return finish(c, result)
	}
	ready := target.state == stopped
	w.mu.Unlock()
	if !ready {
		return finish(c, failed(unix.ESRCH))
	}
	r.target = target
	result, ok := r.examine()
	if ok {
		return finish(c, result)
	}
	late := &reply{}
	t.late = late
	go r.carryOut(late)
	return a.With(utrace.Stop)
}

// newReq is the thread's req, for the call that it makes.
func (t *thread) newReq(f frame) *req {
	r := t.req
	if r == nil {
		r = &req{t: t}
		r.run = func(s *utrace.Stopped) error {
			r.ran = true
			r.result = r.do(r.target, s)
			return nil
		}
		t.req = r
	}
	r.arch, r.nr, r.addr, r.data = f.arch, int(int32(f.args[0])), f.args[2], f.args[3]
	return r
}

// examine carries the request out on the tracee, which its engine must hold
// (S126). ok is false if that cannot be done from here or not yet: another owner
// has it.
func (r *req) examine() (result int64, ok bool) {
	r.result, r.ran = 0, false
	err := r.target.eng.Examine(r.run)
	switch {
	case err == nil:
		return r.result, true
	case errors.Is(err, unix.EDEADLK):
		return 0, false
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.EAGAIN) && !r.ran:
		// Its callback has told of the stop and is about to make it, or other
		// engines are still to be called.
		return 0, false
	case errors.Is(err, unix.EAGAIN) && r.resumes():
		return r.result, true // it runs: that was the request
	}
	return failed(unix.ESRCH), true
}

// resumes reports whether the request is one that lets the tracee run.
func (r *req) resumes() bool {
	_, ok := r.mode()
	return ok || r.nr == unix.PTRACE_DETACH
}

// carryOut is examine in a goroutine. A Report to the tracee, or another action that
// was asked for before it stopped and waited for its callback (control), takes this
// engine's hold on it away for as long as it takes to come to its next callback, which
// stops it again: then the request is tried anew.
func (r *req) carryOut(late *reply) {
	ctx := context.Background()
	e, result := r.target.eng, failed(unix.ESRCH)
	for end := time.Now().Add(time.Second); r.stands() && time.Now().Before(end); time.Sleep(20 * time.Microsecond) {
		if e.Barrier(ctx) != nil {
			break // it is dead
		}
		if err := e.AwaitStop(ctx); errors.Is(err, unix.ESRCH) {
			break
		} else if err != nil {
			continue
		}
		if v, ok := r.examine(); ok {
			result = v
			break
		}
	}
	r.answer(late, result)
}

// stands reports whether the tracee is in its stop still.
func (r *req) stands() bool {
	r.t.w.mu.Lock()
	defer r.t.w.mu.Unlock()
	return r.target.tracer == r.t && r.target.state == stopped
}

// answer lets the caller go on, which waits at its entry or its exit.
func (r *req) answer(late *reply, result int64) {
	ctx := context.Background()
	if r.t.eng.Barrier(ctx) != nil {
		return // it has died
	}
	r.t.w.mu.Lock()
	late.done, late.result = true, result
	r.t.w.mu.Unlock()
	if !r.t.atExit() {
		r.t.control(utrace.Report)
		return
	}
	r.t.late = nil
	_ = r.t.eng.AwaitStop(ctx)
	_ = r.t.eng.Examine(func(s *utrace.Stopped) error { // both fail for the dead alone
		if c, ok := s.Syscall(); ok {
			c.SetResult(result)
		}
		return nil
	})
	_ = r.t.eng.Control(utrace.Resume)
}

// atExit reports whether the caller waits at the exit of its call.
func (t *thread) atExit() bool { return t.entry.awaits }

// replied is a further round of a ptrace call that another owner carries out.
func (t *thread) replied(a utrace.Action, c *utrace.Syscall) utrace.Action {
	t.w.mu.Lock()
	late := *t.late
	t.w.mu.Unlock()
	if !late.done {
		return a.With(utrace.Stop)
	}
	t.late = nil
	return finish(c, late.result)
}

// do carries the request out on a stopped tracee.
func (r *req) do(target *thread, s *utrace.Stopped) int64 {
	w := r.t.w
	w.mu.Lock()
	if target.tracer != r.t || target.state != stopped {
		w.mu.Unlock()
		return failed(unix.ESRCH)
	}
	if mode, ok := r.mode(); ok {
		defer w.mu.Unlock()
		return r.resume(target, s, mode)
	}
	switch r.nr {
	case unix.PTRACE_DETACH:
		defer w.mu.Unlock()
		return target.detach(s, r.data)
	case unix.PTRACE_LISTEN:
		defer w.mu.Unlock()
		return target.listen()
	case unix.PTRACE_SETOPTIONS:
		suspend := (target.options ^ r.data) & optSuspend
		result := r.setOptions(target)
		w.mu.Unlock()
		if result == 0 && suspend != 0 {
			_, _ = target.task.Inspect(r.nr, r.data&optSuspend, nil) // needs a privilege of utrace's
		}
		return result
	}
	w.mu.Unlock()
	return r.inspect(target, s)
}

// mode returns how the request lets a tracee run, if it does.
func (r *req) mode() (mode, bool) {
	switch r.nr {
	case unix.PTRACE_CONT:
		return modeCont, true
	case unix.PTRACE_SYSCALL:
		return modeSyscall, true
	case unix.PTRACE_SINGLESTEP:
		return modeStep, true
	case reqSingleBlock:
		return modeBlock, true
	case reqSysemu:
		return modeSysemu, true
	case reqSysemuStep:
		return modeSysemuStep, true
	}
	return 0, false
}

// Bits of PTRACE_SYSVM's third argument, and of PTRACE_SYSCALL's, which is the
// later spelling of the same (View-OS).
const (
	vmSkipCall  = 1
	vmSkipExit  = 2
	vmAsk       = 0x80000000 // tell what is supported
	vmSupported = vmSkipCall | vmSkipExit

	callSkipExit = 0x2
	callSkipBoth = 0x6
)

// resume lets the tracee run. Request 33 is PTRACE_SINGLEBLOCK to Linux and
// PTRACE_SYSVM to View-OS: it is the latter at an entry stop, and with bits in
// its third argument.
func (r *req) resume(target *thread, s *utrace.Stopped, m mode) int64 {
	entry := target.stop.kind == atEntry
	switch {
	case r.nr == reqSingleBlock && (entry || r.addr != 0):
		if r.addr&vmAsk != 0 {
			return vmSupported
		}
		if r.addr&^vmSupported != 0 {
			return failed(unix.EINVAL)
		}
		m = modeSyscall
		switch {
		case !entry:
		case r.addr&vmSkipCall != 0:
			m = modeSkipCall
		case r.addr&vmSkipExit != 0:
			m = modeSkipExit
		}
	case r.nr == unix.PTRACE_SYSCALL && entry && r.addr == callSkipExit:
		m = modeSkipExit
	case r.nr == unix.PTRACE_SYSCALL && entry && r.addr == callSkipBoth:
		m = modeSkipCall
	}
	return target.resume(s, m, r.data)
}

// setOptions is PTRACE_SETOPTIONS.
func (r *req) setOptions(target *thread) int64 {
	if e := r.t.checkOptions(r.data); e != 0 {
		return failed(e)
	}
	target.options = r.data
	target.events()
	return 0
}
