package utrace

import (
	"bytes"
	"io"

	"golang.org/x/sys/unix"

	"utrace/arch"
)

// Stopped is a thread that an engine holds, for the time of one Examine. Only
// a stopped thread has these methods, which need one.
type Stopped struct {
	t *Task
	e *Engine
}

// Examine calls fn with the thread while it is stopped and cannot run
// (semantics 8.6: prepare_examine, finish_examine). fn runs on the thread's
// owner and must not wait for anything that needs that owner.
//
//   - EINVAL: this engine does not hold the thread. Call it after
//     Control(Stop) returned nil, or after a callback's Stop took effect
//     (AwaitStop).
//   - ESRCH: detached or dead. EAGAIN: the thread runs, or ran meanwhile (only
//     SIGKILL can do that): what fn read is worthless.
//   - EDEADLK: called from a callback of a thread with another owner.
//
// From a callback of the same thread, or of one with the same owner, it calls fn
// directly. A thread that SIGKILL takes out of its stop meanwhile is then noticed
// by what fn asks for, or not at all.
func (e *Engine) Examine(fn func(*Stopped) error) error {
	t := e.task
	same, onOwner := t.host().OnOwner(t)
	if same && t.inHook {
		if e.Detached() {
			return errno("examine", unix.ESRCH)
		}
		return fn(&e.stopped)
	}
	if err := e.mayExamine(); err != nil {
		return err
	}
	switch {
	case same:
		return e.examine(fn, false)
	case onOwner:
		return errno("examine", unix.EDEADLK)
	}
	done := make(chan error, 1)
	if !t.host().Run(t, func() { done <- e.examine(fn, true) }) {
		return errno("examine", unix.ESRCH)
	}
	return <-done
}

func (e *Engine) mayExamine() error {
	e.task.mu.Lock()
	defer e.task.mu.Unlock()
	return e.examinable("examine")
}

// examinable says why the engine's thread cannot be examined now, if so. The
// task's mu is held.
func (e *Engine) examinable(op string) error {
	t := e.task
	switch {
	case e.Detached() || t.life != lifeAlive:
		return errno(op, unix.ESRCH)
	case !e.Holds():
		return errno(op, unix.EINVAL)
	case !t.stopped():
		return errno(op, unix.EAGAIN)
	}
	return nil
}

func (e *Engine) examine(fn func(*Stopped) error, check bool) error {
	if err := e.mayExamine(); err != nil {
		return err
	}
	t := e.task
	runs := t.runs.Load()
	t.examined = true
	err := fn(&e.stopped)
	t.examined = false
	mover, ok := t.host().(Mover)
	if t.runs.Load() != runs || check && ok && mover.Moved(t) {
		return errno("examine", unix.EAGAIN)
	}
	return err
}

// Task returns the thread.
func (s *Stopped) Task() *Task { return s.t }

// Syscall returns the call that the thread is held at the entry of, or with
// StopHere at the exit of; ok is false elsewhere. Changes count as the examining engine's own.
func (s *Stopped) Syscall() (c *Syscall, ok bool) {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	w := s.t.where
	return &Syscall{s.t, s.e}, w == heldEntry || w == heldCallExit || s.t.call.inside && w == running
}

// Signal returns the siginfo of the signal that the thread is held at, if its
// delivery is not yet decided; ok is false elsewhere.
func (s *Stopped) Signal() (info *Siginfo, ok bool) { return &s.t.sig.info, s.t.sig.held }

// Regs returns the thread's registers.
func (s *Stopped) Regs() (arch.Regs, error) { return s.t.Regs() }

// SetRegs sets them; see [Task.SetRegs].
func (s *Stopped) SetRegs(r *arch.Regs) error { return s.t.SetRegs(r) }

// Memory returns the thread's memory.
func (s *Stopped) Memory() Memory { return Memory{s.t} }

// Do makes the thread execute a system call; see [Task.Do].
func (s *Stopped) Do(nr int, args ...uint64) (int64, error) { return s.t.Do(nr, args...) }

// Scratch lends n bytes of the program's memory until the thread's next system
// call has ended; see [Syscall.Scratch].
func (s *Stopped) Scratch(n int) (uint64, error) { return s.t.host().Scratch(s.t, n) }

// here checks that the caller may use the thread's registers: in a callback of
// the thread, or of one with the same owner while this one is stopped, or in
// Examine.
func (t *Task) here(op string) error {
	same, onOwner := t.host().OnOwner(t)
	if same {
		if t.inHook || t.examined {
			return nil
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.stopped() {
			return nil
		}
	}
	if onOwner {
		return errno(op, unix.EDEADLK)
	}
	return errno(op+" outside of a callback (use Engine.Examine)", unix.EINVAL)
}

// Regs returns the program's registers: at a system call entry, and after it,
// with the program's own arguments, whatever engines made of the call. For use
// in callbacks of this thread and in Examine.
func (t *Task) Regs() (arch.Regs, error) {
	if err := t.here("read registers"); err != nil {
		return arch.Regs{}, err
	}
	r, err := t.host().Regs(t)
	if err != nil {
		return arch.Regs{}, err
	}
	return *r, nil
}

// SetRegs changes the program's registers for good. At a system call entry the
// number and arguments in them become what the program asked for, in the eyes
// of all engines; at an exit the result register does.
func (t *Task) SetRegs(r *arch.Regs) error {
	if err := t.here("write registers"); err != nil {
		return err
	}
	regs, err := t.host().Regs(t)
	if err != nil {
		return err
	}
	*regs = *r
	t.host().DirtyRegs(t)
	switch c := &t.call; {
	case !c.inside:
	case c.atExit:
		c.result, c.changed = regs.Result(c.arch), false
	default:
		c.base.nr, c.base.args = regs.Nr(), regs.Args(c.arch)
	}
	return nil
}

// Do makes the thread execute a system call of the engine's choosing, on its
// native architecture, and returns the raw result: a value or a negated errno.
// It is synchronous; signals stay out and nobody is told of the call. It is
// for calls that do not sleep: after a second the call is interrupted, and
// ETIMEDOUT returned. ESRCH: the thread died.
//
// It is allowed in SyscallEntry, SyscallExit, Quiesce(0) and Signal without a
// signal, and in Examine of a thread held there. Elsewhere it returns EBUSY:
// answer Report and do it in the Quiesce(0) that follows.
func (t *Task) Do(nr int, args ...uint64) (int64, error) {
	const op = "do"
	if len(args) > 6 {
		return 0, errno(op, unix.EINVAL)
	}
	if err := t.here(op); err != nil {
		return 0, err
	}
	t.mu.Lock()
	w := t.where
	t.mu.Unlock()
	switch {
	case w == heldEntry || w == heldUser || w == heldCallExit:
	case w == running && t.inHook && t.pass.event&^EventSyscall == 0:
	default:
		return 0, errno(op, unix.EBUSY)
	}
	var a [6]uint64
	copy(a[:], args)
	return t.host().Call(t, nr, a)
}

// Memory is a task's memory: an io.ReaderAt and io.WriterAt over its
// addresses. A short count comes with the error that ended it: EFAULT or EIO
// for a bad address, ESRCH for a dead thread. What is read of a thread that is
// not stopped may change meanwhile.
type Memory struct{ t *Task }

// Memory returns the memory of the task.
func (t *Task) Memory() Memory { return Memory{t} }

// ReadAt reads len(p) bytes from address addr.
func (m Memory) ReadAt(p []byte, addr int64) (int, error) {
	return m.t.host().ReadMem(m.t, p, uint64(addr))
}

// WriteAt writes p to address addr, also into pages that the program itself
// may not write.
func (m Memory) WriteAt(p []byte, addr int64) (int, error) {
	return m.t.host().WriteMem(m.t, p, uint64(addr))
}

// ReadString reads the NUL-terminated string at addr, without the NUL, at most
// max bytes; ok is false if it is longer than that and was cut.
func (m Memory) ReadString(addr uint64, max int) (s string, ok bool, err error) {
	buf := make([]byte, 0, min(max, 256))
	for len(buf) < max {
		// Never across a page border in one read: the next may be missing.
		n := min(int(4096-addr%4096), max-len(buf), 256)
		if cap(buf)-len(buf) < n {
			buf = append(make([]byte, 0, 2*cap(buf)+n), buf...)
		}
		got, err := m.ReadAt(buf[len(buf):len(buf)+n], int64(addr))
		chunk := buf[len(buf) : len(buf)+got]
		if i := bytes.IndexByte(chunk, 0); i >= 0 {
			return string(buf[:len(buf)+i]), true, nil
		}
		buf = buf[:len(buf)+got]
		addr += uint64(got)
		if got < n {
			if err == nil {
				err = io.ErrUnexpectedEOF
			}
			return string(buf), false, err
		}
	}
	return string(buf), false, nil
}
