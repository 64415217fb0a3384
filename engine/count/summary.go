package count

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"utrace/arch"
	"utrace/engine"
	"utrace/syscalls"
)

// Summary is how strace's own table looks, with its options.
type Summary struct {
	Columns   []string      // -U, by their first names in ColumnNames; none: strace's six
	Sort      string        // -S, by its first name in SortNames; "": time
	WallClock bool          // -w; else the time that calls ran on a processor
	Overhead  time.Duration // -O: taken off each call's time
}

// NewSummary makes an instance that writes the table of "strace -c" to c.Out.
func NewSummary(c engine.Config, s Summary) (engine.Instance, error) {
	n := counterOf(c)
	n.summary = &s
	if !s.WallClock {
		if err := haveProcessorTime(); err != nil {
			return nil, fmt.Errorf("count: %w", err)
		}
		n.clock = n.processorTime
	}
	return n, nil
}

// names are the names that strace has for one thing; the first is the one that
// it goes by.
type names [][]string

var summaryColumns = names{
	{"time-percent", "time"}, {"total-time", "time-total"}, {"min-time", "shortest", "time-min"},
	{"max-time", "longest", "time-max"}, {"avg-time", "time-avg"}, {"calls", "count"},
	{"errors", "error"}, {"name", "syscall", "syscall-name"},
}

var summarySorts = names{
	{"time", "time-percent", "time-total", "total-time"}, {"min-time", "shortest", "time-min"},
	{"max-time", "longest", "time-max"}, {"avg-time", "time-avg"}, {"calls", "count"},
	{"errors", "error"}, {"name", "syscall", "syscall-name"}, {"nothing", "none"},
}

// ColumnName returns the name that a column of -U goes by.
func ColumnName(name string) (string, bool) { return summaryColumns.find(name) }

// SortName returns the name that an order of -S goes by.
func SortName(name string) (string, bool) { return summarySorts.find(name) }

func (n names) find(name string) (string, bool) {
	for _, all := range n {
		if slices.Contains(all, name) {
			return all[0], true
		}
	}
	return "", false
}

// summaryRow is a call, or the sum of several; all times are net of overhead.
type summaryRow struct {
	name          string
	nr            int
	percent       float64
	time          int64
	min, max, avg int64
	calls, errors uint64
}

func (s *Summary) row(name string, nr int, st *stats) summaryRow {
	cost := int64(s.Overhead)
	net := func(ns int64) int64 { return max(0, ns-cost) }
	r := summaryRow{
		name: name, nr: nr, calls: st.calls, errors: st.errors,
		time: max(0, st.time-cost*int64(st.calls)), min: net(st.min), max: net(st.max),
	}
	if st.calls > 0 {
		r.avg = r.time / int64(st.calls)
	}
	return r
}

// summarize returns strace's table; one for each kind of processes if there are
// several. Nothing, if there was no call.
func (n *counter) summarize(style) []byte {
	byArch := map[arch.ID]tally{}
	for c, s := range n.total() {
		if byArch[c.arch] == nil {
			byArch[c.arch] = tally{}
		}
		byArch[c.arch][c] = s
	}
	var b strings.Builder
	for _, id := range syscalls.Archs() {
		rows, total := n.summary.rows(byArch[id])
		if len(rows) == 0 {
			continue
		}
		if id != syscalls.AMD64 {
			b.WriteString("System call usage summary for 32 bit mode:\n")
		}
		n.summary.table(&b, rows, total)
	}
	return []byte(b.String())
}

func (s *Summary) rows(t tally) (rows []summaryRow, total summaryRow) {
	all := new(stats)
	for c, st := range t {
		if st.calls > 0 {
			rows = append(rows, s.row(strings.TrimSuffix(c.name(), "@32"), c.nr, st))
			all.add(st)
		}
	}
	total = s.row("total", 0, all)
	total.percent = 100
	for i := range rows {
		if total.time > 0 {
			rows[i].percent = 100 * float64(rows[i].time) / float64(total.time)
		}
	}
	slices.SortFunc(rows, func(a, b summaryRow) int { return cmp.Or(s.compare(a, b), cmp.Compare(a.nr, b.nr)) })
	return rows, total
}

// compare puts the greater first, but for names.
func (s *Summary) compare(a, b summaryRow) int {
	switch s.Sort {
	case "", "time":
		return cmp.Compare(b.time, a.time)
	case "min-time":
		return cmp.Compare(b.min, a.min)
	case "max-time":
		return cmp.Compare(b.max, a.max)
	case "avg-time":
		return cmp.Compare(b.avg, a.avg)
	case "calls":
		return cmp.Compare(b.calls, a.calls)
	case "errors":
		return cmp.Compare(b.errors, a.errors)
	case "name":
		return strings.Compare(a.name, b.name)
	}
	return 0
}

// summaryCell is what a column shows of a row, under which title, how wide.
var summaryCell = map[string]struct {
	title string
	width int
	text  func(summaryRow) string
}{
	"time-percent": {"% time", 6, func(r summaryRow) string { return strconv.FormatFloat(r.percent, 'f', 2, 64) }},
	"total-time":   {"seconds", 11, func(r summaryRow) string { return micros(r.time) }},
	"min-time":     {"shortest", 8, func(r summaryRow) string { return micros(r.min) }},
	"max-time":     {"longest", 8, func(r summaryRow) string { return micros(r.max) }},
	"avg-time":     {"usecs/call", 11, func(r summaryRow) string { return itoa(r.avg / 1000) }},
	"calls":        {"calls", 9, func(r summaryRow) string { return strconv.FormatUint(r.calls, 10) }},
	"errors": {"errors", 9, func(r summaryRow) string {
		if r.errors == 0 {
			return ""
		}
		return strconv.FormatUint(r.errors, 10)
	}},
	"name": {"syscall", 16, func(r summaryRow) string { return r.name }},
}

// micros is nanoseconds in seconds, to the microsecond, the rest cut off.
func micros(ns int64) string { return fmt.Sprintf("%d.%06d", ns/1e9, ns%1e9/1000) }

func (s *Summary) table(b *strings.Builder, rows []summaryRow, total summaryRow) {
	cols := s.columns()
	widths := make([]int, len(cols))
	titles, rule := make([]string, len(cols)), make([]string, len(cols))
	for i, c := range cols {
		cell := summaryCell[c]
		widths[i] = cell.width
		for _, r := range append(rows[:len(rows):len(rows)], total) {
			widths[i] = max(widths[i], len(cell.text(r)))
		}
		titles[i] = padded(c, cell.title, widths[i])
		rule[i] = strings.Repeat("-", widths[i])
	}
	cells := func(r summaryRow) []string {
		out := make([]string, len(cols))
		for i, c := range cols {
			out[i] = padded(c, summaryCell[c].text(r), widths[i])
		}
		return out
	}
	line(b, " ", titles)
	line(b, " ", rule)
	for _, r := range rows {
		line(b, " ", cells(r))
	}
	line(b, " ", rule)
	line(b, " ", cells(total))
}

// columns are those asked for; the name is always one.
func (s *Summary) columns() []string {
	switch {
	case len(s.Columns) == 0:
		return []string{"time-percent", "total-time", "avg-time", "calls", "errors", "name"}
	case !slices.Contains(s.Columns, "name"):
		return append(s.Columns[:len(s.Columns):len(s.Columns)], "name")
	}
	return s.Columns
}

func padded(column, text string, width int) string {
	if column == "name" {
		return fmt.Sprintf("%-*s", width, text)
	}
	return fmt.Sprintf("%*s", width, text)
}
