package linux

import "time"

// trials find out which way of resuming threads is faster, on this machine, for
// what its threads do now, beside what else runs. Both are timed, by turns, from
// stop to stop; the faster one stays until the next trial. A parallel program,
// whose threads lose more than they gain when they are kept together, is told
// by that too.
type trials struct {
	on    way              // the way that is being timed
	best  way              // by the last trial
	left  int              // stops that are left in this window
	turns int              // windows that are left of a trial; 0: none is on
	age   int              // long windows since the last trial
	rest  int              // long windows from the last trial to the next
	spent [2]time.Duration // in the trial, or in this window
}

const (
	longWindow  = 256 // stops, between trials
	shortWindow = 16  // stops, in a trial
	trialTurns  = 4   // short windows in a trial, free and near by turns
	maxRest     = 32  // long windows from one trial to the next; fewer at first
	// longStop is the longest time between two stops that counts as such. Where
	// most are longer the threads are busy with their own affairs.
	longStop = 250 * time.Microsecond
)

// stop is told how long after the one before a stop came, and returns the way
// to go on.
func (t *trials) stop(after time.Duration) way {
	t.spent[t.on] += min(after, longStop)
	if t.left--; t.left <= 0 {
		t.next()
	}
	return t.on
}

// next ends a window.
func (t *trials) next() {
	switch {
	case t.turns > 1:
		t.turns--
		t.on, t.left = other(t.on), shortWindow
		return
	case t.turns == 1:
		t.turns, t.age = 0, 0
		t.best, t.rest = t.decide(), min(max(2*t.rest, 1), maxRest)
	case t.spent[t.on] > longWindow*longStop/2:
		t.best = free
	case t.age >= t.rest:
		t.turns, t.on, t.left = trialTurns, other(t.best), shortWindow
		t.spent = [2]time.Duration{}
		return
	default:
		t.age++
	}
	t.on, t.left = t.best, longWindow
	t.spent = [2]time.Duration{}
}

// decide compares the two ways. Near must be worth its price.
func (t *trials) decide() way {
	least := t.spent[free] * 4 / 5
	if t.best == near {
		least = t.spent[free]
	}
	if t.spent[near] < least {
		return near
	}
	return free
}

func other(w way) way { return free + near - w }
