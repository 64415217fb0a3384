package ptrace_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var rounds = flag.Int("rounds", 2, "how often the crowd runs, and how many tracers are killed")

// TestCrowd: 200 threads and 50 processes under an inner strace -f. No event is
// lost: every end is told of, and the exit statuses are right.
func TestCrowd(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	ends := regexp.MustCompile(`(?m)^\d+ +\+\+\+ exited with \d+ \+\+\+$`)
	for round := range *rounds {
		dir := t.TempDir()
		got := command{argv: []string{"strace", "-f", "-o", "log", "-e", "trace=exit_group", "-e", "signal=none", bin("crowd")}, dir: dir}.under().run()
		log, err := os.ReadFile(filepath.Join(dir, "log"))
		if err != nil {
			t.Fatalf("%v\n%+v", err, got)
		}
		if got.out != "ended 50, wrong 0\n" || got.ending != "0" {
			t.Errorf("round %d: %+v", round, got)
		}
		// The main process, 50 children, 200 threads.
		if n := len(ends.FindAll(log, -1)); n != 251 {
			t.Errorf("round %d: strace tells of %d ends, want 251", round, n)
		}
	}
}

// TestKilledTracer: kill -9 of the inner tracer at a random moment. What it has
// begun dies with it (EXITKILL), and nothing is left stopped.
func TestKilledTracer(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	for round := range *rounds {
		after := time.Duration(rand.IntN(300)) * time.Millisecond
		script := fmt.Sprintf(`strace -f -o /dev/null "$BIN/crowd" > out & S=$!; sleep %.3f; kill -9 $S; wait $S; echo "strace ended with $?"`, after.Seconds())
		got := command{argv: []string{"sh", "-c", script}, dir: t.TempDir(), env: []string{"BIN=" + binDir}}.under().run()
		if got.ending != "0" || !strings.Contains(got.out, "strace ended with 137\n") && !strings.Contains(got.out, "strace ended with 0\n") {
			t.Errorf("round %d, killed after %v: %+v", round, after, got)
		}
		if left := processesOf(bin("crowd")); len(left) > 0 {
			t.Errorf("round %d, killed after %v: left behind: %v", round, after, left)
		}
	}
}

// TestKilledAttacher: the same of one that has attached: what it traced runs on.
func TestKilledAttacher(t *testing.T) {
	if err := debuggees(); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf(`"$BIN/loop" > pid & P=$!; until [ -s pid ]; do sleep 0.02; done
for i in $(seq %d); do strace -f -o /dev/null -p $P 2>/dev/null & S=$!; sleep 0.0$i; kill -9 $S; wait $S; done
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
