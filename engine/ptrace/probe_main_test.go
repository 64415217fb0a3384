// Package ptrace_test holds ptrace as the programs inside have it against
// ptrace as Linux has it: the probe's cases and real debuggers run untraced and
// under utrace, and must print the same.
package ptrace_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// twice checks the tests themselves: what differs then is their own chance.
var twice = flag.Bool("twice", false, "hold untraced runs against each other, not against those under utrace")

// The programs that the tests build, in a directory that ends with them.
var (
	binDir    string
	utraceBin string
)

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "probe")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		panic(err)
	}
	binDir, utraceBin = dir, filepath.Join(dir, "utrace")
	if out, err := exec.Command("go", "build", "-o", utraceBin, "utrace/cmd/utrace").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("go build: %v\n%s", err, out))
	}
	// No core files; and what loses its parent becomes ours, so that it can be seen.
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		panic(err)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		panic(err)
	}
	status := m.Run()
	if left := leftBehind(); len(left) > 0 {
		fmt.Fprintf(os.Stderr, "processes left behind:\n%s\n", strings.Join(left, "\n"))
		return 1
	}
	return status
}

// leftBehind returns the living processes that are ours or became ours, after a
// while in which they may end; it ends them.
func leftBehind() (left []string) {
	for end := time.Now().Add(3 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG|unix.WALL, nil)
		if err == unix.ECHILD {
			return nil
		}
		if pid == 0 && time.Now().After(end) {
			break
		}
	}
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, task := range tasks {
		children, _ := os.ReadFile(task)
		for child := range strings.FieldsSeq(string(children)) {
			command, _ := os.ReadFile("/proc/" + child + "/cmdline")
			left = append(left, fmt.Sprintf("%s: %.200q", child, command))
			var pid int
			fmt.Sscan(child, &pid)
			unix.Kill(pid, unix.SIGKILL)
		}
	}
	return left
}

// outcome is what a program printed and how it ended.
type outcome struct {
	out, err string
	ending   string // exit status, signal, or "no end" after the limit
}

// command is a program to run.
type command struct {
	argv  []string
	env   []string // added to the environment
	dir   string
	stdin string
	limit time.Duration // one minute if 0
	// during is called when the program has started.
	during func(pid int)
}

// run runs a program, in a process group that ends with it.
func (c command) run() outcome {
	limit := c.limit
	if limit == 0 {
		limit = time.Minute
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &out, &errs, c.dir
	cmd.Stdin = strings.NewReader(c.stdin)
	cmd.Env = append(os.Environ(), c.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = 2 * time.Second
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	err := cmd.Start()
	if err == nil {
		if c.during != nil {
			c.during(cmd.Process.Pid)
		}
		err = cmd.Wait()
		unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
	}
	return outcome{out.String(), errs.String(), ending(ctx, err)}
}

func ending(ctx context.Context, err error) string {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "no end"
	case err == nil:
		return "0"
	case !errors.As(err, &exit):
		return err.Error()
	}
	if ws := exit.Sys().(syscall.WaitStatus); ws.Signaled() {
		return unix.SignalName(ws.Signal())
	}
	return fmt.Sprint(exit.ExitCode())
}

// under is the program under utrace, with no engine but ptrace.
func (c command) under(flags ...string) command {
	if len(flags) == 0 {
		flags = []string{"-e", "none"}
	}
	argv := append([]string{utraceBin, "run"}, flags...)
	c.argv = append(append(argv, "--"), c.argv...)
	return c
}

// difference shows where two texts part, with the lines around; "" if nowhere.
func difference(bare, under string) string {
	if bare == under {
		return ""
	}
	a, b := strings.Split(bare, "\n"), strings.Split(under, "\n")
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	show := func(lines []string) string {
		return strings.Join(lines[max(0, n-4):min(len(lines), n+8)], "\n\t\t")
	}
	return fmt.Sprintf("from line %d on:\n\tuntraced\n\t\t%s\n\tunder utrace\n\t\t%s", n+1, show(a), show(b))
}
