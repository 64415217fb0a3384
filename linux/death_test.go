package linux_test

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var kills = flag.Int("kills", 100, "how often TestKill9 kills a tracer")

// TestKill9: the tracer is killed at random moments under load. What it ran
// dies; what it attached to runs on, in every thread; nothing is left stopped.
func TestKill9(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	trace := "trace:out=" + filepath.Join(t.TempDir(), "out")
	for i, engine := range []string{"nop", trace} {
		name, _, _ := strings.Cut(engine, ":")
		rnd := rand.New(rand.NewPCG(seed, uint64(i)))
		t.Run("run/"+name, func(t *testing.T) {
			for range *kills / 4 {
				killRun(t, engine, moment(rnd))
			}
		})
		t.Run("attach/"+name, func(t *testing.T) {
			u := launch(t, build(t, "crowd"), "fork", "8")
			for range *kills / 4 {
				killAttach(t, u, engine, moment(rnd))
			}
			u.ask(t, "end", "ended 8 0")
		})
	}
}

// moment is some time after the start of a tracer: often while it still begins.
func moment(rnd *rand.Rand) time.Duration {
	limit := 20 * time.Millisecond
	if rnd.IntN(2) == 0 {
		limit = 200 * time.Millisecond
	}
	return time.Duration(rnd.Int64N(int64(limit)))
}

// killRun runs the load under a tracer, in a process group of their own.
func killRun(t *testing.T, engine string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(command(t), "run", "-e", engine, build(t, "crowd"), "fork", "8")
	in, err := cmd.StdinPipe() // its end would end the program
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after) // the random moment
	cmd.Process.Kill()
	cmd.Wait()
	within(t, func() string {
		for _, pid := range groupOf(cmd.Process.Pid) {
			if m := threadStatus(pid, pid); m != nil && !strings.HasPrefix(m["State"], "Z") {
				return fmt.Sprintf("killed after %v: process %d (%s) lives, %s", after, pid, m["Name"], m["State"])
			}
		}
		return ""
	})
	for _, pid := range groupOf(cmd.Process.Pid) {
		unix.Kill(pid, unix.SIGKILL)
	}
}

// killAttach attaches a tracer to the load.
func killAttach(t *testing.T, u *untraced, engine string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(command(t), "attach", "-e", engine, strconv.Itoa(u.Process.Pid))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after) // the random moment
	cmd.Process.Kill()
	cmd.Wait()
	pids := append(groupOf(u.Process.Pid), u.Process.Pid)
	for _, pid := range pids {
		alone(t, pid)
	}
	if t.Failed() {
		t.Fatalf("killed after %v", after)
	}
	u.ask(t, "tick", "ticked 0")
}

// groupOf lists the processes of a process group.
func groupOf(pgrp int) (pids []int) {
	for _, dir := range list("/proc") {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		if g, err := unix.Getpgid(pid); err == nil && g == pgrp {
			pids = append(pids, pid)
		}
	}
	return pids
}

// command builds utrace, for everybody to execute.
func command(t testing.TB) string {
	t.Helper()
	builtMu.Lock()
	defer builtMu.Unlock()
	const key = "utrace"
	if p, ok := built[key]; ok {
		return p
	}
	out := filepath.Join(builtDir, key)
	if b, err := exec.Command("go", "build", "-o", out, "utrace/cmd/utrace").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	built[key] = out
	return out
}

// attached starts utrace attach and waits until it has attached.
func attached(t testing.TB, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() {
		r.Close()
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	if line, err := bufio.NewReader(r).ReadString('\n'); !strings.HasPrefix(line, "utrace: attached") {
		t.Fatalf("%v: %q, %v", cmd.Args, line, err)
	}
	return cmd
}
