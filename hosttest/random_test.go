package hosttest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"utrace"
	"utrace/sim"
)

// TestRandomSchedule checks random engines against the model: what they are
// called for and with which arguments, what every request returns, where the
// thread stops, and what the program gets. Requests are made while a callback
// runs, from another goroutine, and while the thread is held, so that a plan
// has but one outcome (S31, S35, S50 to S52, S57, S58, S60, S69, S107, S117, S118).
func TestRandomSchedule(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		play(rapidTB{t, rt}, p, foretell(p))
	})
}

// rapidTB has failures shrunk.
type rapidTB struct {
	testing.TB
	rt *rapid.T
}

func (t rapidTB) Helper()                      {}
func (t rapidTB) Errorf(f string, args ...any) { t.rt.Errorf(f, args...) }
func (t rapidTB) Fatalf(f string, args ...any) { t.rt.Fatalf(f, args...) }
func (t rapidTB) Cleanup(fn func())            { t.rt.Cleanup(fn) }

func drawPlan(rt *rapid.T) plan {
	mask := rapid.Custom(func(rt *rapid.T) (m utrace.Events) {
		for _, ev := range []utrace.Events{utrace.EventSyscallEntry, utrace.EventQuiesce, utrace.EventSyscallExit,
			utrace.EventExit, utrace.EventDeath, utrace.EventReap} {
			if rapid.Bool().Draw(rt, ev.String()) {
				m |= ev
			}
		}
		return m
	})
	action := rapid.SampledFrom([]utrace.Action{utrace.Resume, utrace.Stop, utrace.Report, utrace.Interrupt,
		utrace.SingleStep, utrace.Detach})
	answer := rapid.OneOf(rapid.Just(utrace.Resume), rapid.Just(abort), action,
		rapid.Map(action, func(a utrace.Action) utrace.Action { return a | utrace.SyscallAbort }))
	engine := rapid.Custom(func(rt *rapid.T) planEngine {
		return planEngine{mask.Draw(rt, "mask"), rapid.SliceOfN(answer, 0, 8).Draw(rt, "answers"), rapid.Bool().Draw(rt, "late")}
	})
	op := rapid.Custom(func(rt *rapid.T) planOp {
		kind := rapid.SampledFrom([]string{"control", "control", "control", "events", "attach", "kill"}).Draw(rt, "kind")
		return planOp{kind, rapid.IntRange(0, 3).Draw(rt, "engine"), action.Draw(rt, "action"), mask.Draw(rt, "mask")}
	})
	return plan{
		Calls:   rapid.IntRange(1, 3).Draw(rt, "calls"),
		Engines: rapid.SliceOfN(engine, 1, 4).Draw(rt, "engines"),
		During:  rapid.SliceOfN(op, 0, 12).Draw(rt, "during"),
		Held:    rapid.SliceOfN(op, 0, 8).Draw(rt, "held"),
	}
}

// player makes what the model foretells happen.
type player struct {
	t       testing.TB
	run     *Run
	m       *model
	rec     *Recorder
	engines []*Engine
}

func play(t testing.TB, p plan, m *model) {
	lab := NewSimLab(sim.Options{})
	var script Script
	for i := range p.Calls {
		script = append(script, Getppid(), Report(i))
	}
	pl := &player{t: t, m: m, run: Start(t, lab, append(script, ExitGroup(0))...)}
	pl.rec = pl.run.Recorder()
	for i := range p.Engines {
		e := pl.rec.Engine(string(rune('a' + i)))
		e.On("", pl.called)
		pl.engines = append(pl.engines, e)
		if !p.Engines[i].Late {
			e.Attach(pl.run.Task(), p.Engines[i].Mask)
		}
	}
	pl.run.Go()
	for _, h := range m.holds {
		pl.held(h)
	}
	pl.ended()
	if got, want := strings.Join(pl.log(), "\n\t"), strings.Join(m.log, "\n\t"); got != want {
		t.Fatalf("callbacks:\n\t%s\nforetold:\n\t%s", got, want)
	}
	for i, made := range m.results {
		if got := pl.run.Values(i); len(got) != 1 || (got[0] > 0) != made {
			t.Errorf("call %d: %v, made %v", i, got, made)
		}
	}
	if n := len(pl.run.Values(len(m.results))); n != 0 {
		t.Errorf("call %d has returned", len(m.results))
	}
}

// log is the recorder's, as the model writes it.
func (pl *player) log() (log []string) {
	for _, en := range pl.rec.Log() {
		text := en.Text
		if i := strings.Index(text, " exiting"); i >= 0 {
			text = text[:i+len(" exiting")]
		}
		if !strings.HasSuffix(text, " release") {
			log = append(log, fmt.Sprintf("%s %v", text, en.Arg))
		}
	}
	return log
}

// called is every callback: it is in the log already.
func (pl *player) called(ev *Event) utrace.Action {
	n := len(pl.log()) - 1
	if n >= len(pl.m.answers) {
		return ev.Echo() // the log will tell
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, op := range pl.m.during[n] {
			pl.do(op, fmt.Sprintf("callback %d", n))
		}
	}()
	<-done
	return pl.m.answers[n]
}

// patience is how long anything may take, each time, while a failure is shrunk.
const patience = time.Second

// ended waits for the end of the program.
func (pl *player) ended() {
	select {
	case <-pl.run.Proc.Done():
	case <-time.After(patience):
		pl.t.Fatalf("%s after %d callbacks, foretold to end:\n\t%s\nforetold:\n\t%s", pl.run.States(), len(pl.log()),
			strings.Join(pl.log(), "\n\t"), strings.Join(pl.m.log, "\n\t"))
	}
}

// held waits for a stop and does what is planned for it.
func (pl *player) held(h modelHold) {
	arrived := func() bool { return len(pl.log()) == h.callbacks && pl.run.Task().State() == h.state }
	for end := time.Now().Add(patience); !arrived(); time.Sleep(20 * time.Microsecond) {
		if time.Now().After(end) {
			pl.t.Fatalf("%s after %d callbacks, foretold %s after %d; callbacks:\n\t%s\nforetold:\n\t%s", pl.run.Task().State(),
				len(pl.log()), h.state, h.callbacks, strings.Join(pl.log(), "\n\t"), strings.Join(pl.m.log, "\n\t"))
		}
	}
	for i, op := range h.ops {
		pl.do(op, fmt.Sprintf("held after %d callbacks, %d", h.callbacks, i))
	}
}

func (pl *player) do(op modelOp, when string) {
	e := pl.engines[op.engine]
	what := fmt.Sprintf("%s: %s of %s %v %v", when, op.kind, e.Name, op.action, op.mask)
	switch op.kind {
	case "kill":
		pl.run.Lab.Kill(pl.run.Pid, unix.SIGKILL)
	case "attach":
		e.Attach(pl.run.Task(), pl.m.plan.Engines[op.engine].Mask)
	case "events":
		WantErr(pl.t, what, e.SetEvents(op.mask), op.want)
	default:
		WantErr(pl.t, what, e.Control(op.action), op.want)
	}
}
