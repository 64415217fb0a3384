package count

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// report is the calls in the order in which they are shown.
type report struct {
	rows  []row
	total row
	lost  []row // calls that did not return
}

type row struct {
	name          string
	percent       float64 // of all time
	p50, p90, p99 int64
	*stats
}

const orderNames = "time|calls|errors|name|max|p99"

// order compares what comes first.
type order func(a, b row) int

// Of equals the one that took more time comes first, then by name.
var orders = map[string]order{
	"time":   func(a, b row) int { return 0 },
	"calls":  func(a, b row) int { return cmp.Compare(b.calls, a.calls) },
	"errors": func(a, b row) int { return cmp.Compare(b.errors, a.errors) },
	"name":   func(a, b row) int { return cmp.Compare(a.name, b.name) },
	"max":    func(a, b row) int { return cmp.Compare(b.max, a.max) },
	"p99":    func(a, b row) int { return cmp.Compare(b.p99, a.p99) },
}

func newReport(t tally, by order) *report {
	r := &report{total: row{name: "total", stats: new(stats)}}
	for c, s := range t {
		if s.calls > 0 {
			r.rows = append(r.rows, newRow(c.name(), s))
		}
		if s.abandoned > 0 {
			r.lost = append(r.lost, row{name: c.name(), stats: s})
		}
		r.total.add(s)
	}
	r.total = newRow("total", r.total.stats)
	for i := range r.rows {
		if r.total.time > 0 {
			r.rows[i].percent = 100 * float64(r.rows[i].time) / float64(r.total.time)
			r.total.percent = 100
		}
	}
	slices.SortFunc(r.rows, func(a, b row) int {
		return cmp.Or(by(a, b), cmp.Compare(b.time, a.time), cmp.Compare(a.name, b.name))
	})
	slices.SortFunc(r.lost, func(a, b row) int { return cmp.Compare(a.name, b.name) })
	return r
}

func newRow(name string, s *stats) row {
	return row{name: name, p50: s.percentile(50), p90: s.percentile(90), p99: s.percentile(99), stats: s}
}

// lostLines tell of the calls that did not return, if there are any; on a
// terminal in as many lines as it takes.
func (r *report) lostLines(s style) string {
	if len(r.lost) == 0 {
		return ""
	}
	const title = "did not return (longest):"
	var b strings.Builder
	b.WriteString(s.paint(title, dim))
	column := len(title)
	for i, l := range r.lost {
		item := fmt.Sprintf("%s %d (%s)", l.name, l.abandoned, s.duration(l.longestAbandoned))
		if i < len(r.lost)-1 {
			item += ","
		}
		width := 1 + utf8.RuneCountInString(item)
		if s.Width > 0 && column+width > s.Width {
			b.WriteString("\n ")
			column = 1
		}
		b.WriteString(" " + item)
		column += width
	}
	b.WriteByte('\n')
	return b.String()
}

// digits is a number from 1 to 999 in three digits.
func digits(v float64) string {
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

func itoa(v int64) string { return strconv.FormatInt(v, 10) }

func twoDigits(v int64) string { return fmt.Sprintf("%02d", v) }
