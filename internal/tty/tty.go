// Package tty tells how text may look where it is written to.
package tty

import (
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Style is how text may look. The zero Style is that of a file: plain and
// stable.
type Style struct {
	Width  int // of the terminal in columns; 0: no terminal, no limit
	Colour bool
	UTF8   bool
}

const defaultWidth = 80

// Of looks at what w is, and at NO_COLOR, TERM and the locale.
func Of(w io.Writer) Style {
	f, ok := w.(*os.File)
	if !ok {
		return Style{}
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return Style{}
	}
	var s Style
	_ = conn.Control(func(fd uintptr) {
		if _, err := unix.IoctlGetTermios(int(fd), unix.TCGETS); err != nil {
			return
		}
		s = style(os.Getenv)
		if size, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ); err == nil && size.Col > 0 {
			s.Width = int(size.Col)
		}
	})
	return s
}

// style is what the environment says of a terminal. NO_COLOR counts if it is set
// and not empty (no-color.org).
func style(getenv func(string) string) Style {
	term := getenv("TERM")
	return Style{
		Width:  defaultWidth,
		Colour: getenv("NO_COLOR") == "" && term != "" && term != "dumb",
		UTF8:   isUTF8(getenv),
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
