package ptrace_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// threadWrites are the writes of family's threads, not those of a trace of them.
var threadWrites = regexp.MustCompile(`(?m)^\d+ +write\(\d+, "thread", 6`)

// TestNested: utrace inside utrace inside utrace. The program runs as ever, and
// the engines of each level see its calls.
func TestNested(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	for depth := 1; depth <= 3; depth++ {
		t.Run(fmt.Sprint(depth), func(t *testing.T) {
			dir := t.TempDir()
			c := command{argv: []string{bin("family")}, dir: dir}
			for level := range depth {
				c = c.under("-e", fmt.Sprintf("trace:write:out=log%d", level))
			}
			got := c.run()
			if got.out != "levels 4\n" || got.ending != "4" {
				t.Errorf("%+v", got)
			}
			for level := range depth {
				log, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("log%d", level)))
				if err != nil {
					t.Fatal(err)
				}
				// One thread of family itself, one of each of its four generations.
				if n := len(threadWrites.FindAll(log, -1)); n != 5 {
					t.Errorf("level %d from the program sees %d writes, want 5", level, n)
				}
			}
		})
	}
}

// TestNestedInject: what an engine of an inner utrace makes of a call is what
// the program gets, and what an outer one sees.
func TestNestedInject(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	got := command{argv: []string{bin("family")}, dir: dir}.
		under("-e", "inject:write:retval=3:when=1", "-e", "trace:write:out=near").
		under("-e", "trace:write:out=far").run()
	// The first write of the main thread writes nothing and says 3: the rest follows.
	if got.out != "els 4\n" || got.ending != "4" {
		t.Errorf("%+v", got)
	}
	near, err := os.ReadFile(filepath.Join(dir, "near"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(near), "= 3 (INJECTED)"); n != 6 {
		t.Errorf("%d writes are changed, want the first of each of six threads:\n%s", n, near)
	}
}

// TestTraceBesideTracer: the engine trace closer to the kernel than a tracer inside
// writes the call that this made of the program's, and what the kernel gave;
// closer to the program, what the program asked for, and what it got.
func TestTraceBesideTracer(t *testing.T) {
	dir := t.TempDir()
	got := command{argv: []string{buildStops(t), "change"}, dir: dir}.
		under("-e", "trace:getppid,getpid:out=before", "-e", "ptrace", "-e", "trace:getppid,getpid:out=after").run()
	if got.ending != "0" {
		t.Errorf("%+v", got)
	}
	calls := func(name string) string {
		log, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		// The tracer and its child ask for their own ids first.
		var lines []string
		for line := range strings.Lines(string(log)) {
			if pid, call, _ := strings.Cut(line, " "); strings.Contains(call, "getp") {
				lines = append(lines, strings.Join(strings.Fields(strings.ReplaceAll(call, pid, "itself")), " "))
			}
		}
		return strings.Join(lines, "\n")
	}
	parent := regexp.MustCompile(`getppid\(\) = \d{2,}$`)
	own := "getpid() = itself\ngetpid() = itself\n"
	if want, log := own+"getpid() = itself\ngetppid() = its parent", parent.ReplaceAllString(calls("before"), "getppid() = its parent"); log != want {
		t.Errorf("closer to the kernel:\n%s\nwant\n%s", log, want)
	}
	if want, log := own+"getppid() = 4711\ngetppid() = its parent", parent.ReplaceAllString(calls("after"), "getppid() = its parent"); log != want {
		t.Errorf("closer to the program:\n%s\nwant\n%s", log, want)
	}
}

// TestStraceInStrace: Debian's strace inside utrace strace.
func TestStraceInStrace(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	const calls = "trace=getuid,exit_group"
	inner := []string{"strace", "-f", "-o", "inner", "-e", calls, "-e", "signal=none", bin("family")}
	got := command{argv: append([]string{utraceBin, "strace", "-f", "-o", "outer", "-e", calls, "-e", "signal=none"}, inner...), dir: dir}.run()
	if got.out != "levels 4\n" || got.ending != "4" {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{"inner", "outer"} {
		log, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(log), "exit_group(3)"); n != 1 {
			t.Errorf("%s: an exit of family's shows %d times, want once:\n%s", name, n, log)
		}
	}
}
