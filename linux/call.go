package linux

import (
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// callTimeout is how long a call made by Do may sleep.
const callTimeout = time.Second

// Call makes the stopped thread execute a system call (utrace.Task.Do). The
// owner drives this one thread and looks at no other meanwhile. All signals
// are blocked, so that none is delivered inside; the mask and the registers are
// put back.
//
//	at an exit      the call runs from a syscall instruction of the program's;
//	                registers are put back at its own exit; if the program's call
//	                is to be restarted, a trap follows, since the signal path that
//	                would have seen to that has been passed
//	at a trap       the same; but the thread may be inside a call that was
//	                broken and will be restarted by the kernel's signal path
//	                alone, so registers are put back at a further trap there
//	at an entry     the pending call is exchanged for ours; then the thread is
//	                set back before its instruction, and meets the same entry
//	                again, and the same seccomp stop if it was there
//
// The call's own seccomp stop, if a filter traps it, is passed over.
func (h *host) Call(t *utrace.Task, nr int, args [6]uint64) (int64, error) {
	return h.thread(t).makeCall(nr, args, callTimeout)
}

// brief is Call for a call that never sleeps.
func (th *thread) brief(nr int, args [6]uint64) (int64, error) {
	return th.makeCall(nr, args, 0)
}

// makeCall makes the thread execute a system call, and breaks it after timeout if
// that is not 0.
func (th *thread) makeCall(nr int, args [6]uint64, timeout time.Duration) (int64, error) {
	regs, err := th.loadRegs()
	if err != nil {
		return 0, err
	}
	switch th.at {
	case atEntry, atSeccomp, atExit, atTrap, atSignal, atFirst, atHandler:
	default:
		return 0, unix.EBUSY
	}
	th.plain.fds = 0
	if th.filtered() {
		th.suspendFilters()
	}
	defer th.resumeFilters()
	th.asis = false
	c := remote{th: th, at: th.at, saved: *regs, dirty: th.dirty}
	return c.run(nr, args, timeout)
}

// remote is one call made in a thread.
type remote struct {
	th    *thread
	at    stop
	saved arch.Regs
	dirty bool
	mask  uint64
	again bool // a trap or a group-stop was met: make it come again
	late  bool // the timer's SIGSTOP was met
	stops bool // another SIGSTOP was met: send it again
	timer *time.Timer
}

func (c *remote) run(nr int, args [6]uint64, timeout time.Duration) (int64, error) {
	th := c.th
	id := modeArch(&c.saved)
	regs := c.saved
	if c.at == atEntry || c.at == atSeccomp {
		if th.call.arch != id {
			return 0, unix.EBUSY // int 0x80 in a 64-bit program: no native call can be made here
		}
		regs.SetNr(nr)
		regs.SetArgs(id, args)
	} else {
		pc, err := th.syscallInsn(id, &regs)
		if err != nil {
			return 0, err
		}
		regs.SetPC(pc)
		regs.PrepareCall(id, nr, args)
	}
	var e unix.Errno
	if c.mask, e = sys.GetSigmask(th.tid); e != 0 {
		return 0, e
	}
	sys.SetSigmask(th.tid, ^uint64(0))
	if e := sys.SetRegs(th.tid, (*unix.PtraceRegs)(&regs)); e != 0 {
		return 0, e
	}
	if timeout > 0 {
		c.timer = c.breakAfter(timeout)
	}
	defer c.end()

	var info sys.SyscallInfo
	for {
		if err := c.next(&info); err != nil {
			return 0, err
		}
		if info.Op == sys.OpExit {
			break
		}
	}
	result, _ := info.Exit()
	if err := c.restore(id, &info); err != nil {
		return result, err
	}
	sys.SetSigmask(th.tid, c.mask)
	th.regs, th.loaded, th.dirty = c.saved, true, c.dirty
	if c.again || c.at == atExit && !th.restarts && th.restarting() {
		th.interrupt = true
	}
	if c.late && -result == int64(unix.EINTR) || c.late && arch.IsRestart(result) {
		return 0, unix.ETIMEDOUT
	}
	return result, nil
}

// breakAfter starts a timer that breaks the call by SIGSTOP.
func (c *remote) breakAfter(timeout time.Duration) *time.Timer {
	o, tgid, tid := c.th.owner, c.th.tgid, c.th.tid
	return time.AfterFunc(timeout, func() {
		sys.Tgkill(tgid, tid, unix.SIGSTOP)
		o.ring()
	})
}

// end stops the timer. If that has just sent its SIGSTOP, it is still to come.
func (c *remote) end() {
	if c.timer != nil && !c.timer.Stop() && !c.late {
		c.th.dropStop = true
	}
	if c.stops {
		sys.Tgkill(c.th.tgid, c.th.tid, unix.SIGSTOP)
	}
}

// next lets the thread run to its next syscall stop. Traps and stops by signal
// that come between are noted and passed over; a death, or the way to one, is
// kept for later and ends the call with ESRCH.
func (c *remote) next(info *sys.SyscallInfo) error {
	th := c.th
	for {
		sys.Resume(unix.PTRACE_SYSCALL, th.tid, 0)
		ws, err := c.wait()
		if err != nil {
			return err
		}
		switch sig, event := ws.StopSignal(), int(ws>>16); {
		case sig == unix.SIGTRAP|0x80:
			if e := sys.GetSyscallInfo(th.tid, info); e != 0 {
				return e
			}
			if info.Op != sys.OpNone {
				return nil
			}
			// Killed, and at its exit already, of which we are still to hear.
			if ws, err := c.wait(); err == nil {
				th.deferStatus(ws)
			}
			return unix.ESRCH
		case event == unix.PTRACE_EVENT_EXIT:
			th.deferStatus(ws)
			return unix.ESRCH
		case event == unix.PTRACE_EVENT_STOP:
			th.interrupt = false
			c.again = true
		case event == 0 && sig == unix.SIGSTOP:
			// Ours, sent by the timer, or one that is meant for the program,
			// which is sent to it anew.
			var si sys.Siginfo
			if sys.GetSiginfo(th.tid, &si); ours(&si) {
				c.late = true
			} else {
				c.stops = true
			}
		}
	}
}

// wait waits for the thread's next status.
//
// If a leader is killed while the owner still has an earlier stop of its, it is
// let go from its exit unseen, and a zombie of which the kernel tells nobody
// while other threads of its process live (delay_group_leader). Those may be this
// owner's: it must not wait for the leader alone.
func (c *remote) wait() (unix.WaitStatus, error) {
	th := c.th
	if th.tid == th.tgid && th.owner.h.others(th) {
		if err := c.waitAmongOthers(); err != nil {
			return 0, err
		}
	}
	var ws unix.WaitStatus
	for {
		_, e := sys.Wait4(th.tid, &ws, waitOptions)
		switch {
		case e == unix.EINTR:
			continue
		case e != 0:
			return 0, e
		case !ws.Stopped():
			c.th.deferStatus(ws)
			return 0, unix.ESRCH
		}
		return ws, nil
	}
}

// waitAmongOthers waits until there is something to wait for of a leader, or it
// is a zombie: then it fails with ESRCH.
func (c *remote) waitAmongOthers() error {
	th := c.th
	for {
		var info sys.Siginfo
		if e := sys.WaitidNoHang(unix.P_PID, th.tid, &info, peekOptions, nil); e != 0 || info.Pid() != 0 {
			return nil // what it is, wait4 tells
		}
		// Whatever comes of anybody, the doorbell's ring among it.
		sys.Waitid(unix.P_ALL, 0, &info, peekOptions, nil)
		if int(info.Pid()) == th.tid {
			return nil
		}
		if zombie(th.tid) {
			th.stopOver()
			return unix.ESRCH
		}
		time.Sleep(20 * time.Microsecond) // what has come stays, until the call is made
	}
}

// restore puts the thread back to where it was, as far as the kernel can tell.
func (c *remote) restore(id arch.ID, info *sys.SyscallInfo) error {
	th := c.th
	switch c.at {
	case atEntry, atSeccomp:
		again := c.saved
		again.Rewind(id, th.call.nr, th.call.args)
		if e := sys.SetRegs(th.tid, (*unix.PtraceRegs)(&again)); e != 0 {
			return e
		}
		for {
			if err := c.next(info); err != nil {
				return err
			}
			if info.Op == sys.OpEntry {
				break
			}
		}
		if c.at == atSeccomp {
			if err := c.toSeccomp(); err != nil {
				return err
			}
		}
	case atExit, atHandler:
	default:
		if err := c.trapAgain(); err != nil {
			return err
		}
		th.at = atTrap
	}
	if e := sys.SetRegs(th.tid, (*unix.PtraceRegs)(&c.saved)); e != 0 {
		return e
	}
	return nil
}

// toSeccomp brings the thread from its entry stop to the seccomp stop. If other
// filters were installed meanwhile, for all threads at once, the next stop may be
// another, which is kept for later.
func (c *remote) toSeccomp() error {
	th := c.th
	th.resumeFilters()
	sys.Resume(unix.PTRACE_SYSCALL, th.tid, 0)
	ws, err := c.wait()
	if err == nil && int(ws>>16) != unix.PTRACE_EVENT_SECCOMP {
		th.deferStatus(ws)
		err = unix.ESRCH
	}
	return err
}

// trapAgain brings the thread from its exit stop into the signal path.
func (c *remote) trapAgain() error {
	th := c.th
	sys.Interrupt(th.tid)
	for {
		sys.Resume(unix.PTRACE_SYSCALL, th.tid, 0)
		ws, err := c.wait()
		if err != nil {
			return err
		}
		switch event := int(ws >> 16); event {
		case unix.PTRACE_EVENT_STOP:
			th.interrupt = false
			if ws.StopSignal() != unix.SIGTRAP {
				c.again = true // a group-stop: it must be reported
			}
			return nil
		case unix.PTRACE_EVENT_EXIT:
			th.deferStatus(ws)
			return unix.ESRCH
		}
	}
}

// syscallInsn finds a syscall instruction that the thread can execute: the one
// that it has just come from, the vdso's, or any in its executable memory.
func (th *thread) syscallInsn(id arch.ID, regs *arch.Regs) (uint64, error) {
	insn := arch.SyscallInsn(id)
	slot := &th.vm().insn[0]
	if !id.Is64() {
		slot = &th.vm().insn[1]
	}
	b := make([]byte, len(insn))
	for _, pc := range []uint64{*slot, regs.PC() - uint64(len(insn))} {
		if pc != 0 {
			if n, _ := th.readMem(b, pc); n == len(b) && string(b) == string(insn) {
				*slot = pc
				return pc, nil
			}
		}
	}
	pc, err := th.findInsn(insn)
	if err == nil {
		*slot = pc
	}
	return pc, err
}

// Action asks the kernel, by a call of the thread's own: no request of ptrace
// tells. A thread that was at a signal's delivery is at a trap after that; the
// signal is then sent anew if it is delivered (invent).
func (h *host) Action(t *utrace.Task, sig int) (utrace.SigAction, error) {
	th := h.thread(t)
	d, err := h.disposition(th, sig)
	if err != nil || !d.HasHandler() {
		return d, err
	}
	regs, err := th.loadRegs()
	if err != nil {
		return d, err
	}
	nr, word := 13, 8 // rt_sigaction; its struct begins with handler and flags
	if !modeArch(regs).Is64() {
		nr, word = 174, 4
	}
	at := (regs.SP() - 512) &^ 15 // below the red zone
	var keep, got [64]byte
	th.readMem(keep[:], at)
	defer th.writeMem(keep[:], at)
	r, err := th.brief(nr, [6]uint64{uint64(sig), 0, at, 8})
	switch {
	case err != nil:
		return d, err
	case r < 0:
		return d, unix.Errno(-r)
	}
	if n, err := th.readMem(got[:2*word], at); n != 2*word {
		return d, err
	}
	field := func(i int) (v uint64) {
		for b := word - 1; b >= 0; b-- {
			v = v<<8 | uint64(got[i*word+b])
		}
		return v
	}
	return utrace.SigAction{Handler: field(0), Flags: field(1)}, nil
}

// setDefault makes the program's action for sig the default.
func (o *owner) setDefault(th *thread, sig unix.Signal) error {
	regs, err := th.loadRegs()
	if err != nil {
		return err
	}
	nr := 13 // rt_sigaction
	if !modeArch(regs).Is64() {
		nr = 174
	}
	// struct sigaction of zeros, below the stack's red zone.
	at := (regs.SP() - 512) &^ 15
	var keep, zero [64]byte
	th.readMem(keep[:], at)
	th.writeMem(zero[:], at)
	defer th.writeMem(keep[:], at)
	r, err := th.brief(nr, [6]uint64{uint64(sig), at, 0, 8})
	if err == nil && r < 0 {
		err = unix.Errno(-r)
	}
	return err
}

// findInsn looks for an instruction in the thread's executable memory.
func (th *thread) findInsn(insn []byte) (uint64, error) {
	maps, err := executable(th.tid)
	if err != nil {
		return 0, err
	}
	buf := make([]byte, 64<<10)
	for _, m := range maps {
		for at := m[0]; at < m[1]; {
			n, _ := th.readMem(buf[:min(uint64(len(buf)), m[1]-at)], at)
			if n < len(insn) {
				break
			}
			for i := 0; i+len(insn) <= n; i++ {
				if string(buf[i:i+len(insn)]) == string(insn) {
					return at + uint64(i), nil
				}
			}
			at += uint64(n) - uint64(len(insn)) + 1
		}
	}
	return 0, unix.ENOEXEC
}
