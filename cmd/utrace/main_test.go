package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"utrace/internal/procfs"
)

// TestMain makes the test binary be utrace when it is called so; it is first
// in PATH.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"utrace": main, "stoppable": stoppable})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:      "testdata",
		Deadline: time.Now().Add(2 * time.Minute),
		// The race detector would make every utrace end a second later.
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status, "jsonlines": jsonlines},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Geteuid() == 0, nil
			case "kthreadd": // process 2 is the kernel's: not in a PID namespace of our own
				comm, _ := os.ReadFile("/proc/2/comm")
				return string(comm) == "kthreadd\n", nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
	})
}

// status WANT CMD ARG... runs a command, which must end with exit status WANT,
// or be killed by the signal of that name.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status WANT CMD ARG...")
	}
	if got := ending(ts.Exec(args[1], args[2:]...)); got != args[0] {
		ts.Fatalf("ended with %s, want %s", got, args[0])
	}
}

// ending names how a command ended: "0", "SIGTERM".
func ending(err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case !errors.As(err, &exit):
		return err.Error()
	}
	ws := exit.Sys().(syscall.WaitStatus)
	if ws.Signaled() {
		if name := unix.SignalName(ws.Signal()); name != "" {
			return name
		}
		return "SIG" + strconv.Itoa(int(ws.Signal()))
	}
	return strconv.Itoa(ws.ExitStatus())
}

// exists tells whether a process is there and no zombie.
func exists(pid int) bool { return unix.Kill(pid, 0) == nil && state(pid) != 'Z' }

// state is the letter of a process's state, 0 if it is gone.
func state(pid int) byte {
	stat, err := procfs.Stat(pid)
	if err != nil {
		return 0
	}
	return stat[0][0]
}
