package server

import (
	"context"
	"sync"

	"utrace/control"
)

// streamRoom is how many events a stream holds for a client that is slow.
const streamRoom = 1024

// hub hands events to streams. Publishing never waits.
type hub struct {
	mu      sync.Mutex
	streams map[*stream]struct{}
	closed  bool
}

// stream is one client's queue.
type stream struct {
	events chan control.Event
	lost   uint64 // under hub.mu
}

// listening reports whether anybody would hear.
func (h *hub) listening() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams) > 0
}

func (h *hub) publish(ev control.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		if s.lost > 0 {
			select {
			case s.events <- control.Event{Type: "lost", Time: ev.Time, Lost: s.lost}:
				s.lost = 0
			default:
			}
		}
		if s.lost > 0 {
			s.lost++
			continue
		}
		select {
		case s.events <- ev:
		default:
			s.lost++
		}
	}
}

// open begins a stream; nil after close.
func (h *hub) open() *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil
	}
	if h.streams == nil {
		h.streams = map[*stream]struct{}{}
	}
	s := &stream{events: make(chan control.Event, streamRoom)}
	h.streams[s] = struct{}{}
	return s
}

// leave ends a stream.
func (h *hub) leave(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.streams[s]; ok {
		delete(h.streams, s)
		close(s.events)
	}
}

// close ends all streams; what is in them can still be read.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.streams {
		close(s.events)
	}
	h.streams = nil
}

// rest is how many events were lost at the end of a stream that was closed.
func (h *hub) rest(s *stream) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return s.lost
}

// next waits for an event; false at the stream's end.
func (s *stream) next(ctx context.Context) (control.Event, bool) {
	select {
	case ev, ok := <-s.events:
		return ev, ok
	case <-ctx.Done():
		return control.Event{}, false
	}
}
