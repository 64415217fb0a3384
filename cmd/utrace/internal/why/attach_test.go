package why

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The reason is named, and the errno stays reachable.
func TestAttach(t *testing.T) {
	zombie := exec.Command("true")
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = zombie.Wait() }()
	var info unix.Siginfo
	if err := unix.Waitid(unix.P_PID, zombie.Process.Pid, &info, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		pid  int
		err  error
		want string
	}{
		{"missing", 1 << 22, unix.ESRCH, "no such process"},
		{"self", os.Getpid(), unix.EPERM, "utrace itself"},
		{"kernel thread", 2, unix.EPERM, "kernel thread"},
		{"zombie", zombie.Process.Pid, unix.EPERM, "waits to be collected by its parent"},
		{"other error", os.Getppid(), unix.EIO, "input/output error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if comm, _ := os.ReadFile("/proc/2/comm"); tt.pid == 2 && string(comm) != "kthreadd\n" {
				t.Skip("no kernel thread is visible in this PID namespace")
			}
			err := Attach(tt.pid, tt.err)
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %q, want %q in it", err, tt.want)
			}
			if !errors.Is(err, tt.err) {
				t.Errorf("%q does not wrap %v", err, tt.err)
			}
		})
	}
}

// What forbids it is asked for in the kernel's order.
func TestPermission(t *testing.T) {
	root, user := Status{"Uid": "0\t0\t0\t0"}, Status{"Uid": "7\t7\t7\t7", "CapEff": "0"}
	if got := permission(root, user); !strings.Contains(got, "belongs to user 0 and utrace runs as user 7") {
		t.Errorf("for another user's process: %q", got)
	}
	if scope, ok := PtraceScope(); ok && scope != 0 {
		t.Skip("the rest is what Yama says here")
	}
	if got := permission(user, user); !strings.Contains(got, "PR_SET_DUMPABLE") {
		t.Errorf("for a protected process: %q", got)
	}
	capable := Status{"Uid": "0\t0\t0\t0", "CapEff": "000001ffffffffff"}
	if got := permission(user, capable); !strings.Contains(got, "security module") {
		t.Errorf("for one with CAP_SYS_PTRACE: %q", got)
	}
}
