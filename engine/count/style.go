package count

import (
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// style is how text may look. The zero style is that of a file: plain and
// stable.
type style struct {
	width  int // of the terminal; 0: no terminal, no limit
	colour bool
	utf8   bool
}

const defaultWidth = 80

// styleOf looks at what is written to, and at NO_COLOR, TERM and the locale.
func styleOf(w io.Writer) style {
	f, ok := w.(*os.File)
	if !ok {
		return style{}
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return style{}
	}
	var s style
	_ = conn.Control(func(fd uintptr) {
		if _, err := unix.IoctlGetTermios(int(fd), unix.TCGETS); err != nil {
			return
		}
		s = terminalStyle(os.Getenv)
		if size, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ); err == nil && size.Col > 0 {
			s.width = int(size.Col)
		}
	})
	return s
}

// terminalStyle is what the environment says of a terminal. NO_COLOR counts if
// it is set and not empty (no-color.org).
func terminalStyle(getenv func(string) string) style {
	term := getenv("TERM")
	return style{
		width:  defaultWidth,
		colour: getenv("NO_COLOR") == "" && term != "" && term != "dumb",
		utf8:   isUTF8(getenv),
	}
}

// isUTF8 looks at the locale as setlocale(3) does: the first that is set counts.
func isUTF8(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

// Colours, as SGR parameters.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	yellow = "33"
	cyan   = "36"
)

func (s style) paint(text, sgr string) string {
	if !s.colour || sgr == "" || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// duration is a time in three digits and a unit.
func (s style) duration(ns int64) string {
	micro := "us"
	if s.utf8 {
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
