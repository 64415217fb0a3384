package sink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"utrace"
)

// gate is a writer that lets a Write through for each token.
type gate struct {
	tokens chan struct{}
	mu     sync.Mutex
	out    bytes.Buffer
	calls  int
	err    error
}

func newGate() *gate { return &gate{tokens: make(chan struct{}, 1000)} }

func (g *gate) Write(p []byte) (int, error) {
	<-g.tokens
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err != nil {
		return 0, g.err
	}
	g.calls++
	if !bytes.HasSuffix(p, []byte("\n")) {
		g.err = fmt.Errorf("not whole lines: %q", p)
	}
	return g.out.Write(p)
}

func (g *gate) open() { close(g.tokens) }

// thread is a fake engine: stopped between its callback's Stop and a Resume
// that comes after it.
type thread struct {
	inCallback sync.Mutex
	stopped    bool
	resumed    chan struct{}
	puts       int
}

func newThread() *thread { return &thread{resumed: make(chan struct{}, 1)} }

func (t *thread) Barrier(context.Context) error {
	t.inCallback.Lock()
	defer t.inCallback.Unlock()
	return nil
}

func (t *thread) Control(a utrace.Action) error {
	t.inCallback.Lock()
	defer t.inCallback.Unlock()
	if a == utrace.Resume && t.stopped {
		t.stopped = false
		t.resumed <- struct{}{}
	}
	return nil
}

func (t *thread) Put() { t.puts++ }

// call is a callback that writes and, if the sink is full, answers Stop.
func (t *thread) call(s *Sink, line string) (stopped bool) {
	t.inCallback.Lock()
	defer t.inCallback.Unlock()
	_, _ = io.WriteString(s, line)
	if !s.Full() {
		return false
	}
	s.hold(t)
	time.Sleep(time.Millisecond) // widen the window of the race, not wait for anything
	t.stopped = true
	return true
}

func (t *thread) wait(tb testing.TB) {
	tb.Helper()
	select {
	case <-t.resumed:
	case <-time.After(10 * time.Second):
		tb.Fatal("held for ever")
	}
}

func TestNothingIsLostAndOrderIsKept(t *testing.T) {
	g := newGate()
	g.open()
	s := New(g, 100)
	var want strings.Builder
	for i := range 1000 {
		line := fmt.Sprintf("line %d\n", i)
		want.WriteString(line)
		_, _ = io.WriteString(s, line)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if g.err != nil || g.out.String() != want.String() {
		t.Errorf("lost lines, %v", g.err)
	}
}

func TestFullHoldsUntilThereIsRoom(t *testing.T) {
	g := newGate()
	s := New(g, 20)
	th := newThread()
	n := 0
	for !th.call(s, "0123456789\n") {
		n++
	}
	if n > 2 {
		t.Errorf("full after %d lines of 11 bytes, limit 20", n)
	}
	select {
	case <-th.resumed:
		t.Fatal("resumed while nothing was written")
	default:
	}
	g.open()
	th.wait(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(g.out.String(), "\n"); got != n+1 {
		t.Errorf("%d lines, want %d", got, n+1)
	}
	if th.puts != 1 {
		t.Errorf("%d references put, want 1", th.puts)
	}
}

func TestManyThreadsAllEnd(t *testing.T) {
	g := newGate()
	g.open()
	s := New(g, 64)
	const threads, lines = 8, 100
	var wg sync.WaitGroup
	for i := range threads {
		wg.Go(func() {
			th := newThread()
			for j := range lines {
				if th.call(s, fmt.Sprintf("%d %d\n", i, j)) {
					th.wait(t)
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(g.out.String(), "\n"); got != threads*lines {
		t.Errorf("%d lines, want %d", got, threads*lines)
	}
}

func TestAClosedPipeHoldsNobody(t *testing.T) {
	g := newGate()
	g.err = syscall.EPIPE
	s := New(g, 20)
	th := newThread()
	for !th.call(s, "0123456789\n") {
	}
	g.open()
	th.wait(t)
	for range 100 {
		if th.call(s, "0123456789\n") {
			t.Fatal("held for a sink that writes nothing any more")
		}
	}
	if err := s.Close(); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("Close: %v, want EPIPE", err)
	}
	if g.out.Len() != 0 {
		t.Errorf("wrote %q after the error", g.out.String())
	}
}

func TestCloseReleasesAndALateHoldToo(t *testing.T) {
	g := newGate()
	s := New(g, 5)
	th := newThread()
	if !th.call(s, "0123456789\n") {
		t.Fatal("not full")
	}
	g.open()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	th.wait(t)
	late := newThread()
	late.stopped = true
	s.hold(late)
	late.wait(t)
	if _, err := io.WriteString(s, "late\n"); err != nil || s.Full() {
		t.Errorf("a write after Close: %v, full %v", err, s.Full())
	}
	if got := g.out.String(); got != "0123456789\n" {
		t.Errorf("got %q", got)
	}
}
