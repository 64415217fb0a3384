package hosttest

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// deliveryStatements are about what an answer to a signal leads to.
var deliveryStatements = []statement{
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
