package linux_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
)

// TestBlocked: a program blocked in a call is attached to, asked to report and
// detached from again and again, while signals that it ignores by default are
// sent to it. It sees no EINTR that it would not see untraced, its waits end
// when they would, and a handler still wakes it.
func TestBlocked(t *testing.T) {
	const ms = 1000
	for _, kind := range []string{
		"read", "nanosleep", "clock_nanosleep", "poll", "ppoll", "select", "epoll_wait", "epoll_pwait2",
		"futex", "futex_timeout", "wait4", "sigtimedwait", "accept", "msgrcv", "semop", "semtimedop",
		"io_getevents", "pause",
	} {
		t.Run(kind, func(t *testing.T) { blocked(t, ms, kind) })
	}
	for _, kind := range []string{"poll", "ppoll", "select", "epoll_wait", "epoll_pwait2", "sigtimedwait", "semtimedop", "io_getevents"} {
		t.Run(kind+"/handler", func(t *testing.T) { blocked(t, ms, kind, "handler") })
	}
}

func blocked(t *testing.T, ms int, kind string, more ...string) {
	t.Parallel()
	path := build(t, "blocked")
	args := append([]string{kind, fmt.Sprint(ms)}, more...)

	bare := launch(t, path, args...)
	want := bare.line(t)
	bare.Wait()
	var wr, we int
	fmt.Sscan(want, &wr, &we)

	// What makes waits longer or shorter does so each time; a machine that has
	// no CPU for the program, or for the tracer, does not.
	for range 3 {
		got, cycles := disturbed(t, time.Duration(ms)*time.Millisecond, path, args...)
		t.Logf("%d cycles; untraced %q, traced %q", cycles, want, got)
		// Many on a machine that is idle; on a busy one there is no saying.
		if cycles < 2 {
			t.Errorf("only %d cycles in the time", cycles)
		}
		var gr, ge, us, busy int
		fmt.Sscan(got, &gr, &ge, &us, &busy)
		if wr != gr || we != ge {
			t.Errorf("untraced: %s; traced: %s", want, got)
		}
		// A wait that each cycle rounds up to the next millisecond is 100 ms too
		// long.
		if d := us - ms*1000; t.Failed() || -10000 <= d && d <= 25000+busy {
			return
		}
	}
	t.Errorf("three times the wait did not take the %d ms that it should", ms)
}

// disturbed runs a program that waits for a time, attaches to it and detaches
// again and again meanwhile, and returns its report.
func disturbed(t *testing.T, wait time.Duration, path string, args ...string) (report string, cycles int) {
	t.Helper()
	u := launch(t, path, args...)
	pid := u.Process.Pid
	end := time.Now().Add(wait - 200*time.Millisecond)
	for ; cycles < 100 && time.Now().Before(end); cycles++ {
		reportOnce(t, pid)
		sig := unix.SIGCHLD
		if cycles%2 == 1 {
			sig = unix.SIGWINCH
		}
		if err := unix.Kill(pid, sig); err != nil {
			t.Fatal(err)
		}
	}
	report = u.line(t)
	if err := u.Wait(); err != nil {
		t.Error(err)
	}
	return report, cycles
}

// reportOnce attaches to a process, waits for the report that it asks for, and
// detaches.
func reportOnce(t *testing.T, pid int) {
	t.Helper()
	tr := open(t)
	defer closeTracer(t, tr)
	reported := make(chan struct{}, 8)
	ops := &utrace.Ops{
		Name: "report",
		Quiesce: func(e *utrace.Engine, a utrace.Action, ev utrace.Events) utrace.Action {
			if ev == 0 {
				reported <- struct{}{}
			}
			return utrace.Resume
		},
	}
	p, err := tr.Attach(deadline(t), pid, func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, ops, nil)
		if err != nil {
			return err
		}
		if err := e.SetEvents(utrace.EventQuiesce); err != nil {
			return err
		}
		return e.Control(utrace.Report)
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-reported:
	case <-p.Done():
		t.Fatal("the process ended before its time")
	case <-deadline(t).Done():
		t.Fatalf("no report; the process is %s, blocked in %s", procField(pid, "State"), readFile(fmt.Sprintf("/proc/%d/syscall", pid)))
	}
	if err := p.Detach(deadline(t)); err != nil {
		t.Fatal(err)
	}
	if s := tracer(pid); s != "0" {
		t.Fatalf("TracerPid is %s after the detach", s)
	}
}

// tracer returns TracerPid of a process.
func tracer(pid int) string {
	return procField(pid, "TracerPid")
}

func procField(pid int, field string) string {
	for _, line := range strings.Split(readFile(fmt.Sprintf("/proc/%d/status", pid)), "\n") {
		if key, value, ok := strings.Cut(line, ":"); ok && key == field {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
