package linux_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// TestThousandThreads: a process with 1000 threads is attached to and detached
// from. All are seen, all run on, none sees an error from its call, and the
// process uses the CPU as before.
func TestThousandThreads(t *testing.T) {
	const n = 1000
	u := launch(t, build(t, "crowd"), strconv.Itoa(n))
	pid := u.Process.Pid
	u.ask(t, "tick", "ticked 0")
	settle(t, pid)
	before := cpuUse(t, pid)

	// What makes it slow does so each time; a machine that is busy does not.
	for range 3 {
		attach, detach, while := thousandThreads(t, u, n)
		settle(t, pid)
		u.ask(t, "tick", "ticked 0")
		after := cpuUse(t, pid)
		t.Logf("attach %v, detach %v; CPU %.1f%% before, %.1f%% traced, %.1f%% after", attach, detach, before, while, after)
		if t.Failed() || max(attach, detach) < 5*time.Second && math.Abs(after-before) <= before/2+2 {
			u.ask(t, "end", fmt.Sprintf("ended %d 0", n))
			return
		}
	}
	t.Error("three times it took more than 5 s, or the process used the CPU otherwise after it than before")
}

// thousandThreads attaches to u, which has n threads beside the first, and detaches.
func thousandThreads(t *testing.T, u *untraced, n int) (attach, detach time.Duration, cpu float64) {
	t.Helper()
	pid := u.Process.Pid
	tr := open(t)
	start := time.Now()
	p, err := tr.Attach(deadline(t), pid, followed)
	if err != nil {
		t.Fatal(err)
	}
	attach = time.Since(start)
	if got := len(p.Tasks()); got != n+1 {
		t.Errorf("attached to %d threads of %d", got, n+1)
	}
	for _, tid := range threadIDs(pid) {
		if _, err := tr.Task(tid); err != nil {
			t.Errorf("thread %d is not seen", tid)
		}
		if threadField(pid, tid, "TracerPid") == "0" {
			t.Errorf("thread %d is not traced", tid)
		}
	}
	u.ask(t, "tick", "ticked 0")
	cpu = cpuUse(t, pid)

	start = time.Now()
	if err := p.Detach(deadline(t)); err != nil {
		t.Fatal(err)
	}
	detach = time.Since(start)
	alone(t, pid)
	if got := len(threadIDs(pid)); got != n+1 {
		t.Errorf("%d threads are left of %d", got, n+1)
	}
	return attach, detach, cpu
}

// TestChurn: the same while threads come and go all the time, again and again.
func TestChurn(t *testing.T) {
	u := launch(t, build(t, "crowd"), "churn", "4")
	pid := u.Process.Pid
	tr := open(t)
	var attach, detach time.Duration
	for range 20 {
		start := time.Now()
		p, err := tr.Attach(deadline(t), pid, followed)
		if err != nil {
			t.Fatal(err)
		}
		attach = max(attach, time.Since(start))
		for _, tid := range threadIDs(pid) {
			within(t, func() string {
				if _, err := tr.Task(tid); err == nil || !threadLives(pid, tid) {
					return ""
				}
				return fmt.Sprintf("thread %d, with tracer %s, is not seen", tid, threadField(pid, tid, "TracerPid"))
			})
		}
		u.ask(t, "tick", "ticked 0")
		start = time.Now()
		if err := p.Detach(deadline(t)); err != nil {
			t.Fatal(err)
		}
		detach = max(detach, time.Since(start))
		alone(t, pid)
		u.ask(t, "tick", "ticked 0")
	}
	t.Logf("at most: attach %v, detach %v", attach, detach)
	if n := len(tr.Tasks()); n > 0 {
		t.Errorf("%d tasks are left", n)
	}
	u.ask(t, "end", "ended 4 0")
}

// TestNothingLeaks: attaches and detaches, and whole tracers, leave no
// descriptors, goroutines, OS threads or children.
func TestNothingLeaks(t *testing.T) {
	u := launch(t, build(t, "crowd"), "40")
	pid := u.Process.Pid
	tr := open(t)
	for _, tt := range []struct {
		name  string
		cycle func()
	}{
		{"attach", func() {
			p, err := tr.Attach(deadline(t), pid, followed)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Task().Memory().ReadAt(make([]byte, 1), 0); err == nil {
				t.Fatal("there is something at address 0")
			}
			if err := p.Detach(deadline(t)); err != nil {
				t.Fatal(err)
			}
		}},
		{"open", func() {
			tr := open(t)
			if _, err := tr.Attach(deadline(t), pid, followed); err != nil {
				t.Fatal(err)
			}
			closeTracer(t, tr)
		}},
	} {
		for range 20 {
			tt.cycle()
		}
		before := resources()
		for range 200 {
			tt.cycle()
		}
		// A thread that ends takes a moment to leave /proc.
		within(t, func() string {
			if after := resources(); after.more(before) {
				return fmt.Sprintf("%s: %+v before, %+v after", tt.name, before, after)
			}
			return ""
		})
		t.Logf("%s: %+v before, %+v after", tt.name, before, resources())
	}
	u.ask(t, "end", "ended 40 0")
}

// usage is what the test process has open.
type usage struct{ fds, goroutines, threads, children int }

func resources() (r usage) {
	r.fds = len(list("/proc/self/fd"))
	r.goroutines = runtime.NumGoroutine()
	r.threads = len(list("/proc/self/task"))
	r.children = len(strays())
	return r
}

func list(dir string) []string {
	entries, _ := filepath.Glob(dir + "/*")
	return entries
}

func (r usage) more(than usage) bool {
	return r.fds > than.fds+2 || r.goroutines > than.goroutines+2 || r.threads > than.threads+3 || r.children > than.children
}

// followed puts an engine on a thread that is told of all calls and stays on
// what the thread makes.
func followed(k *utrace.Task) error {
	e, err := k.Attach(utrace.AttachCreate, &utrace.Ops{
		Name:         "follow",
		SyscallEntry: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action { return a },
	}, nil)
	if err != nil {
		return err
	}
	defer e.Put()
	e.SetFollow(true)
	return e.SetEvents(utrace.EventSyscallEntry | utrace.EventClone)
}

// ask sends a line to the program, which must answer as given.
func (u *untraced) ask(t testing.TB, line, want string) {
	t.Helper()
	timer := time.AfterFunc(20*time.Second, func() { u.Process.Kill() })
	defer timer.Stop()
	if _, err := fmt.Fprintln(u.in, line); err != nil {
		t.Fatal(err)
	}
	got, err := u.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%s: no answer to %s (20 s): %v", u.Path, line, err)
	}
	if got = strings.TrimSpace(got); got != want {
		t.Fatalf("%s answers %q to %s, want %q", u.Path, got, line, want)
	}
}

// alone checks that no thread of a process is traced, or stopped, or has a
// signal of tracing pending.
func alone(t testing.TB, pid int) {
	t.Helper()
	for _, tid := range threadIDs(pid) {
		within(t, func() string { return troubled(pid, tid) })
	}
}

// troubled says what tracing has left of itself in a thread, "" if nothing.
func troubled(pid, tid int) string {
	m := threadStatus(pid, tid)
	if m == nil || strings.HasPrefix(m["State"], "Z") || strings.HasPrefix(m["State"], "X") {
		return ""
	}
	pending := func(key string) uint64 {
		v, _ := strconv.ParseUint(m[key], 16, 64)
		return v & (1<<(unix.SIGSTOP-1) | 1<<(unix.SIGTRAP-1))
	}
	switch {
	case m["TracerPid"] != "0":
		return fmt.Sprintf("thread %d of %d (%s) has tracer %s", tid, pid, m["Name"], m["TracerPid"])
	case strings.HasPrefix(m["State"], "t"), strings.HasPrefix(m["State"], "T"):
		return fmt.Sprintf("thread %d of %d (%s) is in state %s", tid, pid, m["Name"], m["State"])
	case pending("SigPnd") != 0, pending("ShdPnd") != 0:
		return fmt.Sprintf("thread %d of %d (%s) has signals pending: %s and %s", tid, pid, m["Name"], m["SigPnd"], m["ShdPnd"])
	}
	return ""
}

// within waits until trouble returns "", or fails with what it says.
func within(t testing.TB, trouble func() string) {
	t.Helper()
	what := ""
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if what = trouble(); what == "" {
			return
		}
	}
	t.Error(what)
}

// settle waits until all threads but those that are awake now and then sleep.
func settle(t testing.TB, pid int) {
	t.Helper()
	for _, tid := range threadIDs(pid) {
		within(t, func() string {
			if s := threadField(pid, tid, "State"); !strings.HasPrefix(s, "S") {
				return fmt.Sprintf("thread %d is in state %s", tid, s)
			}
			return ""
		})
	}
}

func threadIDs(pid int) (tids []int) {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, e := range entries {
		if tid, err := strconv.Atoi(e.Name()); err == nil {
			tids = append(tids, tid)
		}
	}
	return tids
}

func threadLives(pid, tid int) bool {
	s := threadField(pid, tid, "State")
	return s != "" && s[0] != 'Z' && s[0] != 'X'
}

func threadField(pid, tid int, field string) string { return threadStatus(pid, tid)[field] }

// threadStatus reads a thread's status; nil if it is gone.
func threadStatus(pid, tid int) map[string]string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/status", pid, tid))
	if err != nil {
		return nil
	}
	m := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			m[key] = strings.TrimSpace(value)
		}
	}
	return m
}

// cpuUse returns the share of a CPU that a process uses, in percent, as seen
// for a while.
func cpuUse(t testing.TB, pid int) float64 {
	t.Helper()
	const while = 400 * time.Millisecond
	clock := int32(^pid<<3 | 2) // its CPU clock, clock_getcpuclockid(3)
	read := func() time.Duration {
		var ts unix.Timespec
		if err := unix.ClockGettime(clock, &ts); err != nil {
			t.Fatal(err)
		}
		return time.Duration(ts.Nano())
	}
	start, used := time.Now(), read()
	time.Sleep(while) // this is the measurement
	return 100 * float64(read()-used) / float64(time.Since(start))
}
