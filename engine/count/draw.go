package count

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Widths of a drawing's bars.
const (
	fileBar = 40
	maxBar  = 60
	minBar  = 8
)

// histograms draws the times of each call that was made more than once, in the
// table's order. Of one call the table says all.
func (r *report) histograms(s style) []byte {
	var b strings.Builder
	for _, row := range r.rows {
		if row.calls > 1 {
			row.draw(&b, s)
		}
	}
	return []byte(b.String())
}

// longGap is how many empty lines of a drawing are not drawn.
const longGap = 3

// draw draws a line for each octave of times, from the first that was hit to the
// last.
func (r row) draw(b *strings.Builder, s style) {
	first, counts := r.hist.octaveCounts()
	most := slices.Max(counts)
	digits := len(strconv.FormatUint(most, 10))
	bar := fileBar
	if s.Width > 0 {
		bar = max(min(maxBar, s.Width-len("  1.02ms - 2.05ms    ")-digits), minBar)
	}
	fmt.Fprintf(b, "\n%s\n", s.paint(r.name, bold))
	for i := 0; i < len(counts); i++ {
		if gap := gapOf(counts[i:]); gap >= longGap {
			fmt.Fprintf(b, "  %s\n", s.paint(fmt.Sprintf("%*s", len("1.02ms -"), "..."), dim))
			i += gap - 1
			continue
		}
		low, high := octaveBounds(first + i)
		fmt.Fprintf(b, "  %6s - %-6s  %*d", s.bound(low), s.bound(high), digits, counts[i])
		if counts[i] > 0 {
			b.WriteString("  " + s.paint(s.bar(counts[i], most, bar), cyan))
		}
		b.WriteByte('\n')
	}
}

// gapOf returns how many empty octaves counts begins with.
func gapOf(counts []uint64) int {
	n := 0
	for n < len(counts) && counts[n] == 0 {
		n++
	}
	return n
}

// bound is a duration without zeros that say nothing: 8us, 1.02ms.
func (s style) bound(ns int64) string {
	text := s.duration(ns)
	number := strings.TrimRight(text, "nuµms")
	if !strings.Contains(number, ".") {
		return text
	}
	return strings.TrimRight(strings.TrimRight(number, "0"), ".") + text[len(number):]
}

// bar is n of most, of so many characters; at least the smallest mark.
func (s style) bar(n, most uint64, width int) string {
	if !s.UTF8 {
		return strings.Repeat("#", max(int(share(n, most)*float64(width)), 1))
	}
	const parts = 8 // of a character
	eighths := max(int(share(n, most)*float64(width*parts)), 1)
	text := strings.Repeat("█", eighths/parts)
	if rest := eighths % parts; rest > 0 {
		text += string('█' + rune(parts-rest)) // ▉▊▋▌▍▎▏ follow it
	}
	return text
}

func share(n, most uint64) float64 { return float64(n) / float64(most) }
