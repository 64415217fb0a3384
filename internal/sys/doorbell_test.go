package sys_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
	"utrace/internal/sys/systest"
)

// helperEnv makes the test program spawn a doorbell, print its pid, and wait to
// be killed.
const helperEnv = "SYS_TEST_DOORBELL"

func TestMain(m *testing.M) {
	if os.Getenv(helperEnv) != "" {
		runtime.LockOSThread()
		pid, err := sys.SpawnDoorbell()
		fmt.Println(pid, err)
		select {}
	}
	os.Exit(systest.Main(m))
}

func must(t *testing.T, e unix.Errno) {
	t.Helper()
	if e != 0 {
		t.Fatalf("%s (%d)", unix.ErrnoName(e), e)
	}
}

func wait(t *testing.T, pid int) (ws unix.WaitStatus) {
	t.Helper()
	for {
		got, e := sys.Wait4(pid, &ws, unix.WALL)
		if e == unix.EINTR {
			continue
		}
		if must(t, e); got != pid {
			t.Fatalf("wait4 gave %d, want %d", got, pid)
		}
		return ws
	}
}

// hang makes a doorbell by the protocol of SpawnDoorbell.
func hang(t *testing.T) (pid int) {
	t.Helper()
	pid, err := sys.SpawnDoorbell()
	if err != nil {
		t.Fatal(err)
	}
	must(t, sys.Seize(pid, unix.PTRACE_O_EXITKILL))
	must(t, sys.Interrupt(pid))
	if ws := wait(t, pid); ws.StopSignal() != unix.SIGTRAP || ws>>16 != unix.PTRACE_EVENT_STOP {
		t.Fatalf("after Interrupt: status %#x", ws)
	}
	must(t, sys.SetSigmask(pid, sys.DoorbellMask))
	must(t, sys.Resume(unix.PTRACE_CONT, pid, 0))
	return pid
}

func takeDown(t *testing.T, pid int) {
	t.Helper()
	must(t, sys.Kill(pid, unix.SIGKILL))
	if ws := wait(t, pid); !ws.Signaled() || ws.Signal() != unix.SIGKILL {
		t.Fatalf("after SIGKILL: status %#x", ws)
	}
}

func TestDoorbellRings(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid := hang(t)
	defer takeDown(t, pid)
	for range 100 {
		rung := make(chan unix.Errno)
		go func() { rung <- sys.Tgkill(pid, pid, sys.DoorbellSignal) }()
		if ws := wait(t, pid); ws.StopSignal() != sys.DoorbellSignal {
			t.Fatalf("rung: status %#x", ws)
		}
		must(t, <-rung)
		must(t, sys.Resume(unix.PTRACE_CONT, pid, 0))
	}
	// What is not a ring does not wake; SIGSTOP, which no mask keeps out, does.
	must(t, sys.Tgkill(pid, pid, unix.SIGINT))
	must(t, sys.Tgkill(pid, pid, unix.SIGSTOP))
	if ws := wait(t, pid); ws.StopSignal() != unix.SIGSTOP {
		t.Fatalf("status %#x, want SIGSTOP", ws)
	}
	must(t, sys.Resume(unix.PTRACE_CONT, pid, 0))
	must(t, sys.Tgkill(pid, pid, sys.DoorbellSignal))
	if ws := wait(t, pid); ws.StopSignal() != sys.DoorbellSignal {
		t.Fatalf("rung after SIGSTOP: status %#x", ws)
	}
	must(t, sys.Resume(unix.PTRACE_CONT, pid, 0))
}

func TestDoorbellSharesMemoryAndHandlersNot(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid := hang(t)
	defer takeDown(t, pid)
	for what, want := range map[int]bool{sys.KcmpVM: true, sys.KcmpFiles: true, sys.KcmpFS: true, sys.KcmpSighand: false} {
		r, e := sys.Kcmp(os.Getpid(), pid, what, 0, 0)
		if e == unix.ENOSYS {
			t.Skip("the kernel was built without kcmp")
		}
		if must(t, e); (r == 0) != want {
			t.Errorf("kcmp type %d: %d", what, r)
		}
	}
}

// The child runs on our memory: make many, while goroutines grow and the
// collector moves their stacks.
func TestDoorbellsUnderLoad(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			default:
				grow(200)
				runtime.GC()
			}
		}
	}()
	for range 200 {
		takeDown(t, hang(t))
	}
	close(done)
	<-stopped
}

func grow(n int) int {
	var pad [512]byte
	if n == 0 {
		return int(pad[0])
	}
	return grow(n-1) + int(pad[n])
}

func TestDoorbellDoesNotOutliveItsOwner(t *testing.T) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), helperEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscanf(line, "%d <nil>", &pid); err != nil {
		t.Fatalf("the helper says %q", line)
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	cmd.Process.Kill()
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(fds, 10_000)
		if err == unix.EINTR {
			continue
		}
		if n != 1 || err != nil {
			unix.Kill(pid, unix.SIGKILL)
			t.Fatalf("the doorbell lives on (poll: %d, %v)", n, err)
		}
		return
	}
}

func TestSyscallInsn(t *testing.T) {
	mem, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	var insn [2]byte
	if _, err := mem.ReadAt(insn[:], int64(sys.SyscallInsn())); err != nil || insn != [2]byte{0x0f, 0x05} {
		t.Errorf("found %#x (%v)", insn, err)
	}
}
