package count

import "math/bits"

// histogram counts times in buckets: each power of two is an octave of 32 equal
// buckets, so that a bucket's middle is within 1/64 of what is in it. The unit
// is 1/1024 of a microsecond, a tick, so that octaves begin at whole powers of
// two of microseconds and look well in a drawing. An octave is allocated when
// it is first hit.
type histogram [octaves]*octave

type octave [perOctave]uint64

const (
	octaveBits   = 5
	perOctave    = 1 << octaveBits
	ticksPerUsec = 1024
	octaves      = 48 // the last ends at 2^52 ticks, 50 days: longer times count as that
	maxTicks     = 1<<(octaves+octaveBits-1) - 1
)

func toTicks(ns int64) uint64 {
	const maxNS = maxTicks / ticksPerUsec * 1000
	return uint64(min(max(ns, 0), maxNS)) * ticksPerUsec / 1000
}

func toNS(ticks uint64) int64 { return int64((ticks*1000 + ticksPerUsec/2) / ticksPerUsec) }

func (h *histogram) record(ns int64) {
	i, j := bucket(toTicks(ns))
	if h[i] == nil {
		h[i] = new(octave)
	}
	h[i][j]++
}

// bucket returns the octave and the place in it. Octave 0 is the ticks below 32,
// a bucket each.
func bucket(ticks uint64) (i, j int) {
	if ticks < perOctave {
		return 0, int(ticks)
	}
	shift := bits.Len64(ticks) - 1 - octaveBits
	return shift + 1, int(ticks>>shift) & (perOctave - 1)
}

// bounds returns a bucket's lowest value and how many it holds, in ticks.
func bounds(i, j int) (low, width uint64) {
	if i == 0 {
		return uint64(j), 1
	}
	shift := i - 1
	return uint64(perOctave+j) << shift, 1 << shift
}

// octaveBounds returns where an octave begins and ends, in nanoseconds.
func octaveBounds(i int) (low, high int64) {
	if i > 0 {
		ticks, _ := bounds(i, 0)
		low = toNS(ticks)
	}
	ticks, _ := bounds(i+1, 0)
	return low, toNS(ticks)
}

func (h *histogram) add(o *histogram) {
	for i := range o {
		if o[i] == nil {
			continue
		}
		if h[i] == nil {
			h[i] = new(octave)
		}
		for j, n := range o[i] {
			h[i][j] += n
		}
	}
}

// ranked returns the rank-th smallest value, counted from 1: the middle of its
// bucket, in nanoseconds. It returns 0 if there are not as many.
func (h *histogram) ranked(rank uint64) int64 {
	seen := uint64(0)
	for i := range h {
		if h[i] == nil {
			continue
		}
		for j, count := range h[i] {
			if seen += count; seen >= rank {
				low, width := bounds(i, j)
				return toNS(low + width/2)
			}
		}
	}
	return 0
}

// octaveCounts returns how many values are in each octave from the first hit to
// the last, and which the first is.
func (h *histogram) octaveCounts() (first int, counts []uint64) {
	for i := range h {
		sum := uint64(0)
		if h[i] != nil {
			for _, n := range h[i] {
				sum += n
			}
		}
		if sum == 0 {
			continue
		}
		if counts == nil {
			first = i
		}
		for len(counts) < i-first {
			counts = append(counts, 0)
		}
		counts = append(counts, sum)
	}
	return first, counts
}
