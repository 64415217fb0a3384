package pidns

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestOuter asks about a shell that is process 1 of its namespace.
func TestOuter(t *testing.T) {
	cmd := exec.Command("/bin/sh", "-c", "echo $$; read x")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID, Setsid: true}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	inner, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.TrimSpace(inner) != "1" {
		t.Fatalf("the shell is %q in its namespace (%v), want 1", inner, err)
	}
	tr, pid := NewTranslator(), cmd.Process.Pid
	for _, kind := range []Kind{Thread, Process, ProcessGroup, Session} {
		for range 2 { // the second from memory
			if got, ok := tr.Outer(pid, 1, kind); !ok || got != pid {
				t.Errorf("kind %d: 1 is %d (%v), want %d", kind, got, ok, pid)
			}
		}
	}
	if got, ok := tr.Outer(pid, 77, Process); ok {
		t.Errorf("77, which is not there, is %d", got)
	}
	if got, ok := tr.Outer(os.Getpid(), pid, Process); ok {
		t.Errorf("in our own namespace %d is %d", pid, got)
	}
	if got := string(AppendComm(nil, pid)); got != "sh" {
		t.Errorf("its name is %q, want sh", got)
	}
	for id, want := range map[int]string{1: "sh", 2: ""} { // our 2 is a thread of the kernel
		if got := string(tr.AppendComm(nil, pid, id)); got != want {
			t.Errorf("%d is called %q there, want %q", id, got, want)
		}
	}
}
