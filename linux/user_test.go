package linux_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestUser: an ordinary user traces what is his own, and is told in words why
// the rest is refused.
func TestUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to be somebody else")
	}
	const nobody = 65534
	if err := os.Chmod(builtDir, 0o755); err != nil {
		t.Fatal(err)
	}
	as := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		return cmd
	}
	utrace := command(t)
	path := build(t, "crowd")

	t.Run("run", func(t *testing.T) {
		out, err := as(utrace, "run", "-e", "trace:exit_group", "sh", "-c", "id -u; exit 7").CombinedOutput()
		if got := fmt.Sprint(err); got != "exit status 7" || !strings.HasPrefix(string(out), "65534\n") && !strings.Contains(string(out), "\n65534\n") {
			t.Errorf("%s, and it printed:\n%s", got, out)
		}
		if !strings.Contains(string(out), "exit_group(7)") {
			t.Errorf("no call is seen:\n%s", out)
		}
	})
	t.Run("own", func(t *testing.T) {
		if scope := strings.TrimSpace(readFile("/proc/sys/kernel/yama/ptrace_scope")); scope != "" && scope != "0" {
			t.Skip("kernel.yama.ptrace_scope is " + scope)
		}
		u := launchAs(t, as(path, "4"))
		pid := u.Process.Pid
		holder := attached(t, as(utrace, "attach", "-e", "nop", strconv.Itoa(pid)))
		u.ask(t, "tick", "ticked 0")

		// Linux lets one tracer hold a thread.
		by := fmt.Sprintf("%d (utrace)", holder.Process.Pid)
		refused(t, as(utrace, "attach", "-e", "nop", strconv.Itoa(pid)), "traced already", by)
		refused(t, exec.Command(utrace, "attach", "-e", "nop", strconv.Itoa(pid)), "traced already", by)

		holder.Process.Signal(unix.SIGINT)
		holder.Wait()
		alone(t, pid)
		u.ask(t, "end", "ended 4 0")
	})
	t.Run("others", func(t *testing.T) {
		u := launch(t, path, "4")
		refused(t, as(utrace, "attach", "-e", "nop", strconv.Itoa(u.Process.Pid)), "belongs to user 0", "CAP_SYS_PTRACE")
		alone(t, u.Process.Pid)
		u.ask(t, "end", "ended 4 0")
	})
}

// refused runs a command that must fail with status 125 and say all of words.
func refused(t *testing.T, cmd *exec.Cmd, words ...string) {
	t.Helper()
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 125 {
		t.Errorf("%v: exit status %d, want 125", cmd.Args, code)
	}
	for _, w := range words {
		if !strings.Contains(string(out), w) {
			t.Errorf("%v does not say %q:\n%s", cmd.Args, w, out)
		}
	}
	t.Logf("%s", out)
}
