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
	{"S78", "a delivery to a handler with more than RESUME is reported before its first instruction", func(t *testing.T, lab Lab) {
		for _, c := range []utrace.Action{utrace.Stop, utrace.SingleStep, utrace.Resume} {
			if c == utrace.SingleStep && !lab.Has(CapStep) {
				continue
			}
			run, rec, a := raised(t, lab, utrace.EventQuiesce|utrace.EventSignal)
			a.Answer("signal 10", utrace.SignalDeliver|c).Answer("handler", utrace.SignalHandler|utrace.Stop)
			run.Go()
			if c != utrace.Resume {
				rec.Await("a handler")
				AwaitHeld(t, run.Task(), "held")
				if n := run.Handled(unix.SIGUSR1); n != 0 {
					t.Errorf("%v: handled %d times before the report", c, n)
				}
				WantErr(t, "resume", a.Control(utrace.Resume), 0)
			}
			run.Reached(1)
			if n, m := run.Handled(unix.SIGUSR1), rec.Count("a handler"); n != 1 || (m == 0) != (c == utrace.Resume) {
				t.Errorf("%v: handled %d times, %d reports", c, n, m)
			}
		}
	}},
	{"S79", "REPORT and INTERRUPT as answers to a signal are RESUME", func(t *testing.T, lab Lab) {
		for _, c := range []utrace.Action{
			utrace.SignalIgn | utrace.Report, utrace.SignalIgn | utrace.Interrupt,
			utrace.SignalDeliver | utrace.Report, utrace.SignalDeliver | utrace.Interrupt,
		} {
			run, rec, a := raised(t, lab, utrace.EventQuiesce|utrace.EventSignal)
			a.Answer("signal 10", c)
			run.Go()
			run.Reached(1)
			run.Spun(1)
			rec.Want("a signal 10 SIGNAL")
		}
	}},
	{"S80", "STOP with a fatal choice does not prevent the exit", func(t *testing.T, lab Lab) {
		for _, choice := range []utrace.Action{utrace.SignalTerm, utrace.SignalCore} {
			run := Start(t, lab, Raise(unix.SIGQUIT), Note(1, 1), Gate(1))
			rec := run.Recorder()
			rec.Engine("a").Answer("signal 3", choice|utrace.Stop).Attach(run.Task(), utrace.EventSignalCore|utrace.EventDeath)
			run.Go()
			if s := run.Wait(); !s.Signaled() {
				t.Errorf("%v: wait status %#x", choice, int(s))
			}
			rec.Want("a signal 3 SIGNAL_CORE", "a death")
		}
	}},
	{"S81", "a signal that is fatal by default is reported only if SIGNAL_TERM or SIGNAL_CORE is wanted", func(t *testing.T, lab Lab) {
		for events, want := range map[utrace.Events]int{
			utrace.EventQuiesce | utrace.EventSignal:     0,
			utrace.EventQuiesce | utrace.EventSignalCore: 1,
			utrace.EventSignalTerm:                       1,
		} {
			run := Start(t, lab, RaiseProcess(unix.SIGTERM), Gate(1))
			rec := run.Recorder()
			rec.Engine("a").Attach(run.Task(), events)
			run.Go()
			if s := run.Wait(); s.Signal() != unix.SIGTERM {
				t.Errorf("%v: wait status %#x", events, int(s))
			}
			if n := rec.Count("a signal 15 SIGNAL_TERM"); n != want {
				t.Errorf("%v: %d reports", events, n)
			}
		}
	}},
	{"S82", "a signal that would be ignored is reported only if SIGNAL_IGN was wanted when it was sent", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Ignore(unix.SIGUSR1), Raise(unix.SIGUSR1), Raise(unix.SIGWINCH), Gate(1),
			Raise(unix.SIGUSR1), Raise(unix.SIGWINCH), Gate(2))
		rec := run.Recorder()
		a := rec.Engine("a").Attach(run.Task(), utrace.EventQuiesce|utrace.EventSignalAll&^utrace.EventSignalIgn)
		run.Go()
		run.Reached(1)
		rec.Want()
		WantErr(t, "set", a.SetEvents(utrace.EventSignalIgn), 0)
		run.Open(1)
		run.Reached(2)
		rec.Want("a signal 10 SIGNAL_IGN", "a signal 28 SIGNAL_IGN")
	}},
	{"S83", "SIGKILL in a signal's stop kills, and no other signal is delivered", func(t *testing.T, lab Lab) {
		run := Start(t, lab, Handle(unix.SIGUSR1, 0), Handle(unix.SIGUSR2, 0), Raise(unix.SIGUSR1), Gate(1))
		rec := run.Recorder()
		a := rec.Engine("a").Answer("signal 10", utrace.SignalIgn|utrace.Stop)
		a.Attach(run.Task(), utrace.EventSignalAll)
		run.Go()
		rec.Await("a signal 10")
		AwaitHeld(t, run.Task(), "held")
		run.Signal(unix.SIGUSR2)
		run.Signal(unix.SIGTERM)
		run.Kill()
		if s := run.Wait(); s.Signal() != unix.SIGKILL {
			t.Errorf("wait status %#x", int(s))
		}
		rec.Want("a signal 10 SIGNAL")
		if n, m := run.Handled(unix.SIGUSR1), run.Handled(unix.SIGUSR2); n+m != 0 {
			t.Errorf("handled %d and %d times", n, m)
		}
	}},
	{"S84", "an engine may make up a signal in a pass without one", func(t *testing.T, lab Lab) {
		for _, live := range []bool{true, false} {
			run := Start(t, lab, Handle(unix.SIGUSR1, 0), Gate(1))
			rec := run.Recorder()
			a := rec.Engine("a").On("report", func(ev *Event) utrace.Action {
				if n := ev.Signal.Signo(); n != 0 {
					t.Errorf("signal %d out of nothing", n)
				}
				ev.Signal.Info().SetSigno(unix.SIGUSR1)
				if live {
					WantErr(t, "use live", ev.Signal.UseLive(), 0)
				}
				return utrace.SignalDeliver | utrace.Resume
			})
			a.Attach(run.Task(), utrace.EventQuiesce)
			run.Go()
			run.Reached(1)
			WantErr(t, "interrupt", a.Control(utrace.Interrupt), 0)
			rec.Await("a report")
			if !live { // what was made up has the default action
				if s := run.Wait(); s.Signal() != unix.SIGUSR1 {
					t.Errorf("wait status %#x", int(s))
				}
			} else if run.Spun(1); run.Handled(unix.SIGUSR1) != 1 {
				t.Errorf("handled %d times", run.Handled(unix.SIGUSR1))
			}
		}
	}},
}
