package linux_test

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const atOnce = 500 * time.Millisecond

// TestVforkWait: a process that waits in vfork, where no stop can reach it, is
// attached to and let go at once, untraced and undisturbed; ^C ends utrace as
// fast.
func TestVforkWait(t *testing.T) {
	t.Run("detach", func(t *testing.T) {
		t.Parallel()
		u := inVfork(t)
		pid := u.Process.Pid
		tr := open(t)
		for range 3 {
			p, err := tr.Attach(deadline(t), pid, followed)
			if err != nil {
				t.Fatal(err)
			}
			if s := tracer(pid); s == "0" {
				t.Error("it is not traced")
			}
			start := time.Now()
			if err := p.Detach(deadline(t)); err != nil {
				t.Fatal(err)
			}
			took := time.Since(start)
			if s := tracer(pid); s != "0" {
				t.Errorf("TracerPid is %s after the detach", s)
			}
			t.Logf("detached in %v", took)
			if took > atOnce {
				t.Errorf("the detach took %v", took)
			}
		}
		u.vforked(t)
	})
	t.Run("interrupt", func(t *testing.T) {
		t.Parallel()
		u := inVfork(t)
		cmd := attached(t, exec.Command(command(t), "attach", "-e", "nop", strconv.Itoa(u.Process.Pid)))
		start := time.Now()
		cmd.Process.Signal(unix.SIGINT)
		cmd.Wait()
		took := time.Since(start)
		t.Logf("utrace ended in %v", took)
		if took > atOnce {
			t.Errorf("utrace took %v to end", took)
		}
		alone(t, u.Process.Pid)
		u.vforked(t)
	})
}

// inVfork launches a program that waits in vfork.
func inVfork(t *testing.T) *untraced {
	t.Helper()
	path := build(t, "vfork")
	command(t) // it takes a while
	u := launch(t, path, "3000")
	within(t, func() string {
		if s := procField(u.Process.Pid, "State"); !strings.HasPrefix(s, "D") {
			return "the program is in state " + s
		}
		return ""
	})
	return u
}

// vforked checks that the program comes out of its vfork and goes on.
func (u *untraced) vforked(t *testing.T) {
	t.Helper()
	if s := procField(u.Process.Pid, "State"); !strings.HasPrefix(s, "D") {
		t.Errorf("the program is in state %s before its child has ended", s)
	}
	if line := u.line(t); line != "child 1792" {
		t.Errorf("the program says %q of its child", line)
	}
	alone(t, u.Process.Pid)
	u.in.Close()
	if err := u.Wait(); err != nil {
		t.Error(err)
	}
}
