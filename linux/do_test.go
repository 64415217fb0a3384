package linux_test

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// steady starts the register-checking program under one engine.
func steady(t *testing.T, ops *utrace.Ops, ev utrace.Events, args ...string) (*utrace.Process, *output) {
	t.Helper()
	tr := open(t)
	cmd := exec.Command(build(t, "steady", "-mno-red-zone"), args...)
	out := &output{ready: make(chan struct{})}
	cmd.Stdout = out
	p, err := tr.Start(cmd, func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, ops, nil)
		if err != nil {
			return err
		}
		return e.SetEvents(ev)
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, out
}

// output collects what a program prints; ready is closed when it has begun to.
type output struct {
	mu    sync.Mutex
	text  strings.Builder
	ready chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.text.Len() == 0 {
		close(o.ready)
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// finish waits for the program and returns its last line.
func finish(t *testing.T, p *utrace.Process, out *output) string {
	t.Helper()
	ws, err := p.Wait(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if ws.ExitStatus() != 0 {
		t.Errorf("status %#x, output %q", ws, out.String())
	}
	return lines[len(lines)-1]
}

func getpid(t *testing.T, k *utrace.Task) {
	nr := unix.SYS_GETPID
	if r, err := k.Do(nr); err != nil || int(r) != k.PID() {
		t.Errorf("Do(getpid) in %d: %d, %v", k.PID(), r, err)
	}
}

// TestDoAtStops: calls made at entry and exit leave the program's call, its
// arguments and its registers alone.
func TestDoAtStops(t *testing.T) {
	for _, at := range []utrace.Events{utrace.EventSyscallEntry, utrace.EventSyscallExit, utrace.EventSyscall} {
		t.Run(at.String(), func(t *testing.T) {
			did := 0
			cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
				if c.Name() == "getppid" {
					getpid(t, e.Task())
					did++
				}
				return a.NoOpinion()
			}
			p, out := steady(t, &utrace.Ops{SyscallEntry: cb, SyscallExit: cb}, at, "call", "200")
			got := finish(t, p, out)
			if want := fmt.Sprintf("ok %d 0", unix.Getpid()); got != want {
				t.Errorf("the program says %q, want %q", got, want)
			}
			if did < 200 {
				t.Errorf("%d calls made", did)
			}
		})
	}
}

// TestInt80: the architecture comes with each call, not with the program.
func TestInt80(t *testing.T) {
	seen := map[arch.ID]int{}
	cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() == "getppid" {
			seen[c.Arch()]++
			if got := c.Arg(0); c.Arch() == arch.I386 && got != 0x707 {
				t.Errorf("argument 0 is %#x", got)
			}
		}
		return a.NoOpinion()
	}
	p, out := steady(t, &utrace.Ops{SyscallEntry: cb, SyscallExit: cb}, utrace.EventSyscall, "int", "10")
	if got, want := finish(t, p, out), fmt.Sprintf("ok %d 0", unix.Getpid()); got != want {
		t.Errorf("the program says %q, want %q", got, want)
	}
	if seen[arch.I386] != 20 || len(seen) != 1 {
		t.Errorf("calls seen: %v", seen)
	}
}

// TestChangedCall: what an engine makes of a call is undone for the program.
func TestChangedCall(t *testing.T) {
	entry := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() == "getppid" {
			c.SetNr(unix.SYS_GETUID)
			for i := range 6 {
				c.SetArg(i, 0xdead)
			}
		}
		return a.NoOpinion()
	}
	exit := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() == "getppid" {
			if c.Arg(0) != 0x101 {
				t.Errorf("at exit argument 0 is %#x", c.Arg(0))
			}
			c.SetResult(c.Result() + 4242)
		}
		return a.NoOpinion()
	}
	p, out := steady(t, &utrace.Ops{SyscallEntry: entry, SyscallExit: exit}, utrace.EventSyscall, "call", "10")
	if got, want := finish(t, p, out), fmt.Sprintf("ok %d 0", unix.Getuid()+4242); got != want {
		t.Errorf("the program says %q, want %q", got, want)
	}
}

// TestAbort: a skipped call leaves all registers but the result.
func TestAbort(t *testing.T) {
	for _, mode := range []string{"call", "int"} {
		for _, set := range []bool{true, false} {
			entry := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
				if c.Name() != "getppid" {
					return a.NoOpinion()
				}
				if set {
					c.SetResult(77)
				}
				return utrace.SyscallAbort | utrace.Resume
			}
			p, out := steady(t, &utrace.Ops{SyscallEntry: entry}, utrace.EventSyscallEntry, mode, "10")
			want := "ok 77 0"
			if !set {
				want = fmt.Sprintf("ok %d 0", -int(unix.ENOSYS))
			}
			if got := finish(t, p, out); got != want {
				t.Errorf("%s: the program says %q, want %q", mode, got, want)
			}
		}
	}
}

// TestDoInUserMode: a computation in registers goes on as if nothing had been,
// while its thread is made to call again and again and signals come.
func TestDoInUserMode(t *testing.T) {
	var did atomic.Int32
	done := make(chan struct{})
	ops := &utrace.Ops{Quiesce: func(e *utrace.Engine, a utrace.Action, ev utrace.Events) utrace.Action {
		if ev == 0 {
			getpid(t, e.Task())
			if did.Add(1) == 300 {
				close(done)
			}
		}
		return utrace.Resume
	}}
	p, out := steady(t, ops, utrace.EventQuiesce, "spin")
	<-out.ready
	e := p.Task().Engines()[0]
	sent := 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
			if err := e.Control(utrace.Report); err != nil {
				t.Fatal(err)
			}
			if err := p.Signal(unix.SIGUSR1); err != nil {
				t.Fatal(err)
			}
			sent++
			time.Sleep(time.Millisecond) // a pace, not an order
		}
	}
	p.Signal(unix.SIGUSR2)
	got := finish(t, p, out)
	var r, handled int
	if n, _ := fmt.Sscanf(got, "ok %d %d", &r, &handled); n != 2 || handled == 0 {
		t.Errorf("the program says %q after %d signals", got, sent)
	}
}

// TestDoInsideACall: a thread that was blocked, and is in the middle of being
// restarted, makes a call and sleeps on.
func TestDoInsideACall(t *testing.T) {
	ops := &utrace.Ops{Quiesce: func(e *utrace.Engine, a utrace.Action, ev utrace.Events) utrace.Action {
		if ev == 0 {
			getpid(t, e.Task())
		}
		return utrace.Resume
	}}
	brokenNap(t, ops, utrace.EventQuiesce)
}

// brokenNap is a sleep of 400 ms that Reports break all the time: it is as long as ever.
func brokenNap(t *testing.T, ops *utrace.Ops, ev utrace.Events) {
	t.Helper()
	p, out := steady(t, ops, ev, "nap", "400")
	<-out.ready
	e := p.Task().Engines()[0]
	for p.Task().State() != "gone" {
		if e.Control(utrace.Report) != nil {
			break
		}
		time.Sleep(10 * time.Millisecond) // a pace, not an order
	}
	finish(t, p, out)
	var us, r int
	if n, _ := fmt.Sscanf(out.String(), "ready\nslept %d %d", &us, &r); n != 2 || r != 0 || us < 400_000 || us > 450_000 {
		t.Errorf("the program says %q", out.String())
	}
}

// TestDoAtABrokenCallsExit: a call that a Report breaks is made again although
// another was made at its exit.
func TestDoAtABrokenCallsExit(t *testing.T) {
	var broken atomic.Int32
	ops := &utrace.Ops{
		SyscallExit: func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			if arch.IsRestart(c.Result()) {
				broken.Add(1)
				getpid(t, e.Task())
			}
			return a.NoOpinion()
		},
		Quiesce: func(*utrace.Engine, utrace.Action, utrace.Events) utrace.Action { return utrace.Resume },
	}
	brokenNap(t, ops, utrace.EventSyscallExit|utrace.EventQuiesce)
	if broken.Load() == 0 {
		t.Error("no exit showed a restart code")
	}
}

// TestDoTooLong: a call that sleeps is broken off after a second.
func TestDoTooLong(t *testing.T) {
	var got error
	var took time.Duration
	once := false
	cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() == "getppid" && !once {
			once = true
			start := time.Now()
			_, got = c.Do(unix.SYS_PAUSE)
			took = time.Since(start)
		}
		return a.NoOpinion()
	}
	p, out := steady(t, &utrace.Ops{SyscallEntry: cb}, utrace.EventSyscallEntry, "call", "3")
	if s := finish(t, p, out); s != fmt.Sprintf("ok %d 0", unix.Getpid()) {
		t.Errorf("the program says %q", s)
	}
	if !errors.Is(got, unix.ETIMEDOUT) || took < 900*time.Millisecond {
		t.Errorf("Do(pause): %v after %v", got, took)
	}
}

// TestDoKilled: SIGKILL inside Do ends it with ESRCH, and the process with
// SIGKILL.
func TestDoKilled(t *testing.T) {
	got := make(chan error, 1)
	inside := make(chan struct{})
	cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() == "getppid" {
			close(inside)
			_, err := c.Do(unix.SYS_PAUSE)
			got <- err
		}
		return a.NoOpinion()
	}
	p, _ := steady(t, &utrace.Ops{SyscallEntry: cb}, utrace.EventSyscallEntry, "call", "3")
	<-inside
	p.Signal(unix.SIGKILL)
	if err := <-got; !errors.Is(err, unix.ESRCH) {
		t.Errorf("Do: %v", err)
	}
	if ws, err := p.Wait(deadline(t)); err != nil || ws.Signal() != unix.SIGKILL {
		t.Errorf("the process ended with %#x, %v", ws, err)
	}
}

// TestDoStopped: a SIGSTOP for the program that comes during Do stops it when Do
// has ended.
func TestDoStopped(t *testing.T) {
	inside := make(chan struct{})
	got := make(chan error, 1)
	once := false
	cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() == "getppid" && !once {
			once = true
			close(inside)
			_, err := c.Do(unix.SYS_PAUSE)
			got <- err
		}
		return a.NoOpinion()
	}
	stopped := make(chan struct{}, 1)
	ops := &utrace.Ops{SyscallEntry: cb, JobControl: func(e *utrace.Engine, a utrace.Action, kind, notify int32) utrace.Action {
		if kind == utrace.CLDStopped {
			stopped <- struct{}{}
		}
		return a.NoOpinion()
	}}
	p, out := steady(t, ops, utrace.EventSyscallEntry|utrace.EventJobControl, "call", "3")
	<-inside
	p.Signal(unix.SIGSTOP)
	<-got // broken by the stop, or by the timer
	select {
	case <-stopped:
	case <-deadline(t).Done():
		t.Fatal("the SIGSTOP was lost")
	}
	p.Signal(unix.SIGCONT)
	if s := finish(t, p, out); s != fmt.Sprintf("ok %d 0", unix.Getpid()) {
		t.Errorf("the program says %q", s)
	}
}

// TestDetachInACall: a program that is let go in the middle of a call which an
// engine has changed, or aborted, gets its own registers back.
func TestDetachInACall(t *testing.T) {
	u := launch(t, build(t, "steady", "-mno-red-zone"), "call", "0")
	for i := range 60 {
		tr := open(t)
		seen := make(chan struct{}, 1)
		cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			for i := range 6 {
				c.SetArg(i, 0xdead)
			}
			select {
			case seen <- struct{}{}:
			default:
			}
			c.SetResult(int64(unix.Getpid()))
			if i%2 == 0 {
				return utrace.SyscallAbort | utrace.Resume
			}
			return a.NoOpinion()
		}
		p, err := tr.Attach(deadline(t), u.Process.Pid, func(k *utrace.Task) error {
			e, err := k.Attach(utrace.AttachCreate, &utrace.Ops{SyscallEntry: cb}, nil)
			if err != nil {
				return err
			}
			return e.SetEvents(utrace.EventSyscallEntry)
		})
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-seen:
		case <-p.Done():
		}
		if err := p.Detach(deadline(t)); err != nil {
			t.Fatal(err)
		}
		closeTracer(t, tr)
	}
	u.Process.Signal(unix.SIGUSR2)
	if line := u.line(t); line != fmt.Sprintf("ok %d 0", unix.Getpid()) {
		t.Errorf("the program says %q", line)
	}
}

// TestHandler: an engine learns the address of a signal's handler, and the
// signal is delivered as if nobody had asked.
func TestHandler(t *testing.T) {
	var got utrace.SigAction
	var err error
	ops := &utrace.Ops{Signal: func(e *utrace.Engine, a utrace.Action, s *utrace.Signal) utrace.Action {
		if s.Signo() == int(unix.SIGUSR1) {
			got, err = s.Handler()
		}
		return a.NoOpinion()
	}}
	p, out := steady(t, ops, utrace.EventSignal, "spin")
	<-out.ready
	p.Signal(unix.SIGUSR1)
	p.Signal(unix.SIGUSR2)
	if s := finish(t, p, out); s != "ok 0 1" {
		t.Errorf("the program says %q", s)
	}
	const saRestart = 0x10000000
	if err != nil || got.Handler <= 1 || got.Handler == utrace.SigHandler || got.Flags&saRestart == 0 {
		t.Errorf("handler %#x, flags %#x, %v", got.Handler, got.Flags, err)
	}
}

// TestDoElsewhere: where a call cannot be made Do says so.
func TestDoElsewhere(t *testing.T) {
	var errs []error
	try := func(e *utrace.Engine) { _, err := e.Task().Do(unix.SYS_GETPID); errs = append(errs, err) }
	ops := &utrace.Ops{
		Exec: func(e *utrace.Engine, a utrace.Action) utrace.Action { try(e); return a.NoOpinion() },
		Exit: func(e *utrace.Engine, a utrace.Action, x *utrace.Exit) utrace.Action { try(e); return a.NoOpinion() },
	}
	p, out := steady(t, ops, utrace.EventExec|utrace.EventExit, "call", "1")
	finish(t, p, out)
	if len(errs) != 2 || !errors.Is(errs[0], unix.EBUSY) || !errors.Is(errs[1], unix.EBUSY) {
		t.Errorf("Do in Exec and Exit: %v", errs)
	}
	if _, err := p.Task().Do(unix.SYS_GETPID); !errors.Is(err, unix.EINVAL) {
		t.Errorf("Do outside of callbacks: %v", err)
	}
}

// TestScratch: memory lent for a call is the program's, and two loans do not
// overlap.
func TestScratch(t *testing.T) {
	cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() != "getppid" {
			return a.NoOpinion()
		}
		x, err1 := c.Scratch(100)
		y, err2 := c.Scratch(5000)
		if err1 != nil || err2 != nil || y < x+100 {
			t.Errorf("scratch at %#x (%v), %#x (%v)", x, err1, y, err2)
			return a.NoOpinion()
		}
		text := []byte(strings.Repeat("x", 5000))
		if n, err := c.Memory().WriteAt(text, int64(y)); n != len(text) || err != nil {
			t.Errorf("write: %d, %v", n, err)
		}
		if s, ok, err := c.Memory().ReadString(y, 4500); ok || err != nil || s != string(text[:4500]) {
			t.Errorf("read back %d bytes, %v, %v", len(s), ok, err)
		}
		return a.NoOpinion()
	}
	p, out := steady(t, &utrace.Ops{SyscallEntry: cb}, utrace.EventSyscallEntry, "call", "20")
	if s := finish(t, p, out); s != fmt.Sprintf("ok %d 0", unix.Getpid()) {
		t.Errorf("the program says %q", s)
	}
}

// TestScratchLeavesNoTrace: a process that was detached from has no mapping
// more than before.
func TestScratchLeavesNoTrace(t *testing.T) {
	u := launch(t, build(t, "steady", "-mno-red-zone"), "nap", "3000")
	pid := u.Process.Pid
	before := mapped(pid)
	tr := open(t)
	used := make(chan error, 1)
	ops := &utrace.Ops{Quiesce: func(e *utrace.Engine, a utrace.Action, ev utrace.Events) utrace.Action {
		if ev == 0 {
			var err error
			if err = e.Examine(func(s *utrace.Stopped) error { _, err := s.Scratch(64); return err }); err == nil && mapped(pid) == before {
				err = errors.New("no mapping was made")
			}
			used <- err
		}
		return utrace.Resume
	}}
	p, err := tr.Attach(deadline(t), pid, func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, ops, nil)
		if err != nil {
			return err
		}
		if err := e.SetEvents(utrace.EventQuiesce); err != nil {
			return err
		}
		return e.Control(utrace.Report)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-used; err != nil {
		t.Fatal(err)
	}
	if err := p.Detach(deadline(t)); err != nil {
		t.Fatal(err)
	}
	if after := mapped(pid); after != before {
		t.Errorf("%s mapped before, %s after", before, after)
	}
	if line := u.line(t); !strings.HasPrefix(line, "slept 300") {
		t.Errorf("the program says %q", line)
	}
}

// mapped is the size of a process's memory. (A mapping may be merged with a
// neighbour, so their number says little.)
func mapped(pid int) string { return procField(pid, "VmSize") }
