package sim

import (
	"runtime"

	"golang.org/x/sys/unix"

	"utrace"
)

// Tick is one instruction in user mode, and the interrupt after it. Ticks make
// a loop of instructions, of which the last is a branch.
func (th *Thread) Tick() {
	const loop = 4
	th.ticks++
	branch := th.ticks%loop == 0
	if pc := th.regs.PC(); branch {
		th.regs.SetPC(pc - (loop - 1))
	} else {
		th.regs.SetPC(pc + 1)
	}
	if branch || th.step == utrace.SingleStep {
		th.stepped()
	}
	select {
	case <-th.bell:
		th.border()
	default:
		runtime.Gosched()
	}
}

// stepped makes the trap of an armed step.
func (th *Thread) stepped() {
	if th.step != utrace.SingleStep && th.step != utrace.BlockStep {
		return
	}
	th.step = utrace.Stop
	var info utrace.Siginfo
	info.SetSigno(unix.SIGTRAP)
	info.SetCode(trapTrace)
	if t := th.task.Load(); t != nil {
		th.act(th.k.hooks.Signal(t, &info, true))
	}
	th.border()
}

const trapTrace = 2 // TRAP_TRACE

// act does what a verdict says. The thread is at the border to user mode.
func (th *Thread) act(v utrace.Verdict) {
	v, killed := th.follow(v)
	if killed {
		th.die(0)
	}
	th.pass = th.pass || v.Pass
	th.step = v.Step
	if v.Deliver != nil {
		info := *v.Deliver
		th.deliver(&info, v.Force, v.Handler)
	}
}

// border is the way into user mode: requests, job control, passes, signals,
// until there is none left, and then the restart of a broken call.
func (th *Thread) border() {
	for {
		th.serve()
		if th.sigkill.Load() {
			th.die(0)
		}
		t := th.task.Load()
		if t != nil && (th.pass || th.k.hooks.Pending(t) < utrace.Resume) {
			th.pass = false
			th.act(th.k.hooks.UserMode(t))
			continue
		}
		if th.jobStop() {
			continue
		}
		info, ok := th.dequeue()
		if !ok {
			break
		}
		if t != nil {
			th.act(th.k.hooks.Signal(t, &info, false))
		} else {
			th.deliver(&info, 0, false)
		}
	}
	th.restartCall(nil)
}
