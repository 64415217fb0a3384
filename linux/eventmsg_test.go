package linux

import (
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// TestEventMsgOfKilled: a thread that was killed out of a stop, and stands at its
// exit, is not asked for what belonged to that stop: it would answer with its
// status, and that be taken for the child's id.
func TestEventMsgOfKilled(t *testing.T) {
	runtime.LockOSThread() // the tracer
	defer runtime.UnlockOSThread()
	cmd := exec.Command("/bin/sh", "-c", "/bin/true & wait")
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	collect := func() (ws unix.WaitStatus) {
		if _, e := sys.Wait4(pid, &ws, unix.WALL); e != 0 {
			t.Fatal(e)
		}
		return ws
	}
	collect() // the exec
	if e := sys.SetOptions(pid, options|unix.PTRACE_O_EXITKILL); e != 0 {
		t.Fatal(e)
	}
	event := 0
	for event != unix.PTRACE_EVENT_FORK && event != unix.PTRACE_EVENT_CLONE && event != unix.PTRACE_EVENT_VFORK {
		sys.Resume(unix.PTRACE_CONT, pid, 0)
		ws := collect()
		if !ws.Stopped() {
			t.Fatalf("the shell made no child: %#x", ws)
		}
		event = int(ws >> 16)
	}
	child, ok := eventMsg(pid, event)
	if !ok || child == 0 {
		t.Errorf("at the clone: %d, %v", child, ok)
	}

	sys.Kill(pid, unix.SIGKILL)
	var si sys.Siginfo
	if e := sys.Waitid(unix.P_PID, pid, &si, unix.WSTOPPED|unix.WNOWAIT|unix.WALL, nil); e != 0 {
		t.Fatal(e)
	}
	if msg, ok := eventMsg(pid, event); ok {
		t.Errorf("killed: the child is said to be %d", msg)
	}
	if msg, ok := eventMsg(pid, unix.PTRACE_EVENT_EXIT); !ok || msg != uint64(unix.SIGKILL) {
		t.Errorf("at the exit: %d, %v", msg, ok)
	}

	sys.Kill(int(child), unix.SIGKILL)
	for _, p := range []int{pid, int(child)} {
		for {
			var ws unix.WaitStatus
			if _, e := sys.Wait4(p, &ws, unix.WALL); e != 0 || !ws.Stopped() {
				break
			}
			sys.Resume(unix.PTRACE_CONT, p, 0)
		}
	}
	cmd.Wait() // collected already
}
