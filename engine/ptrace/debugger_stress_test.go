package ptrace_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var rounds = flag.Int("rounds", 2, "how often the crowd runs, and how many tracers are killed")

// TestCrowd: 200 threads and 50 processes under an inner strace -f. No event is
// lost: it writes the calls and the ends that a bare strace writes, with the same
// exit statuses.
func TestCrowd(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	strace := func(wrap func(command) command) (log string) {
		dir := t.TempDir()
		argv := []string{"strace", "-f", "-o", "log", "-e", "trace=getppid,wait4,exit,exit_group", "-e", "signal=none", bin("crowd")}
		got := wrap(command{argv: argv, dir: dir}).run()
		text, err := os.ReadFile(filepath.Join(dir, "log"))
		if err != nil {
			t.Fatalf("%v\n%+v", err, got)
		}
		if got.out != "ended 50, wrong 0\n" || got.ending != "0" {
			t.Errorf("%+v", got)
		}
		return foldCrowd(string(text))
	}
	bare := strace(func(c command) command { return c })
	// The main process, 50 children, 200 threads.
	if n := strings.Count(bare, "+++ exited with"); n != 251 {
		t.Fatalf("a bare strace tells of %d ends, want 251", n)
	}
	for round := range *rounds {
		if diff := difference(bare, strace(func(c command) command { return c.under() })); diff != "" {
			t.Errorf("round %d: %s", round, diff)
		}
	}
}

// A line that another process broke lacks a space after its comma.
var crowdFolded = folding(`= \d{2,}$`, "= N", `\s+= `, " = ", `0x[0-9a-f]{6,}`, "ADDR", `-1, *`, "-1, ")

// foldCrowd takes the ids out of a log, and the lines' order.
func foldCrowd(text string) string {
	var lines []string
	for _, line := range wholeLines(text) {
		lines = append(lines, crowdFolded(line.text))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestKilledTracer: kill -9 of the inner tracer at a random moment. What it has
// begun goes on, to its right end, and nothing is left stopped.
func TestKilledTracer(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	ended := map[string]int{}
	for round := range *rounds {
		after := time.Duration(rand.IntN(500)) * time.Millisecond
		script := fmt.Sprintf(`touch log; strace -f -o log "$BIN/crowd" > out & S=$!; until [ -s log ]; do sleep 0.01; done; sleep %.3f; kill -9 $S; wait $S; echo "strace ended with $?"`, after.Seconds())
		dir := t.TempDir()
		got := command{argv: []string{"sh", "-c", script}, dir: dir, env: []string{"BIN=" + binDir}}.under().run()
		if got.ending != "0" || !strings.Contains(got.out, "strace ended with 137\n") && !strings.Contains(got.out, "strace ended with 0\n") {
			t.Errorf("round %d, killed after %v: %+v", round, after, got)
		}
		ended[got.out]++
		out, err := os.ReadFile(filepath.Join(dir, "out"))
		if err != nil || string(out) != "ended 50, wrong 0\n" {
			t.Errorf("round %d, killed after %v: the crowd printed %q, %v", round, after, out, err)
		}
		if left := processesOf(bin("crowd")); len(left) > 0 {
			t.Errorf("round %d, killed after %v: left behind: %v", round, after, left)
		}
	}
	t.Logf("%v", ended)
}

// TestKilledAttacher: the same of one that has attached: what it traced runs on. It
// must have attached: before that strace has children that try out ptrace, and
// whoever kills it then leaves them behind.
func TestKilledAttacher(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf(`"$BIN/loop" > pid & P=$!; until [ -s pid ]; do sleep 0.02; done
for i in $(seq %d); do rm -f log; strace -f -o log -p $P 2>/dev/null & S=$!; until [ -s log ]; do sleep 0.01; done; sleep 0.0$i; kill -9 $S; wait $S; done
kill $P; wait $P; echo "ended with $?"; tail -n +2 pid`, *rounds+3)
	got := command{argv: []string{"sh", "-c", script}, dir: t.TempDir(), env: []string{"BIN=" + binDir}}.under().run()
	if want := "ended with 4\nleft by signal 15\n"; got.out != want || got.ending != "0" {
		t.Errorf("%+v, want %q", got, want)
	}
}

// processesOf lists the processes that run a program, after a while in which
// they may end, with their states; it ends them.
func processesOf(program string) (left []string) {
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left = nil
		exes, _ := filepath.Glob("/proc/[0-9]*/exe")
		for _, exe := range exes {
			if target, err := os.Readlink(exe); err != nil || target != program {
				continue
			}
			stat, _ := os.ReadFile(filepath.Join(filepath.Dir(exe), "stat"))
			left = append(left, string(stat))
		}
		if len(left) == 0 {
			return nil
		}
		if time.Now().After(end) {
			break
		}
	}
	for _, stat := range left {
		var pid int
		fmt.Sscan(stat, &pid)
		unix.Kill(pid, unix.SIGKILL)
	}
	return left
}
