package ptrace_test

import (
	"flag"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// debuggees compiles the programs that are debugged, once.
var debuggees = sync.OnceValue(func() error {
	sources, _ := filepath.Glob("testdata/debuggee/*.c")
	for _, source := range sources {
		name := strings.TrimSuffix(filepath.Base(source), ".c")
		args := []string{"-g", "-O0", "-pthread", "-o", filepath.Join(binDir, name), source}
		if name == "calls" { // ltrace needs a table that is filled in at the first call
			args = append(args, "-no-pie", "-Wl,-z,lazy")
		}
		if err := run("gcc", args...); err != nil {
			return err
		}
	}
	return run("go", "build", "-o", filepath.Join(binDir, "gotracer"), "./testdata/gotracer")
})

type buildError struct {
	error
	output string
}

func (e buildError) Error() string { return e.error.Error() + "\n" + e.output }

func run(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return buildError{err, string(out)}
	}
	return nil
}

// bin is the path of a program that the tests have built.
func bin(name string) string { return filepath.Join(binDir, name) }

// session is a run of a debugger that must print the same under utrace.
type session struct {
	name string
	argv []string
	// fold makes the same of what may differ between two runs.
	fold func(string) string
}

// judge runs sessions both ways.
func judge(t *testing.T, sessions []session) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	for _, s := range sessions {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if diff := judgeSession(t, s); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A debugger tells of threads and processes when it happens to see them come and
// go, which two untraced runs may not have alike. So a session that differs is run
// again, both ways: what one run under utrace prints, one untraced must have
// printed. What differs always fails.
var tries = flag.Int("tries", 4, "how often a debugger's session is run, both ways, before it counts as different")

// judgeSession runs a session both ways and returns the difference.
func judgeSession(t *testing.T, s session) string {
	c := command{argv: s.argv, env: []string{"DEBUGINFOD_URLS=", "HOME=/nonexistent", "BIN=" + binDir, "LC_ALL=C", "LINES=", "COLUMNS="}}
	second := c.under()
	if *twice {
		second = c
	}
	var bare, under []string
	diff := ""
	for n := range *tries {
		c.dir, second.dir = t.TempDir(), t.TempDir()
		b, u := c.run(), second.run()
		if b.ending == "no end" {
			t.Fatalf("untraced: no end\n%s%s", b.out, b.err)
		}
		bare, under = append(bare, s.folded(b)), append(under, s.folded(u))
		if slices.ContainsFunc(under, func(text string) bool { return slices.Contains(bare, text) }) {
			return ""
		}
		diff = difference(bare[n], under[n]) + "\n" + u.err
		t.Logf("run %d differs: %s", n+1, diff)
		if u.ending == "no end" {
			break
		}
	}
	return diff
}

// folded is all that a run has printed, and how it ended, without what may differ.
func (s session) folded(o outcome) string {
	return s.fold(o.out) + "ending: " + o.ending + "\n" + s.fold(ofShell(o.err))
}

// ofShell leaves out what a shell says of the jobs that a script has ended.
var ofShell = folding(`(?m)^(Killed|Terminated|Interrupt) *\n`, "")

// folding replaces what differs between runs, pair by pair.
func folding(pairs ...string) func(string) string {
	var res []*regexp.Regexp
	for i := 0; i < len(pairs); i += 2 {
		res = append(res, regexp.MustCompile(pairs[i]))
	}
	return func(text string) string {
		for i, re := range res {
			text = re.ReplaceAllString(text, pairs[2*i+1])
		}
		return text
	}
}

// sorted takes the lines that match out of their order: they are put at the
// end, sorted.
func sorted(text string, match *regexp.Regexp) string {
	var kept, moved []string
	for line := range strings.Lines(text) {
		if match.MatchString(line) {
			moved = append(moved, line)
		} else {
			kept = append(kept, line)
		}
	}
	slices.Sort(moved)
	return strings.Join(append(kept, moved...), "")
}
