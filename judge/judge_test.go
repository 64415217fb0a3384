// Package judge_test runs real programs untraced, under one engine and under
// five. What they print and how they end must be the same.
package judge_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
)

// limit bounds every run of a program. None takes more than some seconds.
const limit = 60 * time.Second

var (
	utraceBin string // the command, built for the tests
	openDir   string // a directory for programs that are run by another user
)

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "judge")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	utraceBin, openDir = filepath.Join(dir, "utrace"), filepath.Join(dir, "open")
	for path, mode := range map[string]os.FileMode{dir: 0o755, openDir: 0o777} {
		os.Mkdir(path, mode)
		if err := os.Chmod(path, mode); err != nil {
			panic(err)
		}
	}
	if out, err := exec.Command("go", "build", "-o", utraceBin, "utrace/cmd/utrace").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("go build: %v\n%s", err, out))
	}
	// What loses its parent becomes ours, so that it can be seen.
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
// while in which they may end.
func leftBehind() []string {
	for end := time.Now().Add(3 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		switch {
		case err == unix.ECHILD:
			return nil
		case pid > 0 || time.Now().Before(end):
		default:
			return descendants(os.Getpid())
		}
	}
}

// descendants describes the processes below pid, to be printed.
func descendants(pid int) (lines []string) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	for _, task := range tasks {
		children, _ := os.ReadFile(task + "/children")
		for child := range strings.FieldsSeq(string(children)) {
			lines = append(lines, describe("/proc/"+child))
			n, _ := strconv.Atoi(child)
			lines = append(lines, descendants(n)...)
		}
	}
	return lines
}

// describe tells of a process what its threads are doing.
func describe(proc string) string {
	var b strings.Builder
	command, _ := os.ReadFile(proc + "/cmdline")
	fmt.Fprintf(&b, "%s: %.100q", filepath.Base(proc), command)
	tasks, _ := filepath.Glob(proc + "/task/*")
	for _, task := range tasks {
		fmt.Fprintf(&b, "\n\t%s:", filepath.Base(task))
		status, _ := os.ReadFile(task + "/status")
		for line := range strings.Lines(string(status)) {
			switch key, value, _ := strings.Cut(line, ":"); key {
			case "State", "TracerPid", "SigPnd", "ShdPnd":
				fmt.Fprintf(&b, " %s %s", key, strings.TrimSpace(value))
			}
		}
		for _, name := range []string{"wchan", "syscall"} {
			text, _ := os.ReadFile(task + "/" + name)
			fmt.Fprintf(&b, " %s %.40s", name, strings.TrimSpace(string(text)))
		}
	}
	return b.String()
}

// program is a program to run, in a directory of each run's own.
type program struct {
	argv    []string
	dir     string   // where to run; "": a new, empty directory
	env     []string // added to the environment
	nobody  bool     // to be run by an unprivileged user
	library bool     // five engines of the library instead of the command's
	setup   func(t *testing.T, dir string)

	// same makes the same of what may differ untraced, in out and err.
	same func(text string) string
}

// result is what must be the same.
type result struct{ out, err, status string }

// tracing is a manner of running a program.
type tracing struct {
	name  string
	argv  []string // in front of the program
	count int      // of engines of the library
}

func (p *program) tracings() []tracing {
	five := tracing{name: "five engines", argv: []string{utraceBin, "run",
		"-e", "nop", "-e", "nop", "-e", "trace:all:out=/dev/null", "-e", "nop", "-e", "nop", "--"}}
	if p.library {
		five = tracing{name: "five engines of the library", count: 5}
	}
	// One owner, which runs wherever it is put, as different from the other as can be.
	one := tracing{name: "one engine", argv: []string{utraceBin, "run", "--no-placement", "-e", "nop", "--"}}
	return []tracing{one, five}
}

// judge runs p untraced and traced, and compares. It returns the untraced result.
func (p *program) judge(t *testing.T) result {
	t.Helper()
	begin := time.Now()
	want := p.run(t, tracing{name: "untraced"})
	times := fmt.Sprintf("untraced %.2fs", time.Since(begin).Seconds())
	for _, tr := range p.tracings() {
		begin := time.Now()
		got := p.run(t, tr)
		times += fmt.Sprintf(", %s %.2fs", tr.name, time.Since(begin).Seconds())
		compare(t, tr.name, "status", got.status, want.status)
		compare(t, tr.name, "output", got.out, want.out)
		compare(t, tr.name, "errors", got.err, want.err)
	}
	t.Log(times)
	return want
}

func compare(t *testing.T, name, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("%s: %s, line %d of %d: %.500q, untraced (%d lines) %.500q", name, what, i+1, len(g), g[i], len(w), w[i])
			return
		}
	}
	t.Errorf("%s: %s: %d lines, untraced %d; last %.500q", name, what, len(g), len(w), got[max(0, len(got)-400):])
}

func (p *program) run(t *testing.T, tr tracing) result {
	t.Helper()
	dir := p.dir
	if dir == "" {
		if p.nobody {
			dir = openDir
		} else {
			dir = t.TempDir()
		}
	}
	if p.setup != nil {
		p.setup(t, dir)
	}
	argv := append(append([]string(nil), tr.argv...), p.argv...)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(environ(), "LC_ALL=C")
	cmd.Env = append(cmd.Env, p.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.nobody && os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var status string
	if tr.count > 0 {
		status = byLibrary(t, cmd, tr.count)
	} else {
		status = byItself(t, tr.name, cmd)
	}
	r := result{out.String(), errs.String(), status}
	if p.same != nil {
		r.out, r.err = p.same(r.out), p.same(r.err)
	}
	return r
}

// byItself runs a command that is untraced or brings its own tracer.
func byItself(t *testing.T, name string, cmd *exec.Cmd) string {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	late := time.AfterFunc(limit, func() {
		t.Errorf("%s: not ended after %v:\n%s\n%s", name, limit, describe(fmt.Sprint("/proc/", cmd.Process.Pid)),
			strings.Join(descendants(cmd.Process.Pid), "\n"))
		unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
	})
	err := cmd.Wait()
	late.Stop()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	return ending(unix.WaitStatus(cmd.ProcessState.Sys().(syscall.WaitStatus)))
}

func ending(ws unix.WaitStatus) string {
	if ws.Signaled() {
		return unix.SignalName(ws.Signal())
	}
	return strconv.Itoa(ws.ExitStatus())
}

// counted is an engine's count of calls.
type counted struct{ entries, exits atomic.Int64 }

// byLibrary runs a program under engines that count calls, with an owner for each
// thread. All must be told of the same.
func byLibrary(t *testing.T, cmd *exec.Cmd, count int) string {
	t.Helper()
	tr, err := linux.Open(linux.Options{MaxTracees: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	defer func() {
		if err := tr.Close(ctx); err != nil {
			t.Error("close:", err)
		}
	}()
	counts := make([]counted, count)
	proc, err := tr.Start(cmd, func(task *utrace.Task) error {
		for i := range counts {
			c := &counts[i]
			e, err := task.Attach(utrace.AttachCreate, &utrace.Ops{
				Name: strconv.Itoa(i),
				SyscallEntry: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
					c.entries.Add(1)
					return a
				},
				SyscallExit: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
					c.exits.Add(1)
					return a
				},
			}, nil)
			if err != nil {
				return err
			}
			e.SetFollow(true)
			if err := e.SetEvents(utrace.EventSyscall); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := proc.Wait(ctx)
	if err != nil {
		t.Fatalf("wait: %v\n%s", err, strings.Join(descendants(os.Getpid()), "\n"))
	}
	for i := range counts {
		entries, exits := counts[i].entries.Load(), counts[i].exits.Load()
		if entries == 0 || entries != counts[0].entries.Load() || exits != counts[0].exits.Load() {
			t.Errorf("engine %d is told of %d entries and %d exits, engine 0 of %d and %d",
				i, entries, exits, counts[0].entries.Load(), counts[0].exits.Load())
		}
	}
	return ending(ws)
}

// need skips a test if a program is not installed.
func need(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
}

// compile builds testdata/NAME.c.
func compile(t *testing.T, name string, flags ...string) string {
	t.Helper()
	need(t, "gcc")
	out := filepath.Join(t.TempDir(), name)
	args := append([]string{"-O2", "-w", "-o", out, "testdata/" + name + ".c"}, flags...)
	if b, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc %s: %v\n%s", name, err, b)
	}
	return out
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// environ is the environment without what a make that runs the tests has put
// there: the make that is judged would take itself for its child.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return name == "MAKEFLAGS" || name == "MFLAGS" || name == "MAKELEVEL"
	})
}
