package linux

import "time"

// trials find out which way of resuming threads is faster, on this machine, for
// what its threads do now, beside what else runs. Both are timed, one after the
// other, from stop to stop; the faster one stays until the next trial. A parallel
// program, whose threads lose more than they gain when they are kept together, is
// told by that too.
type trials struct {
	on    way // the way to go now
	best  way // by the last trial
	phase phase
	size  int              // stops of the window, between trials
	left  int              // stops that are left of the phase
	age   int              // long windows since the last trial
	rest  int              // long windows from the last trial to the next; 0: there was none
	spent [2]time.Duration // in this phase, or in the trial
	took  time.Duration    // what the best took in the last trial; 0: not known
	since time.Duration    // the last trial
}

// phase is what goes on: first between two trials, then a trial's three parts.
type phase uint8

const (
	between   phase = iota
	timeBest        // what was best so far is timed
	warmOther       // threads go over to the other way
	timeOther       // which is timed
)

const (
	longWindow  = 256 // stops, between trials
	shortWindow = 32  // stops that are timed, or, with nothing found, watched
	warmUp      = 32  // stops before
	maxRest     = 32  // long windows from one trial to the next; fewer at first
	// longStop is the longest time between two stops that counts as such. Where
	// most are longer the threads are busy with their own affairs.
	longStop = 250 * time.Microsecond
	// longFree is after how long free is tried again, even if the windows to rest are
	// not over: where near is no better that is 1% of the stops, at 10 us each, and
	// free may cost a lot.
	longFree = 68 * time.Millisecond
)

// newTrials begins with what is most likely best, and tries the other soon.
func newTrials(best way) trials {
	return trials{on: best, best: best, size: longWindow, left: longWindow}
}

// stop is told how long after the one before a stop came, and returns the way
// to go on.
func (t *trials) stop(after time.Duration) way {
	if t.phase == between && t.on == free && after > idleTime {
		t.forget() // the program may be up to something else
	}
	t.since += after
	t.spent[t.on] += min(after, longStop)
	t.left--
	// A way that has taken too long already need not go on to the end.
	if t.left <= 0 || t.phase == timeOther && !t.faster() || t.lapsed() {
		t.next()
	}
	return t.on
}

// next ends a phase.
func (t *trials) next() {
	switch t.phase {
	case between:
		switch {
		case t.spent[t.on] > time.Duration(t.size)*longStop/2:
			t.forget()
		case t.age >= t.rest, t.lapsed(), t.on == free && t.since > longFree:
			t.phase, t.left = timeBest, shortWindow
			t.spent = [2]time.Duration{}
		default:
			t.age++
			t.settle(t.best)
		}
	case timeBest:
		t.phase, t.left, t.on = warmOther, warmUp, other(t.best)
	case warmOther:
		t.phase, t.left = timeOther, shortWindow
		t.spent[t.on] = 0
	case timeOther:
		best, rest := t.best, min(max(2*t.rest, 1), maxRest)
		if t.faster() {
			best, rest = t.on, 1
		}
		t.age, t.rest, t.took, t.since = 0, rest, t.spent[best], 0
		t.settle(best)
	}
}

// settle begins a long window.
func (t *trials) settle(best way) {
	t.on, t.best = best, best
	t.phase, t.size, t.left = between, longWindow, longWindow
	t.spent = [2]time.Duration{}
}

// forget drops what was found, which holds no more, and begins a short window.
func (t *trials) forget() {
	t.settle(free)
	t.age, t.rest, t.took, t.since = 0, 0, 0, 0
	t.size, t.left = shortWindow, shortWindow
}

// faster reports whether the other way is, so far. Near must be worth its price.
func (t *trials) faster() bool {
	limit := t.spent[t.best]
	switch {
	case t.best == free:
		limit = limit * 4 / 5
	case t.rest == 0:
		limit = limit * 5 / 4
	}
	return t.spent[t.on] < limit
}

// lapsed reports whether free takes much longer than it did in the last trial:
// the scheduler may have kept a thread and its owner together then, and not now.
func (t *trials) lapsed() bool {
	return t.phase == between && t.on == free && t.took > 0 && t.spent[free] > 2*t.took*(longWindow/shortWindow)
}

func other(w way) way { return free + near - w }
