package linux_test

import (
	"bytes"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
	"utrace/syscalls"
)

// TestAffinityStays: a program that looks at its affinity, and sets it, sees
// nothing of what placement does to it.
func TestAffinityStays(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("there is one CPU: no placement")
	}
	for name, x := range map[string]struct {
		ev    utrace.Events
		calls *syscalls.Set
	}{
		"every entry":          {utrace.EventSyscallEntry, nil},
		"every entry and exit": {utrace.EventSyscall, nil},
		"some":                 {utrace.EventSyscall, set(t, "openat", "read", "getppid")},
		"openat alone":         {utrace.EventSyscall, set(t, "openat")},
	} {
		t.Run(name, func(t *testing.T) {
			tr, err := linux.OpenNear(linux.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer closeTracer(t, tr)
			cmd := exec.Command(build(t, "affinity"), "800")
			var out bytes.Buffer
			cmd.Stdout = &out
			p, err := tr.Start(cmd, func(k *utrace.Task) error {
				_, err := attach(k, &newCounter().ops, x.ev, x.calls)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Wait(deadline(t)); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(out.String()); got != "0" {
				t.Errorf("the program saw another affinity than its own %s times", got)
			}
		})
	}
}

// TestAffinityComesBack: a thread whose stops follow each other closely has a narrow
// affinity between them, and its own when it computes, or is let go.
func TestAffinityComesBack(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("there is one CPU: no placement")
	}
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		opts linux.Options
		arg  string
		then func(*testing.T, *utrace.Process)
	}{
		"it computes": {arg: "spin"},
		"it is let go": {linux.Options{Filter: linux.FilterOff}, "call", func(t *testing.T, p *utrace.Process) {
			if err := p.Detach(deadline(t)); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tr, err := linux.OpenNear(x.opts)
			if err != nil {
				t.Fatal(err)
			}
			defer closeTracer(t, tr)
			var narrow atomic.Int32
			seen := make(chan struct{})
			ops := &utrace.Ops{SyscallEntry: func(e *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
				var now unix.CPUSet
				if unix.SchedGetaffinity(e.Task().TID(), &now) == nil && now.Count() == 1 && narrow.Add(1) == 100 {
					close(seen)
				}
				return a.NoOpinion()
			}}
			cmd := exec.Command(build(t, "affinity"), x.arg)
			p, err := tr.Start(cmd, func(k *utrace.Task) error {
				_, err := attach(k, ops, utrace.EventSyscallEntry, nil)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			// Once it is let go it is nobody's but ours to end, whatever happens.
			end := sync.OnceFunc(func() { unix.Kill(cmd.Process.Pid, unix.SIGKILL) })
			defer end()
			select {
			case <-seen:
			case <-deadline(t).Done():
				t.Fatalf("its affinity was narrow at %d stops", narrow.Load())
			}
			if x.then != nil {
				x.then(t, p)
			}
			var now unix.CPUSet
			for until := deadline(t); now != all; time.Sleep(time.Millisecond) {
				if err := unix.SchedGetaffinity(cmd.Process.Pid, &now); err != nil || until.Err() != nil {
					t.Fatalf("its affinity has %d CPUs: %v", now.Count(), err)
				}
				if x.then != nil && now != all {
					t.Fatal("its affinity has stayed narrow")
				}
			}
			end()
			if x.then == nil {
				if _, err := p.Wait(deadline(t)); err != nil {
					t.Error(err)
				}
			} else if _, err := unix.Wait4(cmd.Process.Pid, nil, 0, nil); err != nil && err != unix.ECHILD { // the tracer may collect it
				t.Error(err)
			}
		})
	}
}
