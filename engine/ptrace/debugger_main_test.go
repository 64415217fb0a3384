package ptrace_test

import (
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
func judge(t *testing.T, group string, sessions []session) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	for _, s := range sessions {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			full := group + "/" + s.name
			settle(t, full, judgeSession(t, s, isPending(full)))
		})
	}
}

// judgeSession runs a session both ways and returns the difference.
func judgeSession(t *testing.T, s session, expectDiffers bool) string {
	c := command{argv: s.argv, dir: t.TempDir(), env: []string{"DEBUGINFOD_URLS=", "HOME=/nonexistent", "BIN=" + binDir, "LC_ALL=C", "LINES=", "COLUMNS="}}
	bare := c.run()
	if bare.ending == "no end" {
		t.Fatalf("untraced: no end\n%s%s", bare.out, bare.err)
	}
	c.dir = t.TempDir()
	if expectDiffers {
		c.limit = pendingLimit
	}
	second := c.under()
	if *twice {
		second = c
	}
	under := second.run()
	diff := difference(s.fold(bare.out), s.fold(under.out))
	if diff == "" {
		diff = difference(bare.ending+"\n"+s.fold(ofShell(bare.err)), under.ending+"\n"+s.fold(ofShell(under.err)))
	}
	if diff != "" {
		diff += "\n" + under.err
	}
	return diff
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
