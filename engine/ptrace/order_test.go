package ptrace_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/engine"
	"utrace/engine/ptrace"
	"utrace/linux"
	"utrace/syscalls"
)

// buildStops compiles the tracer of testdata/stops.
func buildStops(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "stops")
	if out, err := exec.Command("gcc", "-O1", "-o", bin, "testdata/stops/stops.c").CombinedOutput(); err != nil {
		t.Fatalf("%v: scripts/deps installs what is missing\n%s", err, out)
	}
	return bin
}

// runWith runs a program with these engines, the first closest to the kernel, and
// returns what it prints.
func runWith(t *testing.T, argv []string, attach ...func(*utrace.Task) error) string {
	t.Helper()
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	defer tr.Close(ctx)
	var out bytes.Buffer
	cmd := &exec.Cmd{Path: argv[0], Args: argv, Stdout: &out, Stderr: &out}
	proc, err := tr.Start(cmd, func(task *utrace.Task) error {
		for _, a := range attach {
			if err := a(task); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	status, err := proc.Wait(ctx)
	if err != nil || !status.Exited() || status.ExitStatus() != 0 {
		t.Errorf("status %#x, %v; it printed\n%s", uint32(status), err, out.String())
	}
	return out.String()
}

func asPtrace(t *testing.T) func(*utrace.Task) error {
	inst, err := ptrace.Kind.New(engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return func(task *utrace.Task) error {
		e, err := inst.Attach(task)
		if err == nil {
			e.Put()
		}
		return err
	}
}

// recorder writes down what it sees of getppid and getpid of all threads.
type recorder struct {
	name  string
	mu    sync.Mutex
	lines []string
}

func (r *recorder) attach(task *utrace.Task) error {
	ops := &utrace.Ops{
		Name: r.name,
		SyscallEntry: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			round := "first"
			if a.Resumed() {
				round = "further"
			}
			r.add("entry of %s, %s round", c.Name(), round)
			return a.NoOpinion()
		},
		SyscallExit: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			result := "a process"
			if c.Result() == 4711 {
				result = "4711"
			} else if c.Result() == int64(c.Task().PID()) {
				result = "its own id"
			}
			r.add("exit of %s: %s", c.Name(), result)
			return a.NoOpinion()
		},
	}
	set, err := syscalls.ParseSet("getppid,getpid")
	if err != nil {
		return err
	}
	e, err := task.Attach(utrace.AttachCreate, ops, nil)
	if err != nil {
		return err
	}
	defer e.Put()
	e.SetFollow(true)
	if err := e.SetSyscalls(set); err != nil {
		return err
	}
	return e.SetEvents(utrace.EventSyscall)
}

func (r *recorder) add(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// An engine closer to the kernel sees what the tracer inside made of the call, in
// a second round; one closer to the program sees what that asked for and what it
// finally got.
func TestOrder(t *testing.T) {
	before, after := &recorder{name: "before"}, &recorder{name: "after"}
	out := runWith(t, []string{buildStops(t), "change"}, before.attach, asPtrace(t), after.attach)
	if want := "number at the exit: getpid\ngot 4711\ngot its parent\nexited 3\n"; out != want {
		t.Errorf("it printed\n%swant\n%s", out, want)
	}
	want := []string{"entry of getppid, first round", "entry of getpid, further round", "exit of getpid: its own id"}
	if !contains(before.lines, want) {
		t.Errorf("closer to the kernel:\n%s\nwant somewhere\n%s", strings.Join(before.lines, "\n"), strings.Join(want, "\n"))
	}
	want = []string{"entry of getppid, first round", "entry of getppid, further round", "exit of getppid: 4711"}
	if !contains(after.lines, want) {
		t.Errorf("closer to the program:\n%s\nwant somewhere\n%s", strings.Join(after.lines, "\n"), strings.Join(want, "\n"))
	}
}

// contains reports whether want stands in lines, in one piece.
func contains(lines, want []string) bool {
	for i := range lines {
		if i+len(want) <= len(lines) && slices.Equal(lines[i:i+len(want)], want) {
			return true
		}
	}
	return false
}

// PTRACE_SYSVM, and its later spelling.
func TestSysvm(t *testing.T) {
	bin := buildStops(t)
	want := fmt.Sprintf("supported: 3\nunknown bit: %d\n", unix.EINVAL) +
		"after SKIPEXIT: entry of getuid\ngot its parent\nafter SKIPCALL: entry of getuid\ngot 4711\nexited 3\n"
	for _, args := range [][]string{{"vm"}, {"vm", "by PTRACE_SYSCALL"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			if out := runWith(t, append([]string{bin}, args...), asPtrace(t)); out != want {
				t.Errorf("it printed\n%swant\n%s", out, want)
			}
		})
	}
}

// A thread has one tracer, and engines of other kinds beside it (S122).
func TestSecondEngine(t *testing.T) {
	inst, err := ptrace.Kind.New(engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	runWith(t, []string{"/bin/true"}, func(task *utrace.Task) error {
		e, err := inst.Attach(task)
		if err != nil {
			return err
		}
		e.Put()
		if _, err := inst.Attach(task); err == nil {
			t.Error("the engine attached twice")
		}
		return nil
	})
}
