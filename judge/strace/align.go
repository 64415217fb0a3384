package main

// pair is a line of each trace, either of them empty where the other has no
// counterpart.
type pair struct{ theirs, ours string }

// align returns how many lines a and b have in common, in order (the longest
// common subsequence, by Myers' algorithm), and what differs.
func align(a, b []string) (same int, differ []pair) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b, same = a[1:], b[1:], same+1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b, same = a[:len(a)-1], b[:len(b)-1], same+1
	}
	var onlyA, onlyB []string
	flush := func() {
		for i := range max(len(onlyA), len(onlyB)) {
			var p pair
			if i < len(onlyA) {
				p.theirs = onlyA[i]
			}
			if i < len(onlyB) {
				p.ours = onlyB[i]
			}
			differ = append(differ, p)
		}
		onlyA, onlyB = nil, nil
	}
	x, y := 0, 0
	for _, snake := range equalRuns(a, b) {
		onlyA, onlyB = append(onlyA, a[x:snake.x]...), append(onlyB, b[y:snake.y]...)
		x, y = snake.x+snake.len, snake.y+snake.len
		same += snake.len
		if snake.len > 0 {
			flush()
		}
	}
	onlyA, onlyB = append(onlyA, a[x:]...), append(onlyB, b[y:]...)
	flush()
	return same, differ
}

// snake is a run of equal lines, from x in one text and y in the other.
type snake struct{ x, y, len int }

// equalRuns returns the runs of equal lines of a shortest edit of a into b: Myers,
// "An O(ND) difference algorithm and its variations". v[d] has for each diagonal
// k = x-y from -d to d in steps of two how far d edits reach.
func equalRuns(a, b []string) []snake {
	var v [][]int32
	reach := func(d, k int) int { return int(v[d][(k+d)/2]) }
	down := func(d, k int) bool { return k == -d || k != d && reach(d-1, k-1) < reach(d-1, k+1) }
	for d := 0; ; d++ {
		v = append(v, make([]int32, d+1))
		for k := -d; k <= d; k += 2 {
			x := 0
			switch {
			case d == 0:
			case down(d, k):
				x = reach(d-1, k+1)
			default:
				x = reach(d-1, k-1) + 1
			}
			for x < len(a) && x-k < len(b) && x >= 0 && x-k >= 0 && a[x] == b[x-k] {
				x++
			}
			v[d][(k+d)/2] = int32(x)
			if x >= len(a) && x-k >= len(b) {
				return backtrack(d, k, reach, down)
			}
		}
	}
}

// backtrack finds the runs from the end, at edit d and diagonal k, back.
func backtrack(d, k int, reach func(d, k int) int, down func(d, k int) bool) []snake {
	var runs []snake
	for ; d > 0; d-- {
		end, start := reach(d, k), 0
		before := k - 1
		if down(d, k) {
			before = k + 1
			start = reach(d-1, before)
		} else {
			start = reach(d-1, before) + 1
		}
		runs = append(runs, snake{start, start - k, end - start})
		k = before
	}
	runs = append(runs, snake{0, 0, reach(0, 0)})
	for i, j := 0, len(runs)-1; i < j; i, j = i+1, j-1 {
		runs[i], runs[j] = runs[j], runs[i]
	}
	return runs
}
