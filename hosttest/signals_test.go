package hosttest

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

const drop = utrace.SignalIgn | utrace.Resume

// raised is a puppet that has a handler for SIGUSR1 and raises it, between gate
// 1 and gate 2, with one engine.
func raised(t *testing.T, lab Lab, events utrace.Events) (run *Run, rec *Recorder, a *Engine) {
	t.Helper()
	run = Start(t, lab, Handle(unix.SIGUSR1, 0), Raise(unix.SIGUSR1), Gate(1))
	rec = run.Recorder()
	a = rec.Engine("a").Attach(run.Task(), events)
	return
}

// signalStatements are about signals.
var signalStatements = []statement{
	{"S70", "signals are reported when dequeued, not while blocked, and SIGKILL never", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Handle(unix.SIGUSR1, 0), Block(unix.SIGUSR1), Raise(unix.SIGUSR1), Gate(1),
			Unblock(unix.SIGUSR1), Gate(2))
		rec := run.Recorder()
		rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce|utrace.EventSignalAll)
		run.Go()
		run.Reached(1)
		rec.Want()
		run.Open(1)
		run.Reached(2)
		rec.Want("a signal 10 SIGNAL")
		run.Kill()
		if s := run.Wait(); s.Signal() != unix.SIGKILL {
			t.Errorf("wait status %#x", int(s))
		}
		if got := rec.Texts("a signal", "a report"); len(got) != 1 {
			t.Errorf("callbacks: %v", got)
		}
	}},
	{"S71", "class and first choice follow the disposition", func(t *testing.T, lab Lab) {
		for _, c := range []struct {
			set   Step
			sig   unix.Signal
			class utrace.Events
			first utrace.Action
		}{
			{Handle(unix.SIGUSR1, 0), unix.SIGUSR1, utrace.EventSignal, utrace.SignalDeliver},
			{Handle(unix.SIGTSTP, 0), unix.SIGTSTP, utrace.EventSignal, utrace.SignalDeliver},
			{Ignore(unix.SIGQUIT), unix.SIGQUIT, utrace.EventSignalIgn, utrace.SignalIgn},
			{Default(unix.SIGCHLD), unix.SIGCHLD, utrace.EventSignalIgn, utrace.SignalIgn},
			{Default(unix.SIGWINCH), unix.SIGWINCH, utrace.EventSignalIgn, utrace.SignalIgn},
			{Default(unix.SIGTERM), unix.SIGTERM, utrace.EventSignalTerm, utrace.SignalTerm},
			{Default(unix.SIGALRM), unix.SIGALRM, utrace.EventSignalTerm, utrace.SignalTerm},
			{Default(unix.SIGQUIT), unix.SIGQUIT, utrace.EventSignalCore, utrace.SignalCore},
			{Default(unix.SIGSYS), unix.SIGSYS, utrace.EventSignalCore, utrace.SignalCore},
			{Note(0, 0), unix.SIGSTOP, utrace.EventSignalStop, utrace.SignalStop},
			{Default(unix.SIGTSTP), unix.SIGTSTP, utrace.EventSignalStop, utrace.SignalTstp},
			{Default(unix.SIGTTOU), unix.SIGTTOU, utrace.EventSignalStop, utrace.SignalTstp},
		} {
			run := Start(t, lab, c.set, Raise(c.sig), Gate(1))
			rec := run.Recorder()
			rec.Engine("a").On("signal", func(ev *Event) utrace.Action {
				if ev.Signal.Event() != c.class || ev.Signal.Signo() != int(c.sig) || ev.Arg != c.first|utrace.Resume {
					t.Errorf("%v: signal %d, %v, %v", c.sig, ev.Signal.Signo(), ev.Signal.Event(), ev.Arg)
				}
				return drop
			}).Attach(run.Task(), utrace.EventSignalAll)
			run.Go()
			run.Reached(1)
			if n := rec.Count("a signal"); n != 1 {
				t.Errorf("%v: %d reports", c.sig, n)
			}
		}
	}},
	{"S72", "each answer replaces the previous one's; the last attached decides", func(t *testing.T, lab Lab) {
		for _, c := range []struct{ a, b utrace.Action }{
			{utrace.SignalTerm, utrace.SignalIgn},
			{utrace.SignalIgn, utrace.SignalTerm},
		} {
			run := Start(t, lab, Raise(unix.SIGTERM), ExitGroup(3))
			rec := run.Recorder()
			rec.Engine("a").Answer("signal 15", c.a|utrace.Resume).Attach(run.Task(), utrace.EventSignalTerm)
			b := rec.Engine("b").On("signal 15", func(ev *Event) utrace.Action {
				if ev.Arg.Signal() != c.a {
					t.Errorf("b is shown %v, not %v", ev.Arg, c.a)
				}
				return c.b | utrace.Resume
			})
			b.Attach(run.Task(), utrace.EventSignalTerm)
			run.Go()
			s := run.Wait()
			if died := s.Signaled() && s.Signal() == unix.SIGTERM; died != (c.b == utrace.SignalTerm) {
				t.Errorf("a %v, b %v: wait status %#x", c.a, c.b, int(s))
			}
		}
	}},
	{"S73", "with QUIESCE every class is reported once anybody wants one", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Handle(unix.SIGUSR1, 0), Raise(unix.SIGUSR1), Raise(unix.SIGTSTP), Raise(unix.SIGTERM), Gate(1))
		rec := run.Recorder()
		rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce)
		b := rec.Engine("b").Attach(run.Task(), utrace.EventSignalCore)
		// b is not called, so a's answer stands.
		a := rec.Engine("c").Answer("signal", drop).Attach(run.Task(), utrace.EventQuiesce)
		run.Go()
		run.Reached(1)
		rec.Want("a signal 10 SIGNAL", "c signal 10 SIGNAL", "a signal 20 SIGNAL_STOP", "c signal 20 SIGNAL_STOP",
			"a signal 15 SIGNAL_TERM", "c signal 15 SIGNAL_TERM")
		WantErr(t, "nobody wants any", b.SetEvents(0), 0)
		_ = a
		run.Signal(unix.SIGTSTP)
		AwaitHeld(t, run.Task(), "stopped")
		if n := rec.Count("a signal"); n != 3 {
			t.Errorf("%d reports", n)
		}
	}},
	{"S74", "without a Signal callback quiesce is called, and alters nothing", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Raise(unix.SIGTERM), ExitGroup(3))
		rec := run.Recorder()
		rec.Engine("a").Answer("signal", drop).Attach(run.Task(), utrace.EventSignalTerm)
		b := rec.Engine("b")
		b.Ops.Signal = nil
		b.Attach(run.Task(), utrace.EventQuiesce)
		run.Go()
		run.WantExit(3)
		if got := rec.Texts("b quiesce SIGNAL_TERM"); len(got) != 1 {
			t.Errorf("callbacks: %v", rec.Texts())
		}
	}},
	{"S75", "STOP|IGN keeps the siginfo, which the pass after INTERRUPT shows", func(t *testing.T, lab Lab) {
		run, rec, a := raised(t, lab, utrace.EventQuiesce|utrace.EventSignal)
		var info utrace.Siginfo
		a.On("signal 10", func(ev *Event) utrace.Action {
			info = *ev.Signal.Info()
			return utrace.SignalIgn | utrace.Stop
		})
		a.On("report", func(ev *Event) utrace.Action {
			if *ev.Signal.Info() != info || info.Signo() != unix.SIGUSR1 {
				t.Errorf("info %v, then %v", info, *ev.Signal.Info())
			}
			WantErr(t, "use live", ev.Signal.UseLive(), 0)
			return utrace.SignalDeliver | utrace.Resume
		})
		run.Go()
		rec.Await("a signal 10")
		AwaitHeld(t, run.Task(), "held")
		if n := run.Handled(unix.SIGUSR1); n != 0 {
			t.Errorf("handled %d times while held", n)
		}
		WantErr(t, "interrupt", a.Control(utrace.Interrupt), 0)
		run.Reached(1)
		rec.Want("a signal 10 SIGNAL", "a report")
		if n := run.Handled(unix.SIGUSR1); n != 1 {
			t.Errorf("handled %d times", n)
		}
	}},
	{"S76", "in passes without a signal there is no disposition, and its copy is zero", func(t *testing.T, lab Lab) {
		run, rec, a := raised(t, lab, utrace.EventQuiesce|utrace.EventSignal)
		check := func(ev *Event) utrace.Action {
			if orig, ok := ev.Signal.Orig(); ok {
				t.Errorf("%s: orig %v", ev.Text, orig)
			}
			if act := ev.Signal.Action(); act != (utrace.SigAction{}) {
				t.Errorf("%s: action %v", ev.Text, act)
			}
			return ev.Echo()
		}
		a.On("report", check).On("handler", check)
		a.On("signal 10", func(ev *Event) utrace.Action {
			if orig, ok := ev.Signal.Orig(); !ok || !orig.HasHandler() || ev.Signal.Action() != orig {
				t.Errorf("orig %v, %v, action %v", orig, ok, ev.Signal.Action())
			}
			return utrace.SignalDeliver | utrace.Stop
		})
		run.Go()
		rec.Await("a handler")
		run.Reached(1)
		WantErr(t, "interrupt", a.Control(utrace.Interrupt), 0)
		rec.Await("a report")
	}},
	{"S77", "HOLD puts the signal back, as it was rewritten, to be reported again", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Handle(unix.SIGUSR1, 0), Handle(unix.SIGUSR2, 0), Raise(unix.SIGUSR1), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").On("signal 10", func(ev *Event) utrace.Action {
			ev.Signal.Info().SetSigno(unix.SIGUSR2)
			return utrace.SignalHold | drop
		})
		a.Attach(run.Task(), utrace.EventSignal)
		run.Go()
		run.Reached(1)
		rec.Want("a signal 10 SIGNAL", "a signal 12 SIGNAL")
		if n, m := run.Handled(unix.SIGUSR1), run.Handled(unix.SIGUSR2); n != 0 || m != 1 {
			t.Errorf("handled %d and %d times", n, m)
		}
	}},
}
