package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// job is a command in a session of its own, without a terminal.
type job struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Reader
}

func startJob(t *testing.T, args ...string) *job {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	j := &job{t, exec.Command(args[0], args[1:]...), bufio.NewReader(r)}
	j.cmd.Stdout, j.cmd.Stderr = w, w
	j.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := j.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	timer := time.AfterFunc(patience, func() { _ = unix.Kill(-j.cmd.Process.Pid, unix.SIGKILL) })
	t.Cleanup(func() {
		timer.Stop()
		_ = unix.Kill(-j.cmd.Process.Pid, unix.SIGKILL)
		_ = j.cmd.Wait()
		r.Close()
	})
	return j
}

// line reads the next line, which must begin with prefix, and returns the rest.
func (j *job) line(prefix string) string {
	j.t.Helper()
	line, err := j.lines.ReadString('\n')
	rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), prefix)
	if err != nil || !ok {
		all, _ := io.ReadAll(j.lines)
		j.t.Fatalf("read %q (%v) and then %q, want %q", line, err, all, prefix)
	}
	return rest
}

func (j *job) kill(sig unix.Signal) {
	j.t.Helper()
	if err := j.cmd.Process.Signal(sig); err != nil {
		j.t.Fatal(err)
	}
}

// ends waits for the end of the job, which must be as given (see ending).
func (j *job) ends(want string) {
	j.t.Helper()
	if got := ending(j.cmd.Wait()); got != want {
		j.t.Errorf("ended with %s, want %s", got, want)
	}
}

// eventually waits for a condition on another process that nothing tells of.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// Signals that somebody sends to utrace are the program's; without a terminal
// SIGINT and SIGQUIT too.
func TestSignalsArePassedOn(t *testing.T) {
	for _, sig := range []unix.Signal{unix.SIGTERM, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2, unix.SIGINT, unix.SIGQUIT} {
		name := strings.TrimPrefix(unix.SignalName(sig), "SIG")
		t.Run(name, func(t *testing.T) {
			j := startJob(t, "utrace", "run", "-e", "nop", "sh", "-c",
				fmt.Sprintf(`trap 'echo got; exit 7' %s; echo ready; while :; do sleep 0.01; done`, name))
			j.line("ready")
			j.kill(sig)
			j.line("got")
			j.ends("7")
		})
	}
}

// A program that does not catch the signal dies of it, and so does utrace.
func TestSignalKillsBoth(t *testing.T) {
	j := startJob(t, "utrace", "run", "-e", "nop", "sh", "-c", "echo ready; exec sleep 1000")
	j.line("ready")
	j.kill(unix.SIGTERM)
	j.ends("SIGTERM")
}

// What utrace runs dies with it.
func TestKilledUtraceTakesTheProgram(t *testing.T) {
	j := startJob(t, "utrace", "run", "-e", "nop", "sh", "-c", "sleep 1000 & echo $!; echo $$; wait")
	var pids []int
	for range 2 {
		pid, err := strconv.Atoi(j.line(""))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	j.kill(unix.SIGKILL)
	j.ends("SIGKILL")
	for _, pid := range pids {
		eventually(t, "the program has ended", func() bool { return !exists(pid) })
	}
}

// A program that somebody else stops and continues does not stop utrace.
func TestStoppedProgramLeavesUtraceRunning(t *testing.T) {
	j := startJob(t, "utrace", "run", "-e", "nop", "sh", "-c", "trap 'echo continued; exit' CONT; echo $$; while :; do sleep 0.01; done")
	pid, err := strconv.Atoi(j.line(""))
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the program is stopped", func() bool { return strings.IndexByte("Tt", state(pid)) >= 0 })
	if s := state(j.cmd.Process.Pid); s == 'T' {
		t.Error("utrace is stopped")
	}
	if err := unix.Kill(pid, unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	j.line("continued")
	j.ends("0")
}

// What ends an attach lets the program run on as before, and utrace dies of it,
// as strace does.
func TestAttachIsEndedBySignal(t *testing.T) {
	for _, sig := range []unix.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGKILL} {
		t.Run(unix.SignalName(sig), func(t *testing.T) {
			program := startJob(t, "sh", "-c", "trap 'echo alive' USR1; echo ready; while :; do sleep 0.01; done")
			program.line("ready")
			pid := program.cmd.Process.Pid
			j := startJob(t, "utrace", "attach", "-e", "nop", strconv.Itoa(pid))
			j.line("utrace: attached to " + strconv.Itoa(pid) + " (sh)")
			program.kill(unix.SIGUSR1)
			program.line("alive")
			j.kill(sig)
			if sig != unix.SIGKILL {
				j.line("utrace: detached")
			}
			j.ends(unix.SignalName(sig))
			program.kill(unix.SIGUSR1)
			program.line("alive")
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			if err != nil || !strings.Contains(string(status), "\nTracerPid:\t0\n") {
				t.Errorf("the program is traced still, or gone: %v", err)
			}
		})
	}
}

// That nobody reads does not end a run.
func TestReaderGone(t *testing.T) {
	j := startJob(t, "bash", "-c", `utrace run -e nop sh -c 'trap "" PIPE; sleep 0.2; echo; exit 6' | true; exit ${PIPESTATUS[0]}`)
	j.ends("6")
}
