package trace

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"utrace"
	"utrace/engine"
	"utrace/engine/sink"
	"utrace/linux"
	"utrace/syscalls"
)

// run traces a program with a real host and returns what was written. With
// brackets the ids are as on standard error.
func run(t *testing.T, c engine.Config, brackets bool, args ...string) string {
	t.Helper()
	return runWith(t, c, brackets, 0, args...)
}

// runWith is run with so much room in the sink.
func runWith(t *testing.T, c engine.Config, brackets bool, room int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	c.Out = &out
	inst, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	o := inst.(*Tracer).shared
	o.leader = LeaderPID
	if brackets {
		o.leader = LeaderSeveral
	}
	if err := o.sink.Close(); err != nil {
		t.Fatal(err)
	}
	o.sink = sink.New(&out, room)
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tr.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	cmd := exec.Command(args[0], args[1:]...)
	proc, err := tr.Start(cmd, func(task *utrace.Task) error {
		e, err := inst.Attach(task)
		if err == nil {
			e.Put()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proc.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, task := range tr.Tasks() { // children that outlive their parent
		<-task.Process().Done()
	}
	if err := inst.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// strace runs the same under strace.
func strace(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	file := filepath.Join(t.TempDir(), "strace")
	_ = exec.Command(path, append([]string{"-f", "-o", file}, args...)...).Run() // the program's status
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var (
	leadingPid = regexp.MustCompile(`(?m)^(\d+) +`)
	folds      = []struct {
		re *regexp.Regexp
		to string
	}{
		{regexp.MustCompile(`(?m)^PID +`), "PID "}, // ids of four digits and of five
		{regexp.MustCompile(`0x[0-9a-f]{7,}`), "ADDR"},
		{regexp.MustCompile(`(tv_[nu]?sec|si_[us]time)=\d+( /\*[^*]*\*/)?`), "$1=T"},
		{regexp.MustCompile(`getrandom\("[^"]*"`), "getrandom(BYTES"},
		{regexp.MustCompile(`getppid\(\) += \d+`), "getppid() = N"},
		{regexp.MustCompile(` +=`), " ="}, // the column depends on the lengths above
	}
)

// distinct returns the lines with what differs from run to run taken out, split
// lines joined, sorted, each once.
func distinct(text string) []string {
	for m := leadingPid.FindStringSubmatch(text); m != nil; m = leadingPid.FindStringSubmatch(text) {
		// Only where an id can stand: the number may be a size too.
		text = regexp.MustCompile(`(?m)(^|si_pid=|kill\(|get[pt]id\(\) +=|(?:set_tid_address|clone3?|v?fork)\(.*\) +=|wait4\()( *)`+m[1]+`\b`).
			ReplaceAllString(text, "${1}${2}PID")
	}
	for _, f := range folds {
		text = f.re.ReplaceAllString(text, f.to)
	}
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "<unfinished ...>") && !strings.Contains(line, " resumed>") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// known are the lines in which this differs from strace, and why.
var known = []string{
	"rseq(", // its length is in hexadecimal with strace
}

func minus(a, b []string) (left []string) {
	for _, line := range a {
		isKnown := slices.ContainsFunc(known, func(k string) bool { return strings.Contains(line, k) })
		if _, found := slices.BinarySearch(b, line); !found && !isKnown {
			left = append(left, line)
		}
	}
	return left
}

func TestProgramsLookAsUnderStrace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a file")
	if err := os.WriteFile(file, []byte("text\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"/bin/true"},
		{"/bin/ls", dir},
		{"/bin/ls", "-la", dir},
		{"/bin/ls", dir + "/none"},
		{"/bin/cat", file},
		{"/bin/sh", "-c", "exit 3"},
		{"/bin/sh", "-c", "cd /nonexistent; umask 077; ulimit -c; trap 'echo x' USR1; kill -USR1 $$; wait"},
		{"/bin/sh", "-c", "kill -TERM $$"},
		{"/bin/sh", "-c", "ulimit -c 0; kill -SEGV $$"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			want, got := distinct(strace(t, args...)), distinct(run(t, engine.Config{}, false, args...))
			for _, line := range minus(want, got) {
				t.Error("strace only:", line)
			}
			for _, line := range minus(got, want) {
				t.Error("utrace only:", line)
			}
		})
	}
}

func TestColumnsAreStraces(t *testing.T) {
	want := strace(t, "/bin/true")
	got := run(t, engine.Config{}, false, "/bin/true")
	pad := regexp.MustCompile(`(?m) (close\(3\) +=|exit_group\(0\) += \?|brk\(NULL\) +=|\+\+\+ .*)`)
	w, g := pad.FindAllString(want, -1), pad.FindAllString(got, -1)
	if len(w) != len(g) || len(w) < 4 {
		t.Fatalf("%q and %q", w, g)
	}
	for i := range w {
		if len(w[i]) != len(g[i]) {
			t.Errorf("got %q, want %q", g[i], w[i])
		}
	}
}

var oneLine = regexp.MustCompile(`^(\d+ +|\[pid +\d+\] )?(<\.\.\. \w+ resumed>.*|\w+\(.*|--- .*|\+\+\+ .*)$`)

func TestManyProcesses(t *testing.T) {
	out := run(t, engine.Config{}, true, "/bin/sh", "-c", "for i in 1 2 3; do (true; exec cat /dev/null) & done; wait")
	lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
	if strings.HasPrefix(lines[0], "[pid") || !strings.HasPrefix(lines[0], "execve(") {
		t.Errorf("a lone process has a prefix: %s", lines[0])
	}
	if last := lines[len(lines)-1]; last != "+++ exited with 0 +++" {
		t.Errorf("last line: %s", last)
	}
	if n := strings.Count(out, "+++ exited with 0 +++"); n != 4 {
		t.Errorf("%d ends, want 4", n)
	}
	if !strings.Contains(out, "[pid ") {
		t.Error("no prefix among several")
	}
	open := map[string]string{}
	for _, line := range lines {
		m := oneLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("odd line %q", line)
			continue
		}
		pid, rest := m[1], m[2]
		name, _, _ := strings.Cut(strings.TrimPrefix(rest, "<... "), "(")
		name, _, resumed := strings.Cut(name, " resumed>")
		switch {
		case strings.HasSuffix(line, "<unfinished ...>"):
			open[pid] = name
		case resumed && pid != "" && open[pid] != name && open[""] != name: // "" before it had company
			t.Errorf("resumed, but never unfinished: %s", line)
		case resumed:
			delete(open, pid)
		}
	}
}

func TestDeathInsideACall(t *testing.T) {
	out := run(t, engine.Config{}, true, "/bin/sh", "-c", "kill -KILL $$")
	if !regexp.MustCompile(`\nkill\(\d+, SIGKILL\) +=( 0| \?)\n\+\+\+ killed by SIGKILL \+\+\+\n$`).MatchString(out) {
		t.Error("it ends with\n" + out[max(0, len(out)-200):])
	}
}

func TestDeathInsideASleep(t *testing.T) {
	const script = `sleep 1000 & p=$!
until read -r _ name state _ </proc/$p/stat && [ "$name$state" = "(sleep)S" ]; do :; done
kill -KILL $p; wait`
	out := run(t, engine.Config{}, false, "/bin/sh", "-c", script)
	if !regexp.MustCompile(`(?m)^\d+ +<\.\.\. clock_nanosleep resumed> <unfinished \.\.\.>\) = \?\n(.*\n)*\d+ +\+\+\+ killed by SIGKILL`).MatchString(out) {
		t.Error("the call that it died in has no end in\n" + out)
	}
}

// TestAFullOutputHoldsTheProgram has no room for a second line: every call ends
// in a stop, and the sink lets go.
func TestAFullOutputHoldsTheProgram(t *testing.T) {
	free := distinct(run(t, engine.Config{}, false, "/bin/cat", "/dev/null"))
	held := distinct(runWith(t, engine.Config{}, false, 1, "/bin/cat", "/dev/null"))
	if !slices.Equal(free, held) {
		t.Errorf("%d lines held, %d free", len(held), len(free))
	}
}

func TestASetNarrows(t *testing.T) {
	set, err := syscalls.ParseSet("openat,exit_group")
	if err != nil {
		t.Fatal(err)
	}
	out := run(t, engine.Config{Set: set}, true, "/bin/true")
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "openat(") && !strings.HasPrefix(line, "exit_group(") && !strings.HasPrefix(line, "+++") {
			t.Errorf("unasked for: %s", line)
		}
	}
	if !strings.Contains(out, "openat(") {
		t.Errorf("nothing in %q", out)
	}
}

func TestStrsize(t *testing.T) {
	c := engine.Config{Params: map[string]string{"strsize": "4"}}
	if out := run(t, c, true, "/bin/echo", "abcdefgh"); !strings.Contains(out, `write(1, "abcd"..., 9) `) {
		t.Errorf("strings are not cut:\n%s", out)
	}
	if _, err := New(engine.Config{Params: map[string]string{"strsize": "x"}}); err == nil || !strings.Contains(err.Error(), "strsize=x") {
		t.Errorf("strsize=x: %v", err)
	}
}
