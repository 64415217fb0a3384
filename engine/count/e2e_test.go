package count

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"utrace"
	"utrace/engine"
	"utrace/linux"
	"utrace/syscalls"
)

// run runs a program under a count engine, and under more, nearer to the
// program, and returns the table.
func run(t *testing.T, c engine.Config, args []string, more ...*utrace.Ops) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	c.Out = &out
	inst, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tr.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	proc, err := tr.Start(exec.Command(args[0], args[1:]...), func(task *utrace.Task) error {
		e, err := inst.Attach(task)
		if err != nil {
			return err
		}
		e.Put()
		for _, ops := range more {
			e, err := task.Attach(utrace.AttachCreate, ops, nil)
			if err != nil {
				return err
			}
			defer e.Put()
			if err := e.SetEvents(utrace.EventSyscall); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proc.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	for _, task := range tr.Tasks() { // children that outlive their parent
		<-task.Process().Done()
	}
	if err := tr.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := inst.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// strace runs the same under strace -c -f.
func strace(t *testing.T, args []string) string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	file := filepath.Join(t.TempDir(), "strace")
	_ = exec.Command(path, append([]string{"-c", "-f", "-w", "-o", file}, args...)...).Run() // the program's status
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type counts struct{ calls, errors int }

// parse reads either's table.
func parse(t *testing.T, table string) map[string]counts {
	t.Helper()
	all := map[string]counts{}
	for l := range strings.Lines(table) {
		f := strings.Fields(l)
		if len(f) < 5 || f[0] == "%" || f[0][0] == '-' || f[0] == "did" {
			continue
		}
		var c counts
		var err error
		if c.calls, err = strconv.Atoi(f[3]); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		name := f[4]
		if errors, err := strconv.Atoi(name); err == nil {
			c.errors, name = errors, f[5]
		}
		all[name] = c
	}
	if len(all) == 0 {
		t.Fatalf("no table in %q", table)
	}
	return all
}

// threaded is a program whose threads make the same calls in any order.
const threaded = `
import os, threading
def work():
    for i in range(50): os.getppid(); os.access("/none", os.R_OK)
threads = [threading.Thread(target=work) for i in range(8)]
for t in threads: t.start()
for t in threads: t.join()
`

// timing are calls whose number depends on which thread or process comes first.
// It differs from run to run of strace too, and so with a tracer's cost.
//
//   - futex: a lock that is taken, or a wait that is over before it begins, is
//     none or several calls.
//   - wait4, rt_sigreturn, rt_sigsuspend: a child that has ended
//     before its parent looks interrupts nothing.
//   - mmap, munmap, mprotect, madvise: a thread whose stack another has left, or
//     that meets a busy malloc arena, makes more or fewer.
var timing = map[string][]string{
	"threaded python": {"futex", "mmap", "munmap", "mprotect", "madvise"},
	"sh":              {"wait4", "rt_sigreturn", "rt_sigsuspend"},
}

func TestCountsAsStrace(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "x.c")
	if err := os.WriteFile(source, []byte("#include <stdio.h>\nint main(void) { return puts(\"x\"); }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	object, archive := filepath.Join(dir, "x.o"), filepath.Join(dir, "x.tar")
	for _, c := range []struct {
		name string
		args []string
	}{
		{"true", []string{"true"}},
		{"ls", []string{"ls", "-la", "/usr/lib"}},
		{"ls fails", []string{"ls", "/none"}},
		{"sh", []string{"sh", "-c", "ls / > /dev/null; (exit 1); echo x | cat > /dev/null; cd /none; exec true"}},
		{"threaded python", []string{python(t), "-c", threaded}},
		{"gcc", []string{"gcc", "-c", "-o", object, source}},
		{"tar", []string{"tar", "cf", archive, "-C", "/usr/include", "linux"}},
		{"killed by itself", []string{"sh", "-c", "kill -9 $$"}},
		{"killed in a call", []string{"timeout", "-s", "KILL", "0.1", "sleep", "100"}},
		{"caught signals", []string{"sh", "-c", "trap : USR1; kill -USR1 $$; kill -USR1 $$"}},
		{"find", []string{"find", "/usr/include/linux"}},
		{"awk", []string{"awk", `BEGIN { while (getline < "/etc/passwd") n++; print n }`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := exec.LookPath(c.args[0]); err != nil {
				t.Skip(err)
			}
			run(t, engine.Config{}, c.args) // caches, and what a first run leaves
			want := parse(t, strace(t, c.args))
			got := parse(t, run(t, engine.Config{}, c.args))
			delete(got, "total")
			delete(want, "total")
			for _, name := range timing[c.name] {
				delete(got, name)
				delete(want, name)
			}
			for name := range want {
				if got[name] != want[name] {
					t.Errorf("%s: %+v, strace counts %+v", name, got[name], want[name])
				}
				delete(got, name)
			}
			if len(got) != 0 {
				t.Errorf("strace does not count %v", got)
			}
		})
	}
}

// python returns the interpreter itself: the first in PATH may be a script.
func python(t *testing.T) string {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skip(err)
	}
	return strings.TrimSpace(string(out))
}

func TestSetNarrows(t *testing.T) {
	set, err := syscalls.ParseSet("openat,close")
	if err != nil {
		t.Fatal(err)
	}
	got := parse(t, run(t, engine.Config{Set: set}, []string{"true"}))
	total := got["openat"].calls + got["close"].calls
	if len(got) != 3 || total == 0 || got["total"].calls != total {
		t.Errorf("counted %v, want openat, close and their total", got)
	}
}

// What nobody saw return is named, with how long it lasted; exit_group is not.
func TestNotReturned(t *testing.T) {
	table := run(t, engine.Config{}, []string{"timeout", "-s", "KILL", "0.2", "sleep", "100"})
	lines := strings.Split(strings.TrimSpace(table), "\n")
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, "did not return (longest): ") || !strings.Contains(last, "nanosleep 1 (") || strings.Contains(last, "exit_group") {
		t.Errorf("the last line is %q, want that a nanosleep did not return", last)
	}
}

func TestTimesAreWallTime(t *testing.T) {
	table := run(t, engine.Config{}, []string{"sleep", "0.2"})
	for l := range strings.Lines(table) {
		if f := strings.Fields(l); slices.Contains(f, "clock_nanosleep") {
			if sec, err := strconv.ParseFloat(f[1], 64); err != nil || sec < 0.2 || sec > 20 {
				t.Errorf("%s s in clock_nanosleep, want 0.2", f[1])
			}
			return
		}
	}
	t.Errorf("no clock_nanosleep in\n%s", table)
}

// A call that another engine aborts counts, as an error, and is not made.
func TestAbortedCallCounts(t *testing.T) {
	sleep, ok := syscalls.ByName(syscalls.AMD64, "clock_nanosleep")
	if !ok {
		t.Fatal("no clock_nanosleep")
	}
	abort := utrace.Ops{Name: "abort", SyscallEntry: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Nr() == sleep.Nr {
			c.SetError(1)
			return utrace.SyscallAbort | utrace.Resume
		}
		return a.NoOpinion()
	}}
	got := parse(t, run(t, engine.Config{}, []string{"sleep", "1000"}, &abort))
	if c := got["clock_nanosleep"]; c != (counts{1, 1}) {
		t.Errorf("clock_nanosleep: %+v, want one that failed", c)
	}
}

// Several hundred short processes leave their counts and nothing else.
func TestManyProcesses(t *testing.T) {
	const n = 200
	inst := newCounter(t, nil)
	inst.out = &bytes.Buffer{}
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("i=0; while [ $i -lt %d ]; do (exit 0); i=$((i+1)); done", n)
	proc, err := tr.Start(exec.Command("dash", "-c", script), func(task *utrace.Task) error {
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
	if err := tr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(inst.live) != 0 {
		t.Errorf("%d threads are still there, want none", len(inst.live))
	}
	if err := inst.Close(); err != nil {
		t.Fatal(err)
	}
	forks := inst.gone.of(idNamed(t, syscalls.AMD64, "clone")).calls + inst.gone.of(idNamed(t, syscalls.AMD64, "fork")).calls
	if forks != n {
		t.Errorf("%d forks are counted, want %d", forks, n)
	}
}
