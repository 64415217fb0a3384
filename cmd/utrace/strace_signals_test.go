package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// What ends strace ends the program that it started too (-I waiting).
func TestStraceIsEndedBySignal(t *testing.T) {
	for _, sig := range []unix.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT} {
		name := strings.TrimPrefix(unix.SignalName(sig), "SIG")
		t.Run(name, func(t *testing.T) {
			j := startJob(t, "utrace", "strace", "-I2", "-o", "/dev/null", "sh", "-c",
				"trap 'echo got; exit 7' "+name+"; echo ready; while :; do sleep 0.01; done")
			j.line("ready")
			j.kill(sig)
			j.line("got")
			j.ends(unix.SignalName(sig))
		})
	}
}

// With -o FILE, or -I never, signals are the program's.
func TestStraceOutlivesSignals(t *testing.T) {
	j := startJob(t, "utrace", "strace", "-o", "/dev/null", "sh", "-c",
		"trap 'echo got; exit 7' TERM; echo ready; while :; do sleep 0.01; done")
	j.line("ready")
	j.kill(unix.SIGTERM)
	j.line("got")
	j.ends("7")
}

// Of a tracer that is killed whole lines stay.
func TestKilledStraceLeavesWholeLines(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	j := startJob(t, "utrace", "strace", "-o", log, "sh", "-c", "echo ready; while :; do :; : </dev/null; done")
	j.line("ready")
	eventually(t, "there are lines", func() bool {
		st, err := os.Stat(log)
		return err == nil && st.Size() > 1<<20
	})
	j.kill(unix.SIGKILL)
	j.ends("SIGKILL")
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(b, []byte("\n")) {
		t.Errorf("the last line is %q", b[bytes.LastIndexByte(b, '\n')+1:])
	}
}

// ^C at a terminal ends both.
func TestStraceInterrupt(t *testing.T) {
	term := openTerminal(t)
	term.send(`utrace strace -e trace=none sh -c 'echo rea""dy; exec sleep 1000'` + "\n")
	term.expect("ready\r\n")
	term.send("\x03")
	term.send(`echo "rc=$?"` + "\n")
	term.expect("rc=130\r\n")
}

// ^Z stops both, and fg continues them.
func TestStraceStop(t *testing.T) {
	term := openTerminal(t)
	term.send("utrace strace -e trace=none stoppable\n")
	term.expect("ready\r\n")
	term.send("\x1a")
	term.expect("Stopped")
	term.send("fg\n")
	term.expect("continued\r\n")
	term.send("\x03")
	term.send(`echo "rc=$?"` + "\n")
	term.expect("rc=130\r\n")
}
