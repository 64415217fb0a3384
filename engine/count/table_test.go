package count

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"utrace/arch"
	"utrace/internal/tty"
)

var update = flag.Bool("update", false, "write the golden files")

// sample is a report of which all is known.
func sample(t *testing.T, order string) *report {
	counts := tally{}
	record := func(id arch.ID, name string, failed bool, times ...int64) {
		for _, ns := range times {
			counts.of(idNamed(t, id, name)).record(ns, failed)
		}
	}
	record(arch.AMD64, "wait4", false, 1_234_567_890)
	record(arch.AMD64, "wait4", true, 6_500)
	record(arch.AMD64, "read", false, 700, 5_100, 7_900, 8_000, 9_000, 9_500, 15_000, 15_900, 40_000_000)
	record(arch.AMD64, "openat", true, 12_000, 13_000)
	record(arch.AMD64, "openat", false, 18_000, 950_000)
	record(arch.AMD64, "sched_get_priority_max", false, 25_000_000)
	record(arch.I386, "getuid32", false, 4_000)
	counts.of(idNamed(t, arch.AMD64, "futex")).abandon(61_000_000_000)
	counts.of(idNamed(t, arch.AMD64, "futex")).abandon(7_300_000_000_000)
	counts.of(idNamed(t, arch.AMD64, "read")).abandon(999)
	return newReport(counts, orders[order])
}

func TestGolden(t *testing.T) {
	colour := style{tty.Style{Width: 132, Colour: true, UTF8: true}}
	for _, c := range []struct {
		file, order string
		style       style
	}{
		{"file", "time", style{}},
		{"errors", "errors", style{}},
		{"name", "name", style{}},
		{"wide", "calls", style{tty.Style{Width: 132, UTF8: true}}},
		{"80", "max", style{tty.Style{Width: 80, UTF8: true}}},
		{"60-ascii", "p99", style{tty.Style{Width: 60}}},
		{"colour", "time", colour},
	} {
		r := sample(t, c.order)
		got := string(r.table(c.style)) + string(r.histograms(c.style))
		path := filepath.Join("testdata", c.file+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
	}
}

func TestFitsTheTerminal(t *testing.T) {
	for width := 60; width < 200; width++ {
		s := style{tty.Style{Width: width, UTF8: true}}
		r := sample(t, "time")
		for l := range strings.Lines(string(r.table(s)) + string(r.histograms(s))) {
			l = strings.TrimRight(l, "\n")
			if n := utf8.RuneCountInString(l); n > width {
				t.Errorf("width %d: %d wide: %s", width, n, l)
			}
		}
	}
}

func TestNoCalls(t *testing.T) {
	got := string(newReport(tally{}, orders["time"]).table(style{}))
	if n := strings.Count(got, "\n"); n != 4 || !strings.Contains(got, "total") {
		t.Errorf("the table of nothing has %d lines:\n%s", n, got)
	}
}

func TestDuration(t *testing.T) {
	for ns, want := range map[int64]string{
		0: "0ns", 999: "999ns", 1000: "1.00us", 9994: "9.99us", 9996: "10.0us", 99960: "100us", 999_499: "999us", 999_500: "1.00ms",
		12_345_678: "12.3ms", 999_600_000: "1.00s", 99_400_000_000: "99.4s", 99_600_000_000: "1m40s", 3_599_900_000_000: "60m00s",
		6_000_000_000_000: "1h40m", 90_000_000_000_000: "25h00m",
	} {
		if got := (style{}).duration(ns); got != want {
			t.Errorf("%d ns is %s, want %s", ns, got, want)
		}
	}
}
