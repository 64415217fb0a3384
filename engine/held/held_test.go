package held_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/engine"
	"utrace/engine/held"
	"utrace/engine/hold"
	"utrace/engine/nop"
	"utrace/linux"
	"utrace/syscalls"
)

func build(t *testing.T, name string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), name)
	if b, err := exec.Command("gcc", "-O1", "-pthread", "-o", bin, "testdata/"+name+".c").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, b)
	}
	return bin
}

// lab is a board, a hold engine that uses it, and a tracer.
type lab struct {
	t     *testing.T
	tr    *utrace.Tracer
	board *held.Board
	hold  engine.Instance
	out   bytes.Buffer
}

func newLab(t *testing.T, set, terms string) *lab {
	t.Helper()
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	l := &lab{t: t, tr: tr, board: held.New()}
	calls, err := syscalls.ParseSet(set)
	if err != nil {
		t.Fatal(err)
	}
	l.hold, err = hold.New(engine.Config{Set: calls, Board: l.board, Out: io.Discard,
		Params: map[string]string{"deadline": "1m", "default": terms}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *lab) start(args ...string) *utrace.Process {
	l.t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout = &l.out
	p, err := l.tr.Start(cmd, func(task *utrace.Task) error {
		e, err := l.hold.Attach(task)
		if err == nil {
			e.Put()
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

func (l *lab) wait(p *utrace.Process) unix.WaitStatus {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ws, err := p.Wait(ctx)
	if err != nil {
		l.t.Fatal(err)
	}
	return ws
}

// next waits for a held call that is not in seen.
func (l *lab) next(seen map[uint64]bool) *held.Call {
	l.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, c := range l.board.Calls() {
			if !seen[c.ID()] {
				seen[c.ID()] = true
				return c
			}
		}
	}
	l.t.Fatal("no call is held")
	return nil
}

func (l *lab) decide(id uint64, d held.Decision) {
	l.t.Helper()
	if err := l.board.Decide(context.Background(), id, d); err != nil {
		l.t.Fatalf("%v: %v", &d, err)
	}
}

func TestDecisions(t *testing.T) {
	prog := build(t, "crowd")
	mySid, err := unix.Getsid(0)
	if err != nil {
		t.Fatal(err)
	}
	initSid, err := unix.Getsid(1)
	if err != nil {
		t.Fatal(err)
	}
	nr := unix.SYS_GETUID
	for _, test := range []struct {
		d    held.Decision
		want string
	}{
		{held.Decision{Verb: held.Run}, fmt.Sprintln(mySid, 0)},
		{held.Decision{Verb: held.Run, Args: map[int]uint64{0: 1}}, fmt.Sprintln(initSid, 0)},
		{held.Decision{Verb: held.Run, Nr: &nr}, fmt.Sprintln(unix.Getuid(), 0)},
		{held.Decision{Verb: held.Abort, Result: 12345}, "12345 0\n"},
		{held.Decision{Verb: held.Abort, Result: -int64(unix.EPERM)}, "0 1\n"},
	} {
		t.Run(test.d.String(), func(t *testing.T) {
			l := newLab(t, "getsid", "kill")
			p := l.start(prog, "1", "1")
			c := l.next(map[uint64]bool{})
			if w := c.What(); w.Text != "getsid(0)" || string(w.Decoded) != `{"pid":{"raw":"0x0","value":0}}` || w.Round != 1 {
				t.Errorf("held: %+v", w)
			}
			l.decide(c.ID(), held.Decision{Verb: held.Report})
			for c.What().Round != 2 {
				time.Sleep(time.Millisecond)
			}
			test.d.By = "test"
			l.decide(c.ID(), test.d)
			var settled *held.Settled
			err := l.board.Decide(context.Background(), c.ID(), held.Decision{Verb: held.Kill})
			if !errors.As(err, &settled) || settled.Decision.String() != test.d.String() || settled.Decision.By != "test" {
				t.Errorf("the second decision: %v", err)
			}
			if ws := l.wait(p); ws.ExitStatus() != 0 || l.out.String() != test.want {
				t.Errorf("status %#x, output %q, want %q", int(ws), l.out.String(), test.want)
			}
		})
	}
}

func TestBadDecisions(t *testing.T) {
	b := held.New()
	for _, d := range []held.Decision{
		{}, {Verb: "let"}, {Verb: held.Run, Result: 1}, {Verb: held.Kill, Args: map[int]uint64{0: 1}},
		{Verb: held.Run, Args: map[int]uint64{6: 1}}, {Verb: held.Run, Args: map[int]uint64{-1: 1}},
	} {
		var unknown held.Unknown
		if err := b.Decide(context.Background(), 1, d); err == nil || errors.As(err, &unknown) {
			t.Errorf("%+v: %v", d, err)
		}
	}
	var unknown held.Unknown
	if err := b.Decide(context.Background(), 1, held.Decision{Verb: held.Run}); !errors.As(err, &unknown) {
		t.Errorf("no such call: %v", err)
	}
}

// A held thread that is killed, by SIGKILL or by another thread's exec, is gone
// from the board, and who decides about it is told.
func TestGone(t *testing.T) {
	prog := build(t, "crowd")
	l := newLab(t, "getsid", "allow")
	events := make(chan held.Event, 100)
	l.board.Watch(func(ev held.Event) { events <- ev })
	p := l.start(prog, "3", "1")
	seen := map[uint64]bool{}
	for range 3 {
		l.next(seen)
	}
	if err := p.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	l.wait(p)
	for id := range seen {
		var settled *held.Settled
		err := l.board.Decide(context.Background(), id, held.Decision{Verb: held.Run})
		if !errors.As(err, &settled) || settled.Gone == "" {
			t.Errorf("call %d of a dead thread: %v", id, err)
		}
	}
	counts := map[held.EventKind]int{}
	for range 6 {
		counts[(<-events).Kind]++
	}
	if counts[held.EventHeld] != 3 || counts[held.EventGone] != 3 {
		t.Errorf("events: %v", counts)
	}
}

// A held thread whose process executes another program is gone too.
func TestGoneByExec(t *testing.T) {
	l := newLab(t, "getsid", "allow")
	events := make(chan held.Event, 10)
	l.board.Watch(func(ev held.Event) { events <- ev })
	p := l.start(build(t, "execs"))
	c := (<-events).Call
	if err := p.Signal(unix.SIGUSR1); err != nil { // now
		t.Fatal(err)
	}
	if ev := <-events; ev.Kind != held.EventGone || ev.Call != c {
		t.Errorf("%s: %s", ev.Kind, ev.Why)
	}
	var settled *held.Settled
	if err := l.board.Decide(context.Background(), c.ID(), held.Decision{Verb: held.Run}); !errors.As(err, &settled) || settled.Gone == "" {
		t.Errorf("the decision: %v", err)
	}
	if ws := l.wait(p); ws != 0 || l.out.String() != "executed\n" {
		t.Errorf("status %#x, output %q", int(ws), l.out.String())
	}
}

func TestKill(t *testing.T) {
	l := newLab(t, "getsid", "allow")
	p := l.start(build(t, "crowd"), "1", "1")
	l.decide(l.next(map[uint64]bool{}).ID(), held.Decision{Verb: held.Kill})
	if ws := l.wait(p); !ws.Signaled() || ws.Signal() != unix.SIGKILL {
		t.Errorf("status %#x", int(ws))
	}
}

// An engine that is detached lets its thread go; the call is then gone.
func TestDetached(t *testing.T) {
	l := newLab(t, "getsid", "kill")
	p := l.start(build(t, "crowd"), "1", "1")
	c := l.next(map[uint64]bool{})
	if err := c.Examine(context.Background(), func(*utrace.Stopped) error { return nil }); err != nil {
		t.Errorf("examine: %v", err)
	}
	if err := c.Engine().Control(utrace.Detach); err != nil {
		t.Error(err)
	}
	if ws := l.wait(p); ws != 0 {
		t.Errorf("status %#x", int(ws))
	}
	if calls := l.board.Calls(); len(calls) != 0 {
		t.Errorf("still on the board: %d", len(calls))
	}
}

// Three controllers decide about the calls of 64 threads, as chance has it:
// each call gets exactly the decision that won.
func TestCrowd(t *testing.T) {
	const threads, calls, controllers = 64, 320, 3
	mySid, _ := unix.Getsid(0)
	initSid, _ := unix.Getsid(1)
	l := newLab(t, "getsid", "kill")
	var sum, failed, rounds, late atomic.Int64
	queue := make(chan *held.Call, threads)
	l.board.Watch(func(ev held.Event) {
		if ev.Kind == held.EventHeld {
			select {
			case queue <- ev.Call:
			default:
				t.Error("more calls are held than there are threads")
			}
		}
	})
	p := l.start(build(t, "crowd"), fmt.Sprint(threads), fmt.Sprint(calls))
	bystander, err := nop.New(engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	// settle makes one decision, and counts it if it is the one that won.
	settle := func(c *held.Call, chance int) {
		var d held.Decision
		var value, errs int64
		switch chance % 5 {
		case 0:
			d, value = held.Decision{Verb: held.Run}, int64(mySid)
		case 1:
			d, value = held.Decision{Verb: held.Run, Args: map[int]uint64{0: 1}}, int64(initSid)
		case 2, 3:
			value = int64(c.ID()) + 1000
			d = held.Decision{Verb: held.Abort, Result: value}
		case 4:
			d, errs = held.Decision{Verb: held.Abort, Result: -int64(unix.EACCES)}, 1
		}
		var settled *held.Settled
		switch err := l.board.Decide(context.Background(), c.ID(), d); {
		case err == nil:
			sum.Add(value)
			failed.Add(errs)
		case errors.As(err, &settled) && settled.Gone == "":
			late.Add(1)
		default:
			t.Errorf("%v: %v", &d, err)
		}
	}
	// control is one controller's life: it dies after some calls, with one in
	// its hands, which goes back to the others.
	control := func() {
		for range 100 + rand.IntN(400) {
			c, ok := <-queue
			if !ok {
				return
			}
			chance := rand.IntN(1 << 20)
			var rival sync.WaitGroup
			switch chance >> 8 % 8 {
			case 0:
				if l.board.Decide(context.Background(), c.ID(), held.Decision{Verb: held.Report}) == nil {
					rounds.Add(1)
				}
			case 1:
				err := c.Examine(context.Background(), func(s *utrace.Stopped) error {
					r, err := s.Regs()
					if err != nil {
						return err
					}
					return s.SetRegs(&r)
				})
				if err != nil {
					t.Errorf("examine: %v", err)
				}
			case 2:
				if e, err := bystander.Attach(c.Task()); err == nil {
					_ = e.Control(utrace.Detach)
					e.Put()
				}
			case 3:
				rival.Go(func() { settle(c, rand.IntN(5)) })
			}
			settle(c, chance)
			rival.Wait()
		}
	}
	var wg sync.WaitGroup
	for range controllers {
		wg.Go(func() {
			for {
				select {
				case <-p.Done():
					return
				default:
					control()
				}
			}
		})
	}
	ws := l.wait(p)
	close(queue)
	wg.Wait()
	if ws != 0 {
		t.Errorf("status %#x", int(ws))
	}
	if want := fmt.Sprintln(sum.Load(), failed.Load()); l.out.String() != want {
		t.Errorf("the program got %q, and should have got %q", l.out.String(), want)
	}
	if n := len(l.board.Calls()); n != 0 {
		t.Errorf("%d calls are left", n)
	}
	t.Logf("%d calls, %d further rounds, %d late decisions", threads*calls, rounds.Load(), late.Load())
}
