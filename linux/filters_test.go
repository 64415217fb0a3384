package linux_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
)

// TestAbortUnderFilter: a program whose own seccomp filter would kill it for
// the missing number of an aborted call, or for a call made by Do, lives: for
// those the filter is suspended.
func TestAbortUnderFilter(t *testing.T) {
	if unix.Geteuid() != 0 {
		t.Skip("PTRACE_O_SUSPEND_SECCOMP needs CAP_SYS_ADMIN")
	}
	for i := range 4 {
		var args []string
		if i&1 != 0 {
			args = []string{"child"}
		}
		tr, err := linux.Open(linux.Options{Filter: []linux.Filter{linux.FilterOn, linux.FilterOff}[i/2]})
		if err != nil {
			t.Fatal(err)
		}
		defer closeTracer(t, tr)
		cb := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			if c.Name() != "getppid" {
				return a.NoOpinion()
			}
			getpid(t, e.Task())
			c.SetResult(4711)
			return utrace.SyscallAbort | utrace.Resume
		}
		cmd := exec.Command(build(t, "sandboxed"), args...)
		out := &output{ready: make(chan struct{})}
		cmd.Stdout = out
		p, err := tr.Start(cmd, func(k *utrace.Task) error {
			e, err := k.Attach(utrace.AttachCreate, &utrace.Ops{SyscallEntry: cb}, nil)
			if err != nil {
				return err
			}
			e.SetFollow(true)
			return e.SetEvents(utrace.EventSyscallEntry)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := finish(t, p, out); got != "ok 4711" {
			t.Errorf("case %d: the program says %q", i, got)
		}
	}
}

// TestAbortUnderFilterAsUser: where filters cannot be suspended, an aborted call
// is skipped when they have judged it.
func TestAbortUnderFilterAsUser(t *testing.T) {
	if unix.Geteuid() != 0 {
		t.Skip("needs root, to be somebody else")
	}
	if err := os.Chmod(builtDir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(command(t), "run", "-e", "inject:getppid:retval=4711", "--", build(t, "sandboxed"))
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != "ok 4711\n" {
		t.Errorf("%v, and the program says %q", err, out)
	}
}

// TestMarks: no two of the utraces that a program may be run by, one in the other, take
// the other's answers for theirs.
func TestMarks(t *testing.T) {
	seen := map[uint16]int32{}
	for n := range int32(1000) {
		mark := linux.MarkOver(n)
		for _, data := range []uint16{mark, mark ^ 1} { // the latter for SECCOMP_MODE_STRICT
			if other, ok := seen[data]; ok {
				t.Fatalf("over %d filters and over %d: both answer %#x", other, n, data)
			}
			seen[data] = n
		}
	}
}
