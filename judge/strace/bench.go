package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// runLimit bounds each run of a program.
const runLimit = 60 * time.Second

// bench runs programs under both tracers, each program in a directory that has
// the same name in every run.
type bench struct {
	dir    string // all its own files
	keep   string // where traces are left, or ""
	utrace string // the command

	mu    sync.Mutex
	built map[string]error // C programs that were compiled, by name
}

// newBench makes a bench. If utrace is "", the command is built.
func newBench(utrace, keep string) (*bench, error) {
	dir, err := os.MkdirTemp("", "strace-diff")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, keep: keep, utrace: utrace, built: map[string]error{}}
	if err := os.CopyFS(dir, files); err != nil {
		b.close()
		return nil, err
	}
	if keep != "" {
		if err := os.MkdirAll(keep, 0o777); err != nil {
			b.close()
			return nil, err
		}
	}
	if utrace == "" {
		b.utrace = filepath.Join(dir, "utrace")
		if out, err := exec.Command("go", "build", "-o", b.utrace, "utrace/cmd/utrace").CombinedOutput(); err != nil {
			b.close()
			return nil, fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	return b, nil
}

func (b *bench) close() { _ = os.RemoveAll(b.dir) }

// trace runs a program under a tracer and returns what it wrote to its -o FILE,
// by thread. tracer is its command line up to that option.
func (b *bench) trace(p program, label string, tracer, options []string) (*trace, error) {
	home := filepath.Join(b.dir, p.name)
	if err := os.RemoveAll(home); err != nil {
		return nil, err
	}
	work, output := filepath.Join(home, "work"), filepath.Join(home, "trace")
	if err := os.MkdirAll(work, 0o755); err != nil {
		return nil, err
	}
	if p.setup != "" {
		if out, err := b.command(work, "sh", "-ec", p.setup).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: setup: %w\n%s", p.name, err, out)
		}
	}
	argv := append(append(append([]string{}, tracer...), "-o", output), options...)
	if p.source != "" {
		executable, err := b.compile(p)
		if err != nil {
			return nil, err
		}
		argv = append(argv, executable)
	} else {
		argv = append(argv, "sh", "-c", p.script)
	}
	// Without address randomisation, two runs have the same addresses.
	cmd := b.command(work, "setarch", append([]string{"-R"}, argv...)...)
	if os.Geteuid() == 0 {
		cmd = b.command(work, "unshare", append([]string{"--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", inNamespace, "sh"}, cmd.Args...)...)
	}
	printed, err := os.Create(filepath.Join(home, "printed"))
	if err != nil {
		return nil, err
	}
	defer printed.Close()
	cmd.Stdout, cmd.Stderr = printed, printed
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	late := false
	timer := time.AfterFunc(runLimit, func() {
		late = true
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	})
	err = cmd.Wait()
	timer.Stop()
	var exit *exec.ExitError
	if late || err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("%s under %s: %v; not ended after %v", p.name, label, err, runLimit)
	}
	text, err := os.ReadFile(output)
	if err != nil {
		out, _ := os.ReadFile(printed.Name())
		return nil, fmt.Errorf("%s under %s: %w\n%s", p.name, label, err, out)
	}
	if b.keep != "" {
		if err := os.WriteFile(filepath.Join(b.keep, p.name+"."+label), text, 0o666); err != nil {
			return nil, err
		}
	}
	id := cmd.Process.Pid
	if os.Geteuid() == 0 {
		id = tracerID
	}
	return parseTrace(string(text), id)
}

// inNamespace runs the tracer in a process namespace of its own, with ids from tracerID on: they are the same in every
// run, or nearly so, and no number in the trace that means something else is taken for one of them.
const inNamespace = `echo 23170 >/proc/sys/kernel/ns_last_pid && "$@"; exit $?`

const tracerID = 23171

// command prepares a command in dir, with an environment that is always the
// same, in a process group of its own.
func (b *bench) command(dir, name string, argv ...string) *exec.Cmd {
	cmd := exec.Command(name, argv...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + dir, "LC_ALL=C", "TZ=UTC0", "TERM=dumb",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_AUTHOR_DATE=2020-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b", "GIT_COMMITTER_DATE=2020-01-01T00:00:00Z",
		"PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1", "PERL_HASH_SEED=0",
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// compile builds a C program once and returns its path.
func (b *bench) compile(p program) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	path := filepath.Join(b.dir, "bin", p.name)
	err, done := b.built[p.name]
	if done {
		return path, err
	}
	err = b.cc(p, path)
	b.built[p.name] = err
	return path, err
}

func (b *bench) cc(p program, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	args := append([]string{"-O1", "-w", filepath.Join(b.dir, p.source), "-o", path}, p.flags...)
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("gcc %s: %w\n%s", p.source, err, out)
	}
	return nil
}
