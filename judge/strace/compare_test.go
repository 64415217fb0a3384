package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	_ "embed"
)

//go:embed least.txt
var leastText string

// TestCompare runs the programs of least.txt, under no options, and fails if less
// of their lines is the same than is written there.
func TestCompare(t *testing.T) {
	least, err := parseLeast(leastText)
	if err != nil {
		t.Fatal(err)
	}
	programs, err := allPrograms()
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBench("", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	for _, p := range programs {
		want, ok := least[p.name]
		if !ok {
			continue
		}
		delete(least, p.name)
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			r := b.compare(p, optionSets[0], false)
			if float64(r.same) < want/100*float64(r.lines) { // chance, maybe
				r = b.compare(p, optionSets[0], true)
			}
			switch {
			case r.err != nil:
				t.Fatal(r.err)
			case r.skipped != "":
				t.Fatal(r.skipped)
			}
			got := 100 * float64(r.same) / float64(r.lines)
			t.Logf("%.2f%% of %d lines, at least %v%%", got, r.lines, want)
			if got >= want {
				return
			}
			t.Errorf("%.2f%% of %d lines are the same, want at least %v%%; some that differ:", got, r.lines, want)
			for _, d := range r.differ[:min(len(r.differ), 10)] {
				t.Logf("strace: %s\nutrace: %s", d.theirs, d.ours)
			}
		})
	}
	for name := range least {
		t.Errorf("least.txt: no program %s", name)
	}
}

// parseLeast reads lines of a program's name and a percentage; # begins a comment.
func parseLeast(text string) (map[string]float64, error) {
	least := map[string]float64{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		percent, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil || len(fields) != 2 {
			return nil, fmt.Errorf("least.txt: %q: want a name and a percentage", line)
		}
		least[fields[0]] = percent
	}
	return least, nil
}
