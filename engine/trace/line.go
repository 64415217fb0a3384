package trace

import (
	"bytes"
	"strconv"
	"time"
)

// lineBuf is a line under construction, kept to be used again.
type lineBuf struct {
	b      []byte
	hidden int // bytes that take no room: colours
}

func (l *lineBuf) reset()       { l.b, l.hidden = l.b[:0], 0 }
func (l *lineBuf) empty() bool  { return len(l.b) == 0 }
func (l *lineBuf) add(b []byte) { l.b = append(l.b, b...) }
func (l *lineBuf) str(s string) { l.b = append(l.b, s...) }

// set makes it a copy of o.
func (l *lineBuf) set(o *lineBuf) { l.b, l.hidden = append(l.b[:0], o.b...), o.hidden }

// tab fills up with spaces to a column.
func (l *lineBuf) tab(column int) {
	if n := column - (len(l.b) - l.hidden); n > 0 {
		l.fill(n, ' ')
	}
}

func (l *lineBuf) fill(n int, c byte) {
	for range n {
		l.b = append(l.b, c)
	}
}

// seconds writes a duration in seconds, with so many digits behind the point.
func (l *lineBuf) seconds(d time.Duration, digits Precision) {
	l.b = strconv.AppendInt(l.b, int64(d/time.Second), 10)
	l.fraction(int64(d%time.Second), digits)
}

// fraction writes the digits behind the point of a number of nanoseconds.
func (l *lineBuf) fraction(ns int64, digits Precision) {
	if digits == 0 {
		return
	}
	scale := int64(time.Second) / 10
	l.b = append(l.b, '.')
	for range digits {
		l.b = append(l.b, '0'+byte(ns/scale))
		ns %= scale
		scale /= 10
	}
}

// right writes a number in a field of so many columns.
func (l *lineBuf) right(v int64, width int, pad byte, base int) {
	var digits [64]byte
	d := strconv.AppendInt(digits[:0], v, base)
	l.fill(width-len(d), pad)
	l.add(d)
}

// A palette is the colours of a line's parts, as escape sequences; the zero
// palette has none. They are few: what a line is about stands out, what went
// wrong is red, and whose it is steps back.
type palette struct {
	leader, name, failed, event string
}

var coloured = palette{
	leader: "\x1b[2m",  // dim
	name:   "\x1b[36m", // cyan
	failed: "\x1b[31m", // red
	event:  "\x1b[33m", // yellow
}

const uncoloured = "\x1b[0m"

func (l *lineBuf) paint(colour string, text []byte) {
	if colour == "" {
		l.add(text)
		return
	}
	l.str(colour)
	l.add(text)
	l.str(uncoloured)
	l.hidden += len(colour) + len(uncoloured)
}

func (l *lineBuf) paintStr(colour, text string) {
	if colour == "" {
		l.str(text)
		return
	}
	l.paint(colour, []byte(text))
}

// whole paints all that is there.
func (l *lineBuf) whole(colour string) {
	if colour == "" || len(l.b) == 0 {
		return
	}
	text := bytes.Clone(l.b)
	l.reset()
	l.paint(colour, text)
}
