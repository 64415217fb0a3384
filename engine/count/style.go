package count

import (
	"io"
	"math"
	"strings"

	"utrace/internal/tty"
)

// style is how text may look.
type style struct{ tty.Style }

func styleOf(w io.Writer) style { return style{tty.Of(w)} }

// Colours, as SGR parameters.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	yellow = "33"
	cyan   = "36"
)

func (s style) paint(text, sgr string) string {
	if !s.Colour || sgr == "" || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// duration is a time in three digits and a unit.
func (s style) duration(ns int64) string {
	micro := "us"
	if s.UTF8 {
		micro = "µs"
	}
	switch d := float64(ns); {
	case ns < 1000:
		return itoa(ns) + "ns"
	case d < 999.5e3:
		return digits(d/1e3) + micro
	case d < 999.5e6:
		return digits(d/1e6) + "ms"
	case d < 99.5e9:
		return digits(d/1e9) + "s"
	}
	sec := int64(math.Round(float64(ns) / 1e9))
	if sec < 100*60 {
		return itoa(sec/60) + "m" + twoDigits(sec%60) + "s"
	}
	return itoa(sec/3600) + "h" + twoDigits(sec/60%60) + "m"
}
