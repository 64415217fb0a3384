package linux_test

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// state is one that a tracee is brought to.
type state struct {
	name   string
	events utrace.Events
	ops    utrace.Ops
	enter  func(t *testing.T, s *tracee)
	ends   bool // the program has ended, or is about to
}

// tracee is a program with an engine on each thread.
type tracee struct {
	pid     int
	p       *utrace.Process
	say     func(line string)
	reached chan struct{}
}

func (s *tracee) await(t *testing.T) {
	t.Helper()
	select {
	case <-s.reached:
	case <-deadline(t).Done():
		t.Fatalf("the state is not reached; the program is %s, in %s", procField(s.pid, "State"), readFile(fmt.Sprintf("/proc/%d/syscall", s.pid)))
	}
}

func states() []*state {
	hold := func(e *utrace.Engine) utrace.Action {
		e.Data().(*tracee).reached <- struct{}{}
		return utrace.Stop
	}
	leader := func(s *tracee, ask func(e *utrace.Engine) error) func(*testing.T) {
		return func(t *testing.T) {
			e, err := s.p.Task().Attach(utrace.MatchData, nil, s)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Put()
			if err := ask(e); err != nil && !errors.Is(err, unix.EINPROGRESS) {
				t.Fatal(err)
			}
		}
	}
	end := func(t *testing.T, s *tracee) { s.say("end"); s.await(t) }
	return []*state{
		{name: "running", enter: func(*testing.T, *tracee) {}},
		{name: "entry", events: utrace.EventSyscallEntry, ops: utrace.Ops{
			SyscallEntry: func(e *utrace.Engine, _ utrace.Action, _ *utrace.Syscall) utrace.Action { return hold(e) },
		}, enter: func(t *testing.T, s *tracee) { s.await(t) }},
		{name: "exit of a call", events: utrace.EventSyscallExit, ops: utrace.Ops{
			SyscallExit: func(e *utrace.Engine, _ utrace.Action, _ *utrace.Syscall) utrace.Action { return hold(e) },
		}, enter: func(t *testing.T, s *tracee) { s.await(t) }},
		{name: "quiesced", events: utrace.EventQuiesce, ops: utrace.Ops{
			Quiesce: func(e *utrace.Engine, _ utrace.Action, _ utrace.Events) utrace.Action { return hold(e) },
		}, enter: func(t *testing.T, s *tracee) {
			leader(s, func(e *utrace.Engine) error { return e.Control(utrace.Report) })(t)
			s.await(t)
		}},
		{name: "interrupted", events: utrace.EventQuiesce, enter: func(t *testing.T, s *tracee) {
			leader(s, func(e *utrace.Engine) error { return e.Control(utrace.Stop) })(t)
		}},
		{name: "group-stop", events: utrace.EventJobControl, ops: utrace.Ops{
			JobControl: func(e *utrace.Engine, _ utrace.Action, kind, _ int32) utrace.Action {
				if kind == utrace.CLDStopped {
					e.Data().(*tracee).reached <- struct{}{}
				}
				return utrace.Resume
			},
		}, enter: func(t *testing.T, s *tracee) { unix.Kill(s.pid, unix.SIGSTOP); s.await(t) }},
		{name: "exiting", events: utrace.EventExit, ops: utrace.Ops{
			Exit: func(e *utrace.Engine, _ utrace.Action, _ *utrace.Exit) utrace.Action { return hold(e) },
		}, enter: end, ends: true},
		{name: "zombie", events: utrace.EventDeath, ops: utrace.Ops{
			Death: func(e *utrace.Engine, a utrace.Action, _ bool, _ int) utrace.Action {
				s := e.Data().(*tracee)
				if e.Task().TID() == s.pid {
					if e.HoldReap() == nil {
						s.reached <- struct{}{}
					}
				}
				return utrace.Resume
			},
		}, enter: end, ends: true},
	}
}

// TestCloseAnywhere: a tracer is closed while its tracee is in any state. What
// was attached to goes on from there; what was started is dead.
func TestCloseAnywhere(t *testing.T) {
	for _, st := range states() {
		st.ops.Name = st.name
		t.Run(st.name+"/attached", func(t *testing.T) {
			t.Parallel()
			u := launch(t, build(t, "crowd"), "4")
			tr := open(t)
			s := &tracee{pid: u.Process.Pid, reached: make(chan struct{}, 1000)}
			s.say = func(line string) { u.in.Write([]byte(line + "\n")) }
			var err error
			if s.p, err = tr.Attach(deadline(t), s.pid, st.setup(s)); err != nil {
				t.Fatal(err)
			}
			st.enter(t, s)
			closeAtOnce(t, tr)
			switch {
			case st.name == "group-stop":
				within(t, func() string {
					if got := procField(s.pid, "State"); !strings.HasPrefix(got, "T") {
						return "the stopped program is " + got
					}
					return ""
				})
				if got := tracer(s.pid); got != "0" {
					t.Errorf("TracerPid is %s", got)
				}
				unix.Kill(s.pid, unix.SIGCONT)
			case st.ends:
			default:
				alone(t, s.pid)
			}
			if !st.ends {
				u.ask(t, "tick", "ticked 0")
				s.say("end")
			}
			if line := u.line(t); line != "ended 4 0" {
				t.Errorf("the program says %q", line)
			}
			// The tracer, being the parent, has collected a zombie's status.
			if err := u.Wait(); err != nil && !(st.name == "zombie" && errors.Is(err, unix.ECHILD)) {
				t.Error(err)
			}
		})
		t.Run(st.name+"/started", func(t *testing.T) {
			t.Parallel()
			tr := open(t)
			s := &tracee{reached: make(chan struct{}, 1000)}
			cmd := exec.Command(build(t, "crowd"), "4")
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			s.say = func(line string) { in.Write([]byte(line + "\n")) }
			if s.p, err = tr.Start(cmd, func(k *utrace.Task) error {
				s.pid = k.PID()
				return st.setup(s)(k)
			}); err != nil {
				t.Fatal(err)
			}
			st.enter(t, s)
			closeAtOnce(t, tr)
			if err := unix.Kill(s.pid, 0); err != unix.ESRCH {
				t.Errorf("the program is there still: %v, %s", err, procField(s.pid, "State"))
			}
			in.Close()
		})
	}
}

func (st *state) setup(s *tracee) func(*utrace.Task) error {
	return func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, &st.ops, s)
		if err != nil {
			return err
		}
		defer e.Put()
		e.SetFollow(true)
		return e.SetEvents(st.events)
	}
}

func closeAtOnce(t *testing.T, tr *utrace.Tracer) {
	t.Helper()
	start := time.Now()
	closeTracer(t, tr)
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("the close took %v", took)
	}
}

// TestStopped: a stopped process is attached to and let go, stopped still, and
// SIGCONT continues it, while it is traced and after.
func TestStopped(t *testing.T) {
	u := launch(t, build(t, "crowd"), "4")
	pid := u.Process.Pid
	tr := open(t)
	stopped := func() string {
		for _, tid := range threadIDs(pid) {
			if s := threadField(pid, tid, "State"); !strings.HasPrefix(s, "T") && !strings.HasPrefix(s, "t") {
				return "a thread is " + s
			}
		}
		return ""
	}
	for _, continued := range []string{"after", "while"} {
		unix.Kill(pid, unix.SIGSTOP)
		within(t, stopped)
		p, err := tr.Attach(deadline(t), pid, followed)
		if err != nil {
			t.Fatal(err)
		}
		within(t, stopped)
		if continued == "while" {
			unix.Kill(pid, unix.SIGCONT)
			u.ask(t, "tick", "ticked 0")
		}
		if err := p.Detach(deadline(t)); err != nil {
			t.Fatal(err)
		}
		if continued == "after" {
			within(t, stopped)
			if s := tracer(pid); s != "0" {
				t.Errorf("TracerPid is %s", s)
			}
			unix.Kill(pid, unix.SIGCONT)
		}
		alone(t, pid)
		u.ask(t, "tick", "ticked 0")
	}
	u.ask(t, "end", "ended 4 0")
}
