package inject

import (
	"context"
	"sync"
	"time"

	"utrace"
)

// delays holds threads for a time. It may be used from any callback.
type delays struct {
	mu     sync.Mutex
	timers map[*utrace.Engine]*time.Timer
	closed bool
}

// hold answers Stop for an engine, and has it resumed after d.
func (ds *delays) hold(e *utrace.Engine, a utrace.Action, d time.Duration) utrace.Action {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	if d <= 0 || ds.closed {
		return a.With(utrace.Resume)
	}
	if ds.timers == nil {
		ds.timers = map[*utrace.Engine]*time.Timer{}
	}
	ds.timers[e.Get()] = time.AfterFunc(d, func() { ds.release(e) })
	return a.With(utrace.Stop)
}

// release lets an engine's thread go. The callback may not have returned its
// Stop yet: Barrier waits until that has taken effect, or Resume would be lost
// (semantics 9.4). ESRCH from either: detached or dead, and so not held.
func (ds *delays) release(e *utrace.Engine) {
	ds.mu.Lock()
	_, held := ds.timers[e]
	delete(ds.timers, e)
	ds.mu.Unlock()
	if !held {
		return
	}
	if e.Barrier(context.Background()) == nil {
		_ = e.Control(utrace.Resume)
	}
	e.Put()
}

// close releases who is left, and holds nobody any more.
func (ds *delays) close() {
	ds.mu.Lock()
	ds.closed = true
	left := make([]*utrace.Engine, 0, len(ds.timers))
	for e, timer := range ds.timers {
		timer.Stop()
		left = append(left, e)
	}
	ds.mu.Unlock()
	for _, e := range left {
		ds.release(e)
	}
}
