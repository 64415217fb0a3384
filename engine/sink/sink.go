// Package sink is where engines put the lines that they write: a bounded buffer
// with a goroutine of its own that writes them out.
//
// The promises:
//
//   - Write never blocks and never drops: callbacks run on the thread that
//     traces, and must not wait for a pipe. It takes a line even when the sink
//     is full.
//   - So an engine asks [Sink.Full] after it has written, and when that is so
//     calls [Sink.Hold] and answers Stop: the thread that writes too much waits,
//     nobody else does. It is released when half of the room is free again.
//   - What is written out is whole lines, in the order of the Writes, at most a
//     buffer at a time. A tracer that is killed loses no more than the last ones.
//   - The first error of the writer ends all that: later lines are dropped, no
//     thread is held for their sake, and Close returns the error.
package sink

import (
	"context"
	"io"
	"sync"
	"time"

	"utrace"
)

// DefaultLimit is the room in bytes where nothing else is asked for.
const DefaultLimit = 256 << 10

// gather is how long a line waits for others to be written with it, if they do
// not come to a quarter of the limit before: to wake a goroutine costs the thread
// that traces more than the line, and on one CPU the program waits for it too. While
// they go on coming it is longer each time, up to gatherMost.
const (
	gather     = 10 * time.Millisecond
	gatherMost = 80 * time.Millisecond
)

// Sink is a bounded buffer before a writer. All methods may be called from any
// goroutine, Write, Full and Hold from callbacks too.
type Sink struct {
	w     io.Writer
	limit int

	mu      sync.Mutex
	wake    chan struct{} // holds one when the goroutine is to look
	idle    bool          // it waits for a line
	buf     []byte        // accepted, and not taken by the writer
	writing int           // bytes that the writer has taken
	held    []holder
	err     error
	closing bool
	done    chan struct{} // closed when the goroutine has ended
}

// holder is what the sink needs of an engine that answered Stop.
type holder interface {
	Barrier(ctx context.Context) error
	Control(a utrace.Action) error
	Put()
}

// New returns a sink that writes to w and is full at limit bytes; 0 means
// DefaultLimit. It has a goroutine until Close.
func New(w io.Writer, limit int) *Sink {
	if limit <= 0 {
		limit = DefaultLimit
	}
	s := &Sink{w: w, limit: limit, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go s.run()
	return s
}

// Write takes one or more whole lines. It copies p, and never fails: errors are
// Close's to tell.
func (s *Sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil || s.closing {
		return len(p), nil
	}
	enough := s.enough()
	s.buf = append(s.buf, p...)
	if s.idle || !enough && s.enough() {
		s.idle = false
		s.rouse()
	}
	return len(p), nil
}

// enough reports whether there is so much that it is written without waiting for
// more. s.mu is held.
func (s *Sink) enough() bool { return len(s.buf) >= s.limit/4 }

// rouse makes the goroutine look at what there is to do.
func (s *Sink) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Full reports whether there is as much as the sink is meant to hold, or more.
func (s *Sink) Full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full()
}

func (s *Sink) full() bool { return s.err == nil && !s.closing && len(s.buf)+s.writing >= s.limit }

// Hold registers an engine whose callback is about to answer Stop, to be
// resumed by Control(Resume) when there is room. It takes a reference.
func (s *Sink) Hold(e *utrace.Engine) { s.hold(e.Get()) }

// hold takes h over. Where room has come meanwhile it is released at once: by
// the goroutine, since only that may wait for the callback's end.
func (s *Sink) hold(h holder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		go release([]holder{h})
	default:
		s.held = append(s.held, h)
		s.rouse()
	}
}

// Close writes out what was accepted, releases whoever is held, and returns the
// first error of the writer. It does not close the writer. Lines written later
// are dropped.
func (s *Sink) Close() error {
	s.mu.Lock()
	s.closing = true
	s.rouse()
	s.mu.Unlock()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// run is the goroutine: it writes what there is, and lets go whom it can. While
// lines come it looks every now and then, and nobody need wake it.
func (s *Sink) run() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(s.done)
	timer := time.NewTimer(gather)
	defer timer.Stop()
	var spare []byte
	pause := gather
	for quiet := true; ; {
		switch {
		case len(s.held) > 0 && s.room():
			held := s.held
			s.held = nil
			s.mu.Unlock()
			release(held)
			s.mu.Lock()
		case s.closing && len(s.buf) == 0:
			return
		case s.closing || len(s.held) > 0 || s.enough():
			spare = s.flush(spare)
		case quiet && len(s.buf) == 0:
			s.idle = true
			s.wait(nil)
			s.idle, quiet, pause = false, false, gather
		default:
			timer.Reset(pause)
			s.wait(timer.C)
			if quiet = len(s.buf) == 0; !quiet {
				pause = min(2*pause, gatherMost)
				spare = s.flush(spare)
			}
		}
	}
}

// wait waits, without the lock, to be roused, or for the timer.
func (s *Sink) wait(timer <-chan time.Time) {
	s.mu.Unlock()
	select {
	case <-s.wake:
	case <-timer:
	}
	s.mu.Lock()
}

// room reports whether those held may go on.
func (s *Sink) room() bool {
	return s.err != nil || s.closing || len(s.buf) <= s.limit/2
}

// flush writes what there is, without the lock; spare is the buffer for what
// comes meanwhile. It returns the next spare, unless that has grown too big to
// keep.
func (s *Sink) flush(spare []byte) []byte {
	out := s.buf
	s.buf, s.writing = spare[:0], len(out)
	s.mu.Unlock()
	_, err := s.w.Write(out)
	s.mu.Lock()
	s.writing = 0
	if err != nil && s.err == nil {
		s.err = err
		s.buf = nil
	}
	if cap(out) > 2*s.limit {
		return nil
	}
	return out
}

// release resumes engines. A callback that registered its engine may not have
// returned its Stop yet, and a Resume before that would be lost (semantics
// 9.4): Barrier waits until the answer has taken effect.
func release(held []holder) {
	for _, h := range held {
		// ESRCH from either: detached or dead, and so not held.
		if h.Barrier(context.Background()) == nil {
			_ = h.Control(utrace.Resume)
		}
		h.Put()
	}
}
