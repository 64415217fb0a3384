package tty

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTerminalStyle(t *testing.T) {
	for _, c := range []struct {
		env          string
		colour, utf8 bool
	}{
		{"TERM=xterm LANG=de_DE.UTF-8", true, true},
		{"TERM=xterm LANG=C.utf8 LC_ALL=C", true, false},
		{"TERM=xterm NO_COLOR=1 LC_CTYPE=en_US.UTF-8", false, true},
		{"TERM=xterm NO_COLOR=", true, false},
		{"TERM=dumb", false, false},
		{"", false, false},
	} {
		s := style(func(key string) string {
			for _, word := range strings.Fields(c.env) {
				if v, ok := strings.CutPrefix(word, key+"="); ok {
					return v
				}
			}
			return ""
		})
		if s.Colour != c.colour || s.UTF8 != c.utf8 {
			t.Errorf("%s: colour %v, UTF-8 %v, want %v, %v", c.env, s.Colour, s.UTF8, c.colour, c.utf8)
		}
	}
}

func TestAFileIsNoTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if s := Of(f); s != (Style{}) {
		t.Errorf("a file has the style %+v, want none", s)
	}
}
