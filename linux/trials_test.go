package linux

import (
	"testing"
	"time"
)

// TestTrials: the way that costs less is found, left when it does so no longer,
// and left alone where stops are rare.
func TestTrials(t *testing.T) {
	const us = time.Microsecond
	for _, tt := range []struct {
		name       string
		free, near time.Duration // from stop to stop
		want       way
	}{
		{"near is faster", 50 * us, 10 * us, near},
		{"near is not worth its price", 10 * us, 9 * us, free},
		{"near is slower", 10 * us, 50 * us, free},
		{"a busy program", time.Millisecond, 900 * us, free},
	} {
		for _, begin := range []way{free, near} {
			t.Run(tt.name, func(t *testing.T) {
				costs := [2]time.Duration{free: tt.free, near: tt.near}
				tr := newTrials(begin)
				used := [2]int{}
				w := begin
				run := func(stops int) {
					for range stops {
						w = tr.stop(costs[w])
						used[w]++
					}
				}
				run(1000)
				used = [2]int{}
				const stops = 100_000
				run(stops)
				if used[tt.want] < stops*99/100 {
					t.Errorf("%d of %d stops that way", used[tt.want], stops)
				}
				costs[free], costs[near] = costs[near], costs[free]
				if tt.want == near {
					run(20_000)
					if tr.best != free {
						t.Error("near stays when it has become slower")
					}
				}
			})
		}
	}
}

// TestTrialsLapse: free that becomes slow, because the scheduler keeps a thread
// and its owner together no longer, is left long before the next trial is due.
func TestTrialsLapse(t *testing.T) {
	const us = time.Microsecond
	costs := [2]time.Duration{free: 10 * us, near: 10 * us}
	tr := newTrials(near)
	w := near
	run := func(stops int) {
		for range stops {
			w = tr.stop(costs[w])
		}
	}
	run(30_000)
	for tr.phase != between || tr.age > 0 {
		run(1)
	}
	if tr.best != free || tr.rest < maxRest {
		t.Fatalf("after equal costs: %d, with %d windows between trials", tr.best, tr.rest)
	}
	costs[free] = 90 * us
	run(longWindow)
	if w != near {
		t.Errorf("free goes on when it has become slower, phase %d", tr.phase)
	}
}

// TestTrialsAnew: near is found soon when a program that stopped rarely, or one for
// which free was as good, goes over to something else.
func TestTrialsAnew(t *testing.T) {
	const us = time.Microsecond
	for _, tt := range []struct {
		name          string
		before, pause time.Duration
		stops         int // at most, until it is found
	}{
		{"stops were rare", time.Millisecond, time.Millisecond, 200},
		{"after a pause", 60 * us, time.Second, 200},
		{"after nothing", 60 * us, 60 * us, 1000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := newTrials(near)
			w := near
			for range 10_000 {
				w = tr.stop(tt.before)
			}
			for w != free || tr.phase != between {
				w = tr.stop(tt.before)
			}
			w = tr.stop(tt.pause)
			costs := [2]time.Duration{free: 90 * us, near: 10 * us}
			for n := 0; tr.phase != between || w != near; n++ {
				if n == tt.stops {
					t.Fatalf("after %d stops: phase %d, way %d", n, tr.phase, w)
				}
				w = tr.stop(costs[w])
			}
		})
	}
}
