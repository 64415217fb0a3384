package linux_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"utrace"
	"utrace/linux"
)

// built holds the C programs of testdata, compiled when first asked for.
var (
	builtMu sync.Mutex
	built   = map[string]string{}
)

var builtDir string

func TestMain(m *testing.M) {
	if os.Getenv(containerEnv) != "" {
		if err := enterContainer(); err != nil {
			fmt.Fprintln(os.Stderr, "seccomp:", err)
			os.Exit(1)
		}
	}
	if path := os.Getenv(stormEnv); path != "" {
		fmt.Fprintln(os.Stderr, storm(path))
		os.Exit(1)
	}
	dir, err := os.MkdirTemp("", "utrace-linux")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	builtDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	if left := strays(); code == 0 && len(left) > 0 {
		fmt.Fprintln(os.Stderr, "left behind:", left)
		code = 1
	}
	os.Exit(code)
}

// strays lists the children that the tests have left.
func strays() (left []string) {
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, f := range tasks {
		b, _ := os.ReadFile(f)
		for _, pid := range strings.Fields(string(b)) {
			comm, _ := os.ReadFile("/proc/" + pid + "/comm")
			left = append(left, pid+" "+strings.TrimSpace(string(comm)))
		}
	}
	return left
}

// build compiles testdata/name.c.
func build(t testing.TB, name string, flags ...string) string {
	t.Helper()
	builtMu.Lock()
	defer builtMu.Unlock()
	key := strings.Join(append(flags, name), " ")
	if p, ok := built[key]; ok {
		return p
	}
	out := filepath.Join(builtDir, fmt.Sprintf("%s%d", name, len(built)))
	args := append([]string{"-O2", "-w", "-pthread", "-o", out, "testdata/" + name + ".c"}, flags...)
	if b, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc %s: %v\n%s", name, err, b)
	}
	built[key] = out
	return out
}

// open opens a tracer that is closed at the end of the test.
func open(t testing.TB) *utrace.Tracer {
	t.Helper()
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeTracer(t, tr) })
	return tr
}

func closeTracer(t testing.TB, tr *utrace.Tracer) {
	t.Helper()
	if err := tr.Close(deadline(t)); err != nil {
		t.Errorf("close: %v", err)
	}
}

// deadline is a context for what must not take long.
func deadline(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// untraced is a program that runs on its own until it is attached to.
type untraced struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// launch starts a program untraced and waits until it has printed a line that
// begins with "ready".
func launch(t testing.TB, path string, args ...string) *untraced {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return launchAs(t, cmd)
}

// launchAs is launch with a command that is ready to start.
func launchAs(t testing.TB, cmd *exec.Cmd) *untraced {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	u := &untraced{cmd, in, bufio.NewReader(out)}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	if line := u.line(t); !strings.HasPrefix(line, "ready") {
		t.Fatalf("%s printed %q, not ready", cmd.Path, line)
	}
	return u
}

func (u *untraced) line(t testing.TB) string {
	t.Helper()
	line, err := u.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v", u.Path, err)
	}
	return strings.TrimSpace(line)
}

func readFile(path string) string {
	b, _ := os.ReadFile(path)
	return string(b)
}
