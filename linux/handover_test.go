package linux_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
	"utrace/syscalls"
)

// TestHandOver: processes and threads that change their owner at birth are as
// their parents have made them, and all that they do is seen.
func TestHandOver(t *testing.T) {
	few, err := syscalls.Of("exit", "exit_group", "pause")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		calls  *syscalls.Set
		events utrace.Events
	}{
		{"every call", syscalls.All(), utrace.EventSyscall},
		{"under a filter", few, utrace.EventSyscallEntry},
		{"under a filter of all", syscalls.All(), utrace.EventSyscallEntry},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr, err := linux.Open(linux.Options{MaxTracees: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer closeTracer(t, tr)
			const n = 20
			var mu sync.Mutex
			var ends []int // the owners of threads at their ends
			var first int
			ops := &utrace.Ops{SyscallEntry: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
				switch c.Name() {
				case "pause":
					t.Error("an engine sees the pause of a hand-over")
				case "exit", "exit_group":
					mu.Lock()
					ends = append(ends, unix.Gettid())
					mu.Unlock()
				}
				return a.NoOpinion()
			}}
			cmd := exec.Command(build(t, "births"), fmt.Sprint(n))
			var out bytes.Buffer
			cmd.Stdout = &out
			p, err := tr.Start(cmd, func(k *utrace.Task) error {
				first = unix.Gettid()
				e, err := k.Attach(utrace.AttachCreate, ops, nil)
				if err != nil {
					return err
				}
				defer e.Put()
				e.SetFollow(true)
				if err := e.SetSyscalls(tt.calls); err != nil {
					return err
				}
				return e.SetEvents(tt.events)
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Wait(deadline(t)); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(out.String()); got != "0" {
				t.Errorf("%s children were not as they should be", got)
			}
			stayed := 0
			for _, o := range ends {
				if o == first {
					stayed++
				}
			}
			if len(ends) != 4*n+1 || stayed != 1 {
				t.Errorf("%d ends were seen, %d with the first owner; want %d, and the program's first thread alone", len(ends), stayed, 4*n+1)
			}
		})
	}
}

// TestHandOverInContainer: a filter that everybody is under is no obstacle.
func TestHandOverInContainer(t *testing.T) {
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestHandOver$", "-test.v")
	cmd.Env = append(os.Environ(), containerEnv+"=1")
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: TestHandOver/")) {
		t.Errorf("%v\n%s", err, out)
	}
}

// containerEnv makes the test program put a filter onto all of its threads, as a
// container has one.
const containerEnv = "LINUX_TEST_CONTAINER"

func enterContainer() error {
	prog := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}}
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&fprog)))
	if e != 0 {
		return e
	}
	return nil
}

// TestKilledInHandOver: whenever the tracer is killed, nothing of what it has
// started is left.
func TestKilledInHandOver(t *testing.T) {
	path := build(t, "births")
	name := filepath.Join(t.TempDir(), "storm")
	if err := os.Link(path, name); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), stormEnv+"="+name)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Killed after so many births.
		buf := make([]byte, 1+7*i)
		if _, err := out.Read(buf[:1]); err != nil {
			t.Fatal(err)
		}
		for got := 1; got < len(buf); {
			n, err := out.Read(buf[got:])
			if err != nil {
				t.Fatal(err)
			}
			got += n
		}
		cmd.Process.Kill()
		cmd.Wait()
		within(t, func() string {
			if left := running(name); len(left) > 0 {
				return fmt.Sprintf("round %d: left behind: %v", i, left)
			}
			return ""
		})
	}
}

// stormEnv makes the test program a tracer of a storm of births, with a byte
// printed for each, until it is killed.
const stormEnv = "LINUX_TEST_STORM"

func storm(path string) error {
	tr, err := linux.Open(linux.Options{MaxTracees: 1})
	if err != nil {
		return err
	}
	ops := &utrace.Ops{Clone: func(_ *utrace.Engine, a utrace.Action, _ uint64, _ *utrace.Task) utrace.Action {
		os.Stdout.Write([]byte{'.'})
		return a.NoOpinion()
	}}
	p, err := tr.Start(exec.Command(path, "storm"), func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, ops, nil)
		if err != nil {
			return err
		}
		defer e.Put()
		e.SetFollow(true)
		return e.SetEvents(utrace.EventClone)
	})
	if err != nil {
		return err
	}
	<-p.Done()
	return nil
}

// running lists the processes that execute a program.
func running(path string) (pids []string) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if to, _ := os.Readlink(link); to == path {
			pids = append(pids, strings.Split(link, "/")[2])
		}
	}
	return pids
}
