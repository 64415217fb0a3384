// Package systest runs real programs as tracees for the tests of the lowest
// layers. It uses package sys alone, so that a fault there is not hidden.
package systest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// Build compiles src, assembler or C by the suffix of name, and returns the
// program's path. It skips the test where there is no gcc.
func Build(t testing.TB, name, src string, flags ...string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("needs gcc to build the tracee")
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, name), filepath.Join(dir, "a.out")
	if err := os.WriteFile(in, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-o", out}, flags...)
	if msg, err := exec.Command(gcc, append(args, in)...).CombinedOutput(); err != nil {
		t.Fatalf("gcc %s: %v\n%s", name, err, msg)
	}
	return out
}

// Bare are the flags for a program that starts at _start and links nothing.
var Bare = []string{"-nostdlib", "-static", "-no-pie"}

// Tracee is a traced child of the test's thread.
type Tracee struct {
	testing.TB
	Pid  int
	dead bool
}

// Start runs path as a tracee of the calling goroutine's OS thread, to which it
// locks the goroutine until the test's end, and leaves it at its exec trap. Its
// standard files are /dev/null. It is killed and reaped when the test ends.
func Start(t testing.TB, path string, opts uintptr) *Tracee {
	t.Helper()
	runtime.LockOSThread()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	pid, err := syscall.ForkExec(path, []string{path}, &syscall.ProcAttr{
		Files: []uintptr{null.Fd(), null.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Ptrace: true, Pdeathsig: unix.SIGKILL},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &Tracee{TB: t, Pid: pid}
	t.Cleanup(func() {
		c.Kill()
		runtime.UnlockOSThread()
	})
	if ws := c.Wait(); ws.StopSignal() != unix.SIGTRAP {
		t.Fatalf("exec trap: status %#x", ws)
	}
	if e := sys.SetOptions(pid, opts|unix.PTRACE_O_EXITKILL|unix.PTRACE_O_TRACESYSGOOD); e != 0 {
		t.Fatal("SetOptions: ", e)
	}
	return c
}

// Kill ends the tracee and reaps it.
func (c *Tracee) Kill() {
	if c.dead {
		return
	}
	sys.Kill(c.Pid, unix.SIGKILL)
	for !c.dead {
		c.Wait()
	}
}

// Wait returns the tracee's next change of state.
func (c *Tracee) Wait() unix.WaitStatus {
	c.Helper()
	for {
		var ws unix.WaitStatus
		pid, e := sys.Wait4(c.Pid, &ws, unix.WALL)
		switch {
		case e == unix.EINTR:
			continue
		case e != 0 || pid != c.Pid:
			c.dead = true
			c.Fatalf("wait4: pid %d, %v", pid, e)
		}
		c.dead = ws.Exited() || ws.Signaled()
		return ws
	}
}

// Go resumes the tracee and returns its next change of state.
func (c *Tracee) Go(req uintptr, sig unix.Signal) unix.WaitStatus {
	c.Helper()
	c.Must(sys.Resume(req, c.Pid, sig))
	return c.Wait()
}

// Must fails the test unless e is 0.
func (c *Tracee) Must(e unix.Errno) {
	c.Helper()
	if e != 0 {
		c.Fatalf("%s (%d)", unix.ErrnoName(e), e)
	}
}

// Syscall resumes the tracee to its next syscall stop and returns what that is.
// Signals met on the way are dropped, but not those that are faults: the same
// instruction would fault for ever.
func (c *Tracee) Syscall() (info sys.SyscallInfo) {
	c.Helper()
	for {
		ws := c.Go(unix.PTRACE_SYSCALL, 0)
		if c.dead {
			c.Fatalf("ended before its next syscall stop: status %#x", ws)
		}
		switch ws.StopSignal() {
		case unix.SIGTRAP | 0x80:
			c.Must(sys.GetSyscallInfo(c.Pid, &info))
			return info
		case unix.SIGSEGV, unix.SIGBUS, unix.SIGILL, unix.SIGFPE:
			c.Fatalf("faulted: status %#x", ws)
		}
	}
}

// Entry resumes the tracee to the entry stop of the next call numbered nr.
func (c *Tracee) Entry(nr int) sys.SyscallInfo {
	c.Helper()
	for {
		info := c.Syscall()
		if n, _ := info.Entry(); info.Op == sys.OpEntry && int(n) == nr {
			return info
		}
	}
}

// Exit resumes the tracee to its next syscall stop, which must be an exit.
func (c *Tracee) Exit() sys.SyscallInfo {
	c.Helper()
	info := c.Syscall()
	if info.Op != sys.OpExit {
		c.Fatalf("syscall stop %d, want an exit", info.Op)
	}
	return info
}

// Main runs a package's tests and fails if they left a child, traced or not, or
// an open file.
func Main(m *testing.M) int {
	if r, w, err := os.Pipe(); err == nil { // starts the poller, which keeps two files of its own
		r.Close()
		w.Close()
	}
	before := openFiles()
	code := m.Run()
	var ws unix.WaitStatus
	if pid, e := sys.Wait4NoHang(-1, &ws, unix.WALL); e != unix.ECHILD {
		println("a child is left:", pid, "status", ws)
		code = 1
	}
	if after := openFiles(); after > before {
		println("open files:", before, "before,", after, "after")
		code = 1
	}
	return code
}

func openFiles() int {
	ents, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(ents)
}
