package hosttest

import (
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// spinning is a puppet in user mode, in gate 1, with an engine that sees
// everything that could happen there.
func spinning(t *testing.T, lab Lab, after ...Step) (run *Run, rec *Recorder, a *Engine) {
	t.Helper()
	run = Start(t, lab, append([]Step{Gate(1)}, after...)...)
	rec = run.Recorder()
	a = rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce|utrace.EventSyscall|utrace.EventSignalAll)
	run.Go()
	run.Reached(1)
	return
}

// needSteps skips a statement about stepping on a host that cannot.
func needSteps(t *testing.T, lab Lab) {
	t.Helper()
	if !lab.Has(CapStep) {
		t.Skip("this host cannot step")
	}
}

const trap = "signal 5 " // the trap of a step

// resumeStatements are about the actions that let a thread go on.
var resumeStatements = []statement{
	{"S37", "REPORT reaches a thread in user mode, without a system call of its", func(t *testing.T, lab Lab) {
		run, rec, a := spinning(t, lab)
		WantErr(t, "report", a.Control(utrace.Report), 0)
		rec.Await("a quiesce 0")
		run.Spun(1)
		rec.Want("a quiesce 0")
	}},
	{"S38", "REPORT does not wake a thread blocked in a call; INTERRUPT does", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Pause(), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce|utrace.EventSyscall)
		run.Go()
		rec.Await("a entry pause")
		run.Blocked()
		WantErr(t, "report", a.Control(utrace.Report), 0)
		run.Blocked()
		if lab.Has(CapExactReport) {
			rec.Want("a quiesce SYSCALL_ENTRY", "a entry pause")
		} else {
			rec.Await("a quiesce") // and the call is made again
			rec.Await("a entry pause")
			run.Blocked()
		}
		WantErr(t, "interrupt", a.Control(utrace.Interrupt), 0)
		rec.Await("a exit pause=-514")
		rec.Await("a report")
		rec.Await("a entry pause")
	}},
	{"S39", "after INTERRUPT a restartable call is made again, unseen by the program", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Pipe(), Fork(Gate(2), WritePipe()), ReadPipe(), Report(1),
			Sleep(50), Report(2), SigWait(unix.SIGUSR1), Report(3), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Once("entry nanosleep", utrace.Interrupt).Once("entry rt_sigtimedwait", utrace.Interrupt)
		a.Attach(run.Task(), utrace.EventQuiesce|utrace.EventSyscall)
		run.Go()
		rec.Await("a entry read")
		run.Blocked()
		WantErr(t, "interrupt", a.Control(utrace.Interrupt), 0)
		for _, w := range []string{"exit read=-512", "report", "entry read"} {
			rec.Await("a " + w)
		}
		run.Open(2)
		run.Want(1, 1)
		for _, w := range []string{"exit nanosleep=-516", "report", "entry restart_syscall", "exit restart_syscall=0"} {
			rec.Await("a " + w)
		}
		run.Want(2, 0)
		run.Want(3, -int64(unix.EINTR)) // not restartable
	}},
	{"S40", "an event pass consumes a pending REPORT or step, not an INTERRUPT", func(t *testing.T, lab Lab) {
		for _, c := range []struct {
			action utrace.Action
			text   string
			left   int // after an exit pass
		}{{utrace.Report, "a quiesce 0", 0}, {utrace.SingleStep, "a " + trap, 0}, {utrace.Interrupt, "a report", 1}} {
			for exit, want := range map[utrace.Events]int{0: 1, utrace.EventSyscallExit: c.left} {
				if c.action == utrace.SingleStep && !lab.Has(CapStep) {
					continue
				}
				run := Start(t, lab, Getppid(), Gate(1))
				rec := run.Recorder()
				rec.Engine("a").Once("entry getppid", c.action).
					Attach(run.Task(), utrace.EventQuiesce|utrace.EventSyscallEntry|utrace.EventSignalCore|exit)
				run.Go()
				run.Reached(1)
				run.Spun(1)
				if n := rec.Count(c.text); n != want {
					t.Errorf("%v with %v: %d times %q in %v", c.action, exit, n, c.text, rec.Texts())
				}
			}
		}
	}},
	{"S41", "what others chose in the pass of a STOP takes effect when the stop ends", func(t *testing.T, lab Lab) {
		for action, text := range map[utrace.Action]string{utrace.Interrupt: "b report", utrace.SingleStep: "b " + trap} {
			if action == utrace.SingleStep && !lab.Has(CapStep) {
				continue
			}
			run, rec, a := spinning(t, lab)
			a.Once("quiesce 0", utrace.Stop)
			b := rec.Engine("b").Once("quiesce 0", action)
			b.Attach(run.Task(), utrace.EventQuiesce|utrace.EventSignalCore)
			WantErr(t, "report", a.Control(utrace.Report), 0)
			rec.Await("b quiesce 0")
			AwaitHeld(t, run.Task(), "held")
			rec.Mark("release")
			WantErr(t, "resume", a.Control(utrace.Resume), 0)
			rec.Await(text)
			run.Spun(1)
			if got := strings.Join(rec.Texts("release", text), ", "); got != "release, "+rec.Texts(text)[0] {
				t.Errorf("%v: %s", action, got)
			}
		}
	}},
	{"S42", "BLOCKSTEP beside another engine's SINGLESTEP is a single step", func(t *testing.T, lab Lab) {
		needSteps(t, lab)
		// A gate is one loop: from branch to branch there is one address, or two.
		run, rec, a := spinning(t, lab)
		var mu sync.Mutex
		pcs := map[uint64]bool{}
		step := func(action utrace.Action) func(ev *Event) utrace.Action {
			return func(ev *Event) utrace.Action {
				regs, err := ev.Engine.Task().Regs()
				WantErr(t, "registers", err, 0)
				mu.Lock()
				pcs[regs.PC()] = true
				mu.Unlock()
				if rec.Count("b "+trap) > 20 {
					action = utrace.Resume
				}
				return utrace.SignalIgn | action
			}
		}
		a.On(trap, step(utrace.BlockStep)).Answer("quiesce 0", utrace.BlockStep)
		b := rec.Engine("b").On(trap, step(utrace.SingleStep)).Answer("quiesce 0", utrace.SingleStep)
		b.Attach(run.Task(), utrace.EventQuiesce|utrace.EventSignalCore)
		WantErr(t, "report", a.Control(utrace.Report), 0)
		for range 20 {
			rec.Await("b " + trap)
		}
		run.Spun(1)
		mu.Lock()
		defer mu.Unlock()
		if len(pcs) < 3 {
			t.Errorf("20 steps showed %d addresses", len(pcs))
		}
	}},
	{"S43", "SINGLESTEP where unsupported is EOPNOTSUPP and changes nothing", func(t *testing.T, lab Lab) {
		sl, ok := lab.(*SimLab)
		if !ok {
			t.Skip("threads of this host can always be stepped")
		}
		sl = sl.WithoutSteps()
		t.Cleanup(func() { closeSim(t, sl) })
		run, rec, a := spinning(t, sl)
		a.Answer("quiesce 0", utrace.Stop)
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		rec.Await("a quiesce 0")
		AwaitHeld(t, run.Task(), "held")
		WantErr(t, "single", a.Control(utrace.SingleStep), unix.EOPNOTSUPP)
		WantErr(t, "block", a.Control(utrace.BlockStep), unix.EOPNOTSUPP)
		WantErr(t, "examine", a.Examine(func(*utrace.Stopped) error { return nil }), 0)
		if s := run.Task().State(); s != "held" || !a.Holds() {
			t.Errorf("%s, holds %v", s, a.Holds())
		}
		rec.Want("a quiesce 0")
	}},
	{"S44", "REPORT and steps need QUIESCE, the other actions do not", func(t *testing.T, lab Lab) {
		run := Start(t, lab) // held, so that no pass is under way
		a := NewRecorder(t).Engine("a").Attach(run.Task(), all&^utrace.EventQuiesce)
		for _, c := range []struct {
			action utrace.Action
			want   unix.Errno
		}{
			{utrace.Report, unix.EINVAL}, {utrace.SingleStep, unix.EINVAL}, {utrace.BlockStep, unix.EINVAL},
			{utrace.Interrupt, 0}, {utrace.Stop, 0}, {utrace.Resume, 0}, {7, unix.EINVAL}, {utrace.Detach, 0}, {utrace.Stop, unix.ESRCH},
		} {
			WantErr(t, c.action.String(), a.Control(c.action), c.want)
		}
	}},
	{"S45", "a plain RESUME clears stepping left from before", func(t *testing.T, lab Lab) {
		needSteps(t, lab)
		run, rec, a := spinning(t, lab)
		a.Answer("quiesce 0", utrace.SingleStep).Answer(trap, utrace.SignalIgn|utrace.SingleStep)
		WantErr(t, "report", a.Control(utrace.Report), 0)
		for range 3 {
			rec.Await("a " + trap)
		}
		a.Answer(trap, utrace.SignalIgn|utrace.Stop)
		AwaitHeld(t, run.Task(), "held")
		n := rec.Count("a " + trap)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Spun(1)
		if got := rec.Count("a " + trap); got != n {
			t.Errorf("%d more steps", got-n)
		}
	}},
	{"S46", "RESUME on a running thread only withdraws the engine's own STOP", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Getppid(), Gate(1))
		rec := run.Recorder()
		leave := make(chan struct{})
		a := rec.Engine("a").Attach(run.Task(), 0)
		b := rec.Engine("b").On("entry getppid", func(ev *Event) utrace.Action { <-leave; return ev.Echo() })
		b.Attach(run.Task(), utrace.EventSyscallEntry)
		run.Go()
		rec.Await("b entry getppid") // it runs: no stop before this returns
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		WantErr(t, "resume of another", b.Control(utrace.Resume), 0)
		if !a.Holds() {
			t.Error("another's RESUME withdrew the STOP")
		}
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		close(leave)
		run.Reached(1)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		WantErr(t, "set", a.SetEvents(utrace.EventQuiesce), 0)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		run.Spun(1)
		rec.Want("b entry getppid")
	}},
	{"S47", "STOP on a running thread is EINPROGRESS, and the callback decides", func(t *testing.T, lab Lab) {
		run, rec, a := spinning(t, lab)
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		rec.Await("a quiesce 0") // answered RESUME
		WantErr(t, "barrier", a.Barrier(t.Context()), 0)
		if a.Holds() {
			t.Error("holds")
		}
		run.Spun(1)
		a.Answer("quiesce 0", utrace.Stop)
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		rec.Await("a quiesce 0")
		AwaitHeld(t, run.Task(), "held")
		rec.Want("a quiesce 0", "a quiesce 0")
	}},
	{"S48", "STOP on a stopped thread is 0, and that engine too must release it", func(t *testing.T, lab Lab) {
		run, rec, a := spinning(t, lab)
		b := rec.Engine("b").Attach(run.Task(), 0)
		a.Answer("quiesce 0", utrace.Stop)
		WantErr(t, "stop", a.Control(utrace.Stop), unix.EINPROGRESS)
		AwaitHeld(t, run.Task(), "held")
		WantErr(t, "stop again", b.Control(utrace.Stop), 0)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		WantErr(t, "examine", b.Examine(func(*utrace.Stopped) error { return nil }), 0)
		if s := run.Task().State(); s != "held" {
			t.Errorf("state %s after the first release", s)
		}
		WantErr(t, "resume", b.Control(utrace.Resume), 0)
		run.Spun(1)
	}},
	{"S49", "STOP on a job-control-stopped thread is 0; then SIGCONT does not run it", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), utrace.EventJobControl)
		run.Go()
		run.Reached(1)
		stop := func() {
			t.Helper()
			run.Signal(unix.SIGSTOP)
			rec.Await("a jctl 5")
			AwaitHeld(t, run.Task(), "stopped")
			WantErr(t, "stop", a.Control(utrace.Stop), 0)
		}
		stop()
		a.Answer("jctl 6", utrace.Stop)
		run.Signal(unix.SIGCONT)
		AwaitHeld(t, run.Task(), "held")
		// Stopped once more, while held: it joins when it is released.
		run.Signal(unix.SIGSTOP)
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		AwaitHeld(t, run.Task(), "stopped")
		a.Answer("jctl 6", utrace.Resume)
		run.Signal(unix.SIGCONT)
		run.Spun(1)
		// Released while stopped, it stays so until SIGCONT.
		stop()
		WantErr(t, "resume", a.Control(utrace.Resume), 0)
		if s := run.Task().State(); s != "stopped" {
			t.Errorf("%s after the release", s)
		}
		run.Signal(unix.SIGCONT)
		run.Spun(1)
	}},
}
