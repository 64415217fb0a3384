package procfs

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

func TestReadWholeFile(t *testing.T) {
	want, err := os.ReadFile("/proc/self/environ") // it does not change
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{0, 1, len(want), len(want) + 1} {
		got, err := Read("/proc/self/environ", make([]byte, room))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("with room for %d: %d bytes of %d, %v", room, len(got), len(want), err)
		}
	}
	if _, err := Read("/proc/self/nosuch", nil); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestThreadsAndChildren(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid, tid := os.Getpid(), unix.Gettid()
	tids, err := Threads(pid)
	if err != nil || !slices.Contains(tids, tid) || !slices.Contains(tids, pid) {
		t.Errorf("threads %v, %v: want %d and %d among them", tids, err, pid, tid)
	}
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	children, err := Children(pid, tid)
	if err != nil || !slices.Equal(children, []int{cmd.Process.Pid}) {
		t.Errorf("children %v, %v: want %d", children, err, cmd.Process.Pid)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// TestStat: a program's name may look like the end of the name, and like the state.
func TestStat(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("/bin/sleep")
	if err != nil {
		t.Fatal(err)
	}
	name := dir + "/a) R (b) Z\n"
	if err := os.WriteFile(name, data, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, "100")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	f, err := Stat(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if state := string(f[0]); state != "S" && state != "R" {
		t.Errorf("state %q", state)
	}
	if ppid := string(f[4-3]); ppid != strconv.Itoa(os.Getpid()) {
		t.Errorf("parent %s, want %d", ppid, os.Getpid())
	}
	if _, err := Stat(1 << 23); err == nil {
		t.Error("a thread that there cannot be has a state")
	}
}
