package linux

import (
	"os"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/sys"
)

// Codes of a SIGTRAP that stepping causes, and of the stop that ptrace_notify
// makes when a handler was set up under a step (its exit code, SIGTRAP).
const (
	trapBrkpt  = 1
	trapTrace  = 2
	trapBranch = 3
	trapNotify = 5
)

// signalStop is a signal-delivery-stop, or the stop after a handler's set-up.
func (o *owner) signalStop(th *thread, sig unix.Signal) {
	th.at = atSignal
	if e := sys.GetSiginfo(th.tid, &th.siginfo); e != 0 {
		if e == unix.EINVAL {
			o.groupStop(th, going)
			return
		}
		th.at = going // killed
		return
	}
	if th.siginfo.Signo() != sig {
		th.at = going // killed, and at its exit already
		return
	}
	code := th.siginfo.Code()
	if sig == unix.SIGTRAP && code == trapNotify && th.handler {
		th.handler, th.stepping = false, false
		th.at = atHandler
		if th.leaving {
			o.release(th, 0)
			return
		}
		o.act(th, o.h.hooks.HandlerReady(th.task))
		return
	}
	own := sig == unix.SIGTRAP && (code == trapTrace || code == trapBranch) && (th.stepping || th.handler)
	o.undo(th)
	if own && (!th.stepping || th.leaving) {
		// The signal that was to have a handler had none in the end.
		th.handler, th.stepping = false, false
		if th.leaving {
			o.release(th, 0)
			return
		}
		o.act(th, o.h.hooks.UserMode(th.task))
		return
	}
	th.handler = false
	if th.stage != nil && th.stage.target == 0 {
		// The stage takes no signals: what was meant for the program waits.
		th.resume(true, 0)
		return
	}
	if th.dropStop && sig == unix.SIGSTOP && ours(&th.siginfo) { // a late timer of Do
		th.dropStop = false
		o.rollback(th)
		th.resume(th.sys, 0)
		return
	}
	if x, ok := th.awaited(sig); ok {
		if x.unmask {
			sys.SetSigmask(th.tid, x.mask)
		}
		th.siginfo = x.info
		sys.SetSiginfo(th.tid, &th.siginfo)
		if !x.report {
			o.actSignal(th, utrace.Verdict{Deliver: &th.siginfo, Handler: x.handle})
			return
		}
	}
	if th.leaving {
		o.settleSignal(th, sig)
		o.release(th, sig)
		return
	}
	th.stepping = th.stepping && !own
	o.act(th, o.h.hooks.Signal(th.task, &th.siginfo, own))
}

// stepped reports the end of a step over a system call, which ended in a
// syscall-exit-stop instead of a trap.
func (o *owner) stepped(th *thread) utrace.Verdict {
	th.stepping = false
	var si sys.Siginfo
	si.SetSigno(unix.SIGTRAP)
	si.SetCode(trapBrkpt) // user_single_step_report
	if regs, err := th.loadRegs(); err == nil {
		si.SetAddr(regs.PC())
	}
	return o.h.hooks.Signal(th.task, &si, true)
}

// step lets a thread execute one instruction. A system call instruction would
// be stepped over without its stops, so if those are wanted it is run by
// PTRACE_SYSCALL instead, and the step ends at the exit stop.
func (o *owner) step(th *thread, block bool, sig unix.Signal) {
	th.stepping = true
	if sig == 0 && th.stopsSome() {
		if regs, err := th.loadRegs(); err == nil && o.atSyscallInsn(th, regs.PC()) {
			th.stepCall = true
			th.resume(true, 0)
			return
		}
	}
	req := uintptr(unix.PTRACE_SINGLESTEP)
	if block {
		req = unix.PTRACE_SINGLEBLOCK
	}
	th.resumeBy(req, sig)
}

func (o *owner) atSyscallInsn(th *thread, pc uint64) bool {
	var b [2]byte
	if n, _ := th.readMem(b[:], pc); n != 2 {
		return false
	}
	return b == [2]byte{0x0f, 0x05} || b == [2]byte{0xcd, 0x80} || b == [2]byte{0x0f, 0x34}
}

// actSignal lets a thread go on from a signal-delivery-stop.
func (o *owner) actSignal(th *thread, v utrace.Verdict) {
	if v.Deliver == nil {
		o.rollback(th)
		o.toUser(th, v, 0)
		return
	}
	if v.Force != 0 && !o.force(th, &v) {
		return
	}
	sig := v.Deliver.Signo()
	if v.Deliver != &th.siginfo && *v.Deliver != th.siginfo {
		th.siginfo = *v.Deliver
		sys.SetSiginfo(th.tid, &th.siginfo)
	}
	o.settleSignal(th, sig)
	if v.Handler {
		th.handler = true
		th.resumeBy(unix.PTRACE_SINGLESTEP, sig)
		return
	}
	if v.Pass {
		th.trap() // no other stop is sure to come before user mode
	}
	th.resume(v.ExitStop, sig)
}

// settleSignal rolls a broken call back if sig will in the end be ignored: a
// thread that is not traced would not even have woken.
func (o *owner) settleSignal(th *thread, sig unix.Signal) {
	if !th.mayBeEintr() || !th.eintr() {
		return
	}
	d, err := o.h.disposition(th, int(sig))
	if err != nil || d.HasHandler() {
		return
	}
	if d.Handler == utrace.SigIgn || defaultOf(sig) == utrace.SignalIgn {
		o.rollback(th)
	}
}

func defaultOf(sig unix.Signal) utrace.Action {
	_, a := utrace.DefaultAction(int(sig))
	return a
}

// force makes the default action of v.Force happen. It changes v to a plain
// delivery and reports true, or has taken another way and reports false.
func (o *owner) force(th *thread, v *utrace.Verdict) bool {
	info := *v.Deliver
	sig := info.Signo()
	switch v.Force {
	case utrace.SignalStop, utrace.SignalTstp:
		if v.Force == utrace.SignalStop || !o.defaults(th, unix.SIGTSTP) {
			sig = unix.SIGSTOP
		} else {
			sig = unix.SIGTSTP
		}
	default:
		if defaultOf(sig) != v.Force {
			sig = unix.SIGTERM
			if v.Force == utrace.SignalCore {
				sig = unix.SIGQUIT
			}
		}
	}
	if sig != info.Signo() {
		info.SetSigno(sig)
	}
	if sig == unix.SIGSTOP || o.defaults(th, sig) {
		th.siginfo = info
		sys.SetSiginfo(th.tid, &th.siginfo)
		*v = utrace.Verdict{Deliver: &th.siginfo}
		return true
	}
	// The program has a handler, or ignores it: its action is made the default
	// first. That call uses up this stop, so the signal is sent anew.
	if err := o.setDefault(th, sig); err != nil {
		return false
	}
	o.expectSignal(th, expected{info: info})
	o.toUser(th, utrace.Verdict{}, 0)
	return false
}

func (o *owner) defaults(th *thread, sig unix.Signal) bool {
	d, err := o.h.disposition(th, int(sig))
	return err == nil && d.Handler == utrace.SigDfl
}

// invent delivers a signal from a stop that is not a signal's: it is queued by
// tgkill and made what it should be at its delivery-stop, which comes before
// user mode.
func (o *owner) invent(th *thread, v utrace.Verdict) {
	if v.Force != 0 && !o.forceHere(th, &v) {
		return
	}
	o.expectSignal(th, expected{info: *v.Deliver, handle: v.Handler})
}

// forceHere is force at a stop where a call can be made directly.
func (o *owner) forceHere(th *thread, v *utrace.Verdict) bool {
	sig := v.Deliver.Signo()
	switch v.Force {
	case utrace.SignalStop, utrace.SignalTstp:
		sig = unix.SIGSTOP
	case utrace.SignalTerm, utrace.SignalCore:
		if !o.defaults(th, sig) {
			if err := o.setDefault(th, sig); err != nil {
				return false
			}
		}
	}
	v.Deliver.SetSigno(sig)
	return true
}

// expectSignal sends a signal that becomes x.info when it is delivered, past
// the thread's mask.
func (o *owner) expectSignal(th *thread, x expected) {
	sig := x.info.Signo()
	if !x.report {
		if mask, e := sys.GetSigmask(th.tid); e == 0 && mask&(1<<(sig-1)) != 0 {
			x.unmask, x.mask = true, mask
			sys.SetSigmask(th.tid, mask&^(1<<(sig-1)))
		}
	}
	th.expect = append(th.expect, x)
	sys.Tgkill(th.tgid, th.tid, sig)
}

// ours reports whether a signal was sent by our own tgkill. (In another PID
// namespace our id is 0.)
func ours(si *sys.Siginfo) bool {
	const siTkill = -6
	return si.Code() == siTkill && (si.Pid() == int32(os.Getpid()) || si.Pid() == 0)
}

// awaited reports whether the signal at hand is one that expectSignal sent.
func (th *thread) awaited(sig unix.Signal) (expected, bool) {
	if !ours(&th.siginfo) {
		return expected{}, false
	}
	for i, x := range th.expect {
		if x.info.Signo() == sig {
			th.expect = append(th.expect[:i], th.expect[i+1:]...)
			return x, true
		}
	}
	return expected{}, false
}

// Queue sends a signal to the thread that engines will be asked about.
func (h *host) Queue(t *utrace.Task, info *utrace.Siginfo) error {
	th := h.thread(t)
	th.owner.expectSignal(th, expected{info: *info, report: true})
	return nil
}

func (h *host) Blocked(t *utrace.Task, sig int) bool {
	mask, e := sys.GetSigmask(h.thread(t).tid)
	return e == 0 && mask&(1<<(sig-1)) != 0
}

func (h *host) Disposition(t *utrace.Task, sig int) (utrace.SigAction, error) {
	return h.disposition(h.thread(t), sig)
}
