package hosttest

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// most is the events whose number does not depend on the moment: no SIGNAL_IGN,
// for which SIGCHLD would count.
const most = all &^ utrace.EventSignalIgn

// life is a program that meets every event once, and what of it an engine
// without EventQuiesce is told.
var lifeOfAll = []Step{
	Handle(unix.SIGUSR1, 0), Getppid(), Raise(unix.SIGUSR1), Fork(), WaitChild(1),
	RaiseProcess(unix.SIGSTOP), Exec(Getppid(), ExitGroup(3)),
}

var kindsOfCallback = []string{"quiesce", "entry getppid", "exit getppid", "signal 10", "clone", "exec",
	"jctl 5", "jctl 6", "exiting", "death", "reap"}

// disturb runs that life with an engine that, when first called for kind, does
// as fn says, and one before and one after it that must be told of all.
func disturb(t *testing.T, lab Lab, kind string, fn func(*Event) utrace.Action) (a, b, disturber []string) {
	t.Helper()
	run := Start(t, lab, lifeOfAll...)
	rec := run.Recorder()
	rec.Engine("a").Attach(run.Task(), most&^utrace.EventQuiesce)
	d := rec.Engine("d").Attach(run.Task(), most)
	if kind != "" {
		d.On(kind, fn)
	}
	rec.Engine("b").Attach(run.Task(), most&^utrace.EventQuiesce)
	run.Go()
	AwaitHeld(t, run.Task(), "stopped")
	run.Signal(unix.SIGCONT)
	run.WantExit(3)
	if !d.Detached() {
		t.Errorf("%s: the engine is not detached", kind)
	}
	named := func(name string) (texts []string) {
		for _, text := range rec.Texts(name + " ") {
			text, _, _ = strings.Cut(text[2:], "=") // results are ids
			texts = append(texts, text)
		}
		return texts
	}
	return named("a"), named("b"), named("d")
}

// disturbAll is disturb for every kind of callback.
func disturbAll(t *testing.T, lab Lab, fn func(*Event) utrace.Action) {
	t.Helper()
	all, _, undisturbed := disturb(t, lab, "", nil)
	for _, kind := range kindsOfCallback {
		if !slices.ContainsFunc(undisturbed, func(s string) bool { return strings.HasPrefix(s, kind) }) {
			t.Fatalf("the program does not meet %q: %v", kind, undisturbed)
		}
		a, b, d := disturb(t, lab, kind, fn)
		if !slices.Equal(a, all) || !slices.Equal(b, all) {
			t.Errorf("%s: other engines are told\n\t%v\n\t%v, want\n\t%v", kind, a, b, all)
		}
		if last := d[len(d)-1]; !strings.HasPrefix(last, kind) {
			t.Errorf("%s: the engine is still told of %s", kind, last)
		}
	}
}

var stressTests = []statement{
	{"panic", "a panic in a callback detaches that engine; thread and other engines go on", func(t *testing.T, lab Lab) {
		var panics atomic.Int32
		lab.Tracer().OnPanic = func(e *utrace.Engine, value any, stack []byte) {
			panics.Add(1)
			if e.Ops().Name != "d" || value != "boo" || !strings.Contains(string(stack), "callback") {
				t.Errorf("panic of %s: %v\n%s", e.Ops().Name, value, stack)
			}
		}
		disturbAll(t, lab, func(*Event) utrace.Action { panic("boo") })
		if n := int(panics.Load()); n != len(kindsOfCallback) {
			t.Errorf("%d panics, want %d", n, len(kindsOfCallback))
		}
	}},
	{"detach-everywhere", "an engine may detach in every kind of callback", func(t *testing.T, lab Lab) {
		disturbAll(t, lab, func(ev *Event) utrace.Action { return ev.Echo().With(utrace.Detach) })
	}},
	{"control-detach-everywhere", "and so may it by control, whose answer then counts for nothing", func(t *testing.T, lab Lab) {
		disturbAll(t, lab, func(ev *Event) utrace.Action {
			want := unix.EINPROGRESS
			switch {
			case strings.HasPrefix(ev.Text, "d death"):
				WantErr(t, ev.Text, ev.Engine.Control(utrace.Detach), unix.EALREADY)
				return utrace.Detach
			case strings.HasPrefix(ev.Text, "d reap"):
				want = unix.ESRCH
			}
			WantErr(t, ev.Text, ev.Engine.Control(utrace.Detach), want)
			return utrace.Stop
		})
	}},
	{"hundred-engines", "a hundred engines on one thread, in order, and each of them holds it", func(t *testing.T, lab Lab) {
		const n, calls = 100, 20
		run := Start(t, lab, Loop(calls, Getppid()), Gettid(), Gate(1))
		rec := run.Recorder()
		var engines []*Engine
		for i := range n {
			e := rec.Engine(fmt.Sprintf("%03d", i)).Answer("exit gettid", utrace.Stop)
			engines = append(engines, e.Attach(run.Task(), utrace.EventSyscall))
		}
		run.Go()
		rec.Await(engines[n-1].Name + " exit gettid")
		AwaitHeld(t, run.Task(), "held")
		log := rec.Texts()
		if len(log) != 2*n*(calls+1) {
			t.Fatalf("%d callbacks, want %d", len(log), 2*n*(calls+1))
		}
		for i, text := range log {
			who, kind := i%n, "exit"
			if i/n%2 == 0 {
				who, kind = n-1-who, "entry"
			}
			if !strings.HasPrefix(text, engines[who].Name+" "+kind) {
				t.Fatalf("callback %d is %s, want %s of %s", i, text, kind, engines[who].Name)
			}
		}
		last := engines[n/2]
		for i, e := range engines {
			if e != last {
				WantErr(t, "release", e.Control([]utrace.Action{utrace.Resume, utrace.Detach}[i%2]), 0)
			}
		}
		WantErr(t, "examine", last.Examine(nothing), 0)
		if s := run.Task().State(); s != "held" {
			t.Fatalf("the thread is %s while one holds it", s)
		}
		WantErr(t, "resume", last.Control(utrace.Resume), 0)
		run.Reached(1)
	}},
	{"attach-detach", "an engine attached and detached 10,000 times while the thread runs", func(t *testing.T, lab Lab) {
		const n = 10000
		run := Start(t, lab, Loop(0, Getppid()))
		s := newStable(t, utrace.Resume)
		rec := run.Recorder()
		run.Go()
		begin := time.Now()
		for i := range n {
			e, h, err := s.attach(run.Task(), utrace.EventSyscall|utrace.EventQuiesce)
			WantErr(t, "attach", err, 0)
			if i%250 == 0 && !until(func() bool { return h.called.Load() > 2 }) {
				t.Fatal("it is not called")
			}
			if !s.detach(e, h) {
				t.Fatal("the thread is dead")
			}
			e.Put()
		}
		t.Logf("%v, %d callbacks", time.Since(begin).Round(time.Millisecond), s.calls.Load())
		if s.freed.Load() != n {
			t.Errorf("%d engines released", s.freed.Load())
		}
		if took := time.Since(begin); took > 2*Deadline {
			t.Errorf("it takes %v", took)
		}
		// The thread is well, and who comes next is told.
		rec.Engine("b").Attach(run.Task(), utrace.EventSyscall)
		rec.Await("b entry getppid")
		rec.Await("b exit getppid")
		if e := run.Task().Engines(); len(e) != 1 {
			t.Errorf("%d engines are left", len(e))
		}
	}},
}
