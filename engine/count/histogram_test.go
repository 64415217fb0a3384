package count

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBucketsFollowEachOther(t *testing.T) {
	next := uint64(0)
	for i := range octaves {
		for j := range perOctave {
			low, width := bounds(i, j)
			if low != next {
				t.Fatalf("bucket %d of octave %d begins at %d, want %d", j, i, low, next)
			}
			for _, v := range []uint64{low, low + width/2, low + width - 1} {
				if bi, bj := bucket(v); bi != i || bj != j {
					t.Fatalf("%d is in bucket %d of octave %d, want %d of %d", v, bj, bi, j, i)
				}
			}
			next = low + width
		}
	}
	if next != maxTicks+1 {
		t.Errorf("the buckets end at %d, want %d", next, uint64(maxTicks)+1)
	}
}

func TestTimesOutOfRangeAreCounted(t *testing.T) {
	var s stats
	for _, ns := range []int64{-1, 0, math.MaxInt64} {
		s.record(ns, false)
	}
	first, counts := s.hist.octaveCounts()
	if first != 0 || len(counts) != octaves || counts[0] != 2 || counts[octaves-1] != 1 {
		t.Errorf("octaves from %d: %v, want two in the first and one in the last", first, counts)
	}
}

func TestOctavesBeginAtPowersOfTwoMicroseconds(t *testing.T) {
	var h histogram
	h.record(8000)
	h.record(7999)
	h.record(15999)
	first, counts := h.octaveCounts()
	low, _ := octaveBounds(first)
	_, high := octaveBounds(first + 1)
	if low != 4000 || high != 16000 || !slices.Equal(counts, []uint64{1, 2}) {
		t.Errorf("octaves from %d to %d ns: %v, want 4000 to 16000: [1 2]", low, high, counts)
	}
}

// Percentiles are those of the sorted list, by nearest rank, within 2%.
func TestPercentiles(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() int64{
		"exponential": func() int64 { return int64(rnd.ExpFloat64() * 50e3) },
		"log-uniform": func() int64 { return int64(math.Exp(rnd.Float64() * 25)) },
		"two peaks":   func() int64 { return []int64{9000, 3e9}[rnd.IntN(2)] + rnd.Int64N(900) },
		"constant":    func() int64 { return 12345 },
	} {
		for _, n := range []int{1, 2, 3, 10, 100, 10007} {
			var a, b stats // merged, as shards are
			list := make([]int64, n)
			for i := range list {
				list[i] = draw()
				[]*stats{&a, &b}[i%2].record(list[i], false)
			}
			a.add(&b)
			slices.Sort(list)
			for _, p := range []float64{50, 90, 99, 100} {
				want := list[max(int(math.Ceil(float64(n)*p/100)), 1)-1]
				got := a.percentile(p)
				if diff := math.Abs(float64(got - want)); diff > 0.02*float64(want)+2 {
					t.Errorf("%s, %d values: p%g is %d, want %d", name, n, p, got, want)
				}
			}
			if a.max != list[n-1] || a.percentile(100) != a.max {
				t.Errorf("%s, %d values: the maximum is %d, want %d", name, n, a.max, list[n-1])
			}
		}
	}
}

func TestNothingRecorded(t *testing.T) {
	var s stats
	if p := s.percentile(99); p != 0 {
		t.Errorf("p99 of nothing is %d, want 0", p)
	}
}
