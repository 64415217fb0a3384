package utrace

import (
	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/syscalls"
)

// frame is what a system call is asked for with.
type frame struct {
	nr   int
	args [6]uint64
}

// change is what one engine made of the call.
type change struct {
	e    *Engine
	mask uint8 // bit i: args[i]; bit 6: nr
	f    frame
}

const changedNr = 1 << 6

// call is the system call that a thread is in.
//
// Views: the registers keep the program's own number and arguments (base)
// until the call is let go. What engines set with SetNr and SetArg is kept
// apart, in order from the program inwards, so that each engine sees, at entry
// and at exit alike, base with the changes of the engines outside of it. What
// runs is base with all changes; at exit the registers get base back.
type call struct {
	handle  Syscall // what callbacks are given
	seq     uint64
	arch    arch.ID
	base    frame
	changes []change // by seq, greatest (closest to the program) first
	round   int
	result  int64  // at exit
	preset  int64  // set at entry, used if aborted
	event   Events // of the rounds: EventSyscallEntry, EventSeccomp

	inside  bool // between entry report and exit
	aborted bool
	atExit  bool
	execed  bool // a new image: its registers owe the old one nothing
	early   bool // its exit is reported at the entry stop: it was skipped
	hasPre  bool // preset was
	changed bool // result was set: must be written
}

// view returns the call as e sees it.
func (c *call) view(e *Engine) frame {
	f := c.base
	for i := range c.changes {
		ch := &c.changes[i]
		if e != nil && ch.e.seq <= e.seq {
			break
		}
		ch.apply(&f)
	}
	return f
}

func (ch *change) apply(f *frame) {
	if ch.mask&changedNr != 0 {
		f.nr = ch.f.nr
	}
	for i := range f.args {
		if ch.mask&(1<<i) != 0 {
			f.args[i] = ch.f.args[i]
		}
	}
}

// changeOf returns e's change, made if need be.
func (c *call) changeOf(e *Engine) *change {
	i := 0
	for i < len(c.changes) && c.changes[i].e.seq > e.seq {
		i++
	}
	if i == len(c.changes) || c.changes[i].e != e {
		c.changes = append(c.changes, change{})
		copy(c.changes[i+1:], c.changes[i:])
		c.changes[i] = change{e: e}
	}
	return &c.changes[i]
}

// Syscall is a system call at its entry or exit, as one engine sees it. It is
// valid during the callback, or the Examine, that was given it.
//
// SetNr and SetArg are scoped to the call: engines closer to the kernel see
// the changed call, those closer to the program never do, and at the exit the
// program gets its own argument registers back. Setters on a thread that was
// killed meanwhile do nothing.
type Syscall struct {
	t *Task
	e *Engine
}

// Task returns the thread that makes the call.
func (c *Syscall) Task() *Task { return c.t }

// Arch returns the architecture of this call, which comes with each call and
// not with the program.
func (c *Syscall) Arch() arch.ID { return c.t.call.arch }

// Nr returns the number. It stays readable after an abort.
func (c *Syscall) Nr() int {
	if call := &c.t.call; len(call.changes) == 0 {
		return call.base.nr
	}
	return c.t.call.view(c.e).nr
}

// Arg returns argument i, 0 to 5.
func (c *Syscall) Arg(i int) uint64 {
	if call := &c.t.call; len(call.changes) == 0 {
		return call.base.args[i]
	}
	return c.t.call.view(c.e).args[i]
}

// Args returns all arguments.
func (c *Syscall) Args() [6]uint64 { return c.t.call.view(c.e).args }

// Name returns the call's name, or "syscall_0x..." for an unknown number.
func (c *Syscall) Name() string {
	nr := c.Nr()
	if d, ok := syscalls.Lookup(c.Arch(), nr); ok {
		return d.Name
	}
	return "syscall_0x" + hex(uint64(uint32(nr)))
}

// AtExit reports whether the call is at its exit.
func (c *Syscall) AtExit() bool { return c.t.call.atExit }

// Seq numbers the calls whose entry the host has seen of this thread. It is the
// same at all reports of one call: an engine that need not be told of the exit,
// or of the entry, tells by it what belongs together.
func (c *Syscall) Seq() uint64 { return c.t.call.seq }

// Aborted reports, at exit, whether the call was skipped.
func (c *Syscall) Aborted() bool { return c.t.call.aborted }

// SetNr changes what is called. At entry only; later it does nothing.
func (c *Syscall) SetNr(nr int) {
	call := &c.t.call
	if call.atExit {
		return
	}
	ch := call.changeOf(c.e)
	ch.mask |= changedNr
	ch.f.nr = nr
}

// SetArg changes argument i. At entry only; later it does nothing.
func (c *Syscall) SetArg(i int, v uint64) {
	call := &c.t.call
	if call.atExit {
		return
	}
	ch := call.changeOf(c.e)
	ch.mask |= 1 << i
	ch.f.args[i] = v
}

// Result returns the raw result at exit: a value, or a negated errno in
// [-4095, -1], restart codes included. At entry it is -ENOSYS, or what
// SetResult set.
func (c *Syscall) Result() int64 {
	call := &c.t.call
	switch {
	case call.atExit:
		return call.result
	case call.hasPre:
		return call.preset
	}
	return -int64(unix.ENOSYS)
}

// Err returns the error that the result stands for, 0 for success.
func (c *Syscall) Err() unix.Errno {
	if r := c.Result(); r < 0 && r >= -4095 {
		return unix.Errno(-r)
	}
	return 0
}

// SetResult sets what the program, and the engines called after, see as
// result. At entry it is kept for the case that the call is aborted.
func (c *Syscall) SetResult(v int64) {
	call := &c.t.call
	if !call.atExit {
		call.preset, call.hasPre = v, true
		return
	}
	call.result, call.changed = v, true
}

// SetError is SetResult of an errno.
func (c *Syscall) SetError(e unix.Errno) { c.SetResult(-int64(e)) }

// Rollback makes the aborted call look as if its instruction had done nothing:
// the result register gets back what it held before (semantics 4.5). It does
// not move the program counter. EINVAL unless the call is at the exit of an
// abort.
func (c *Syscall) Rollback() error {
	call := &c.t.call
	if !call.atExit || !call.aborted {
		return errno("rollback", unix.EINVAL)
	}
	regs, err := c.t.host().Regs(c.t)
	if err != nil {
		return err
	}
	regs.Rollback(call.arch, call.base.nr, call.base.args)
	c.t.host().DirtyRegs(c.t)
	call.result, call.changed = regs.Result(call.arch), false
	return nil
}

// Do makes the thread execute a system call of the engine's choosing, on its
// native architecture, and returns the raw result. It is synchronous; signals
// stay out, and nobody is told of the call. It is for calls that do not sleep:
// after a second it is interrupted, ETIMEDOUT. ESRCH: the thread died. EBUSY:
// not here (see [Task.Do]).
func (c *Syscall) Do(nr int, args ...uint64) (int64, error) { return c.t.Do(nr, args...) }

// Scratch lends n bytes of the program's memory, for arguments that the engine
// makes up, until the call's exit has been reported. Its content is undefined.
func (c *Syscall) Scratch(n int) (uint64, error) { return c.t.host().Scratch(c.t, n) }

// Memory returns the memory of the thread.
func (c *Syscall) Memory() Memory { return Memory{c.t} }

// Regs returns the program's registers; see [Task.Regs].
func (c *Syscall) Regs() (arch.Regs, error) { return c.t.Regs() }

// SetRegs changes them for good; see [Task.SetRegs].
func (c *Syscall) SetRegs(r *arch.Regs) error { return c.t.SetRegs(r) }
