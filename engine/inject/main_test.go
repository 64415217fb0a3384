package inject

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/engine"
	"utrace/linux"
	"utrace/syscalls"
)

// No program of these tests leaves a core file.
func TestMain(m *testing.M) {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// build compiles a program of testdata.
func build(t *testing.T, flags ...string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "calls")
	args := append([]string{"-O1", "-pthread", "-o", bin, "testdata/calls.c"}, flags...)
	if b, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Skipf("gcc %v: %v\n%s", flags, err, b)
	}
	return bin
}

// instance understands SET:KEY=VALUE..., as the command line does.
func instance(spec string) (engine.Instance, error) {
	fields := strings.Split(spec, ":")
	set, err := syscalls.ParseSet(fields[0])
	if err != nil {
		return nil, err
	}
	params := map[string]string{}
	for _, f := range fields[1:] {
		key, value, ok := strings.Cut(f, "=")
		if _, twice := params[key]; !ok || twice {
			return nil, errors.New("not KEY=VALUE, or twice")
		}
		known := false
		for _, p := range Kind.Params {
			known = known || p.Key == key
		}
		if !known {
			return nil, errors.New("unknown key")
		}
		params[key] = value
	}
	return New(engine.Config{Set: set, Params: params})
}

func made(t *testing.T, spec string) *injector {
	t.Helper()
	inst, err := instance(spec)
	if err != nil {
		t.Fatalf("%s: %v", spec, err)
	}
	return inst.(*injector)
}

// run runs a program with what attach puts on it, and returns what it wrote
// and how it ended. during, if any, is called while it runs.
func run(t *testing.T, attach func(*utrace.Task) error, during func(*utrace.Process), args ...string) (string, unix.WaitStatus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tr.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	var out bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout = &out
	proc, err := tr.Start(cmd, attach)
	if err != nil {
		t.Fatal(err)
	}
	if during != nil {
		during(proc)
	}
	status, err := proc.Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), status
}

// under runs a program under injectors, the first closest to the kernel.
func under(t *testing.T, specs []string, args ...string) (string, unix.WaitStatus) {
	t.Helper()
	var all []*injector
	out, status := run(t, func(task *utrace.Task) error {
		for _, spec := range specs {
			in := made(t, spec)
			all = append(all, in)
			e, err := in.Attach(task)
			if err != nil {
				return err
			}
			e.Put()
		}
		return nil
	}, nil, args...)
	for _, in := range all {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		if len(in.timers) != 0 {
			t.Errorf("%d threads are still held", len(in.timers))
		}
	}
	return out, status
}

// strace runs the same with strace's -e inject=.
func strace(t *testing.T, spec string, args ...string) (string, unix.WaitStatus) {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	cmd := exec.Command(path, append([]string{"-f", "-qq", "-o", "/dev/null", "-e", "inject=" + spec}, args...)...)
	out, err := cmd.Output()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), unix.WaitStatus(cmd.ProcessState.Sys().(syscall.WaitStatus))
}
