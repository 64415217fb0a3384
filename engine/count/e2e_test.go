package count

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
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
	table := run(t, engine.Config{}, []string{"sh", "-c", "true & wait; kill -9 $$"})
	lines := strings.Split(strings.TrimSpace(table), "\n")
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, "did not return (longest): ") || !strings.Contains(last, " kill 1 (") || strings.Contains(last, "exit_group") {
		t.Errorf("the last line is %q, want that kill did not return", last)
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
