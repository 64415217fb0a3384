package count

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// column is one column of the table. The first six are those of strace -c.
type column struct {
	title string
	least int // width in a file, so that tables look alike; strace's
	left  bool
	spare int // on a narrow terminal the greatest goes first; 0: never
	cell  func(s style, r row) string
	sgr   func(r row) string // colour of a cell
}

// On a terminal a call that takes this many percent of the time stands out.
const hot = 10

var columns = []column{
	{title: "% time", least: 6,
		cell: func(_ style, r row) string { return strconv.FormatFloat(r.percent, 'f', 2, 64) },
		sgr: func(r row) string {
			if r.percent >= hot && r.name != "total" {
				return yellow
			}
			return ""
		}},
	{title: "seconds", least: 11, spare: 2,
		cell: func(_ style, r row) string { return strconv.FormatFloat(float64(r.time)/1e9, 'f', 6, 64) }},
	{title: "usecs/call", least: 11, spare: 3,
		cell: func(_ style, r row) string {
			if r.calls == 0 {
				return "0"
			}
			return itoa(r.time / 1000 / int64(r.calls))
		}},
	{title: "calls", least: 9,
		cell: func(_ style, r row) string { return strconv.FormatUint(r.calls, 10) }},
	{title: "errors", least: 9,
		cell: func(_ style, r row) string {
			if r.errors == 0 {
				return ""
			}
			return strconv.FormatUint(r.errors, 10)
		},
		sgr: func(row) string { return red }},
	{title: "syscall", least: 16, left: true,
		cell: func(_ style, r row) string { return r.name }},
	{title: "p50", least: 7, spare: 1,
		cell: func(s style, r row) string { return s.duration(r.p50) }},
	{title: "p90", least: 7, spare: 4,
		cell: func(s style, r row) string { return s.duration(r.p90) }},
	{title: "p99", least: 7,
		cell: func(s style, r row) string { return s.duration(r.p99) }},
	{title: "max", least: 7,
		cell: func(s style, r row) string { return s.duration(r.max) }},
}

// table returns the calls as a table, with what did not return below.
func (r *report) table(s style) []byte {
	cols, gap := laid(s, append(r.rows[:len(r.rows):len(r.rows)], r.total))
	var b strings.Builder
	titles, rule := make([]string, len(cols)), make([]string, len(cols))
	for i, c := range cols {
		titles[i] = s.paint(c.pad(c.title), bold)
		rule[i] = s.paint(strings.Repeat(s.dash(), c.width), dim)
	}
	line(&b, gap, titles)
	line(&b, gap, rule)
	for _, row := range r.rows {
		line(&b, gap, cellsOf(s, cols, row, ""))
	}
	line(&b, gap, rule)
	line(&b, gap, cellsOf(s, cols, r.total, bold))
	b.WriteString(r.lostLines(s))
	return []byte(b.String())
}

func (s style) dash() string {
	if s.UTF8 {
		return "─"
	}
	return "-"
}

// layout is a column with its width.
type layout struct {
	*column
	width int
}

func (l layout) pad(text string) string {
	if l.left {
		return fmt.Sprintf("%-*s", l.width, text)
	}
	return fmt.Sprintf("%*s", l.width, text)
}

// laid returns the columns with their widths, and what is between them. On a
// terminal they are as wide as what is in them, further apart if there is room,
// and the spare ones go until the rest fits.
func laid(s style, rows []row) (cols []layout, gap string) {
	for i := range columns {
		c := &columns[i]
		l := layout{c, utf8.RuneCountInString(c.title)}
		if s.Width == 0 {
			l.width = max(l.width, c.least)
		}
		for _, r := range rows {
			l.width = max(l.width, utf8.RuneCountInString(c.cell(s, r)))
		}
		cols = append(cols, l)
	}
	if widthOf(cols)+len(cols)-1 <= s.Width {
		return cols, "  "
	}
	for s.Width > 0 && widthOf(cols) > s.Width {
		drop := 0
		for i, c := range cols {
			if c.spare > cols[drop].spare {
				drop = i
			}
		}
		if cols[drop].spare == 0 {
			break
		}
		cols = append(cols[:drop], cols[drop+1:]...)
	}
	return cols, " "
}

// widthOf is how wide a line is with one space between columns.
func widthOf(cols []layout) int {
	width := len(cols) - 1
	for _, c := range cols {
		width += c.width
	}
	return width
}

// cellsOf returns a row's cells, padded and then coloured: by their column, else
// in sgr.
func cellsOf(s style, cols []layout, r row, sgr string) []string {
	cells := make([]string, len(cols))
	for i, c := range cols {
		own := sgr
		if c.sgr != nil && c.sgr(r) != "" {
			own = c.sgr(r)
		}
		cells[i] = s.paint(c.pad(c.cell(s, r)), own)
	}
	return cells
}

func line(b *strings.Builder, gap string, cells []string) {
	b.WriteString(strings.TrimRight(strings.Join(cells, gap), " "))
	b.WriteByte('\n')
}
