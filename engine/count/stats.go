package count

import "math"

// stats is what is known of one call.
type stats struct {
	calls, errors uint64
	time          int64 // nanoseconds, as the next two
	min, max      int64
	hist          histogram

	abandoned        uint64 // did not return
	longestAbandoned int64
}

func (s *stats) record(ns int64, failed bool) {
	if s.calls == 0 || ns < s.min {
		s.min = ns
	}
	s.calls++
	if failed {
		s.errors++
	}
	s.time += ns
	s.max = max(s.max, ns)
	s.hist.record(ns)
}

func (s *stats) abandon(ns int64) {
	s.abandoned++
	s.longestAbandoned = max(s.longestAbandoned, ns)
}

func (s *stats) add(o *stats) {
	if s.calls == 0 || o.calls > 0 && o.min < s.min {
		s.min = o.min
	}
	s.calls += o.calls
	s.errors += o.errors
	s.time += o.time
	s.max = max(s.max, o.max)
	s.hist.add(&o.hist)
	s.abandoned += o.abandoned
	s.longestAbandoned = max(s.longestAbandoned, o.longestAbandoned)
}

// percentile returns the time that p percent of the calls took at most: the
// nearest rank's, which for the last is known exactly.
func (s *stats) percentile(p float64) int64 {
	rank := max(uint64(math.Ceil(float64(s.calls)*p/100)), 1)
	if rank >= s.calls {
		return s.max
	}
	return min(s.hist.ranked(rank), s.max)
}

// tally is the stats of several calls.
type tally map[callID]*stats

func (t tally) of(c callID) *stats {
	s := t[c]
	if s == nil {
		s = new(stats)
		t[c] = s
	}
	return s
}

func (t tally) add(o tally) {
	for c, s := range o {
		t.of(c).add(s)
	}
}
