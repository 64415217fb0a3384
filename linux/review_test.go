package linux_test

import (
	"bufio"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
)

// journal notes what callbacks say, of all threads.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(format string, args ...any) {
	j.mu.Lock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
	j.mu.Unlock()
}

func (j *journal) text() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}

// lives attaches an engine that notes the great events of a thread's life, each
// with the id that the thread had at first.
func (j *journal) lives(t *utrace.Task) error {
	first := t.TID()
	e, err := t.Attach(utrace.AttachCreate, &utrace.Ops{
		Exec: func(e *utrace.Engine, a utrace.Action) utrace.Action {
			j.add("%d exec as %d", first, e.Task().TID())
			return a.NoOpinion()
		},
		Death: func(e *utrace.Engine, a utrace.Action, _ bool, _ int) utrace.Action {
			j.add("%d death", first)
			return a.NoOpinion()
		},
		Reap: func(e *utrace.Engine) { j.add("%d reap", first) },
	}, nil)
	if err != nil {
		return err
	}
	return e.SetEvents(utrace.EventExec | utrace.EventDeath | utrace.EventReap)
}

// TestExecAcrossOwners: a thread execs and takes over the id of a leader that
// another owner traces. Each has its events in order, and nothing stays stopped.
func TestExecAcrossOwners(t *testing.T) {
	for _, most := range []int{1, 128} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			tr, err := linux.Open(linux.Options{MaxTracees: most})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { closeTracer(t, tr) })
			u := launch(t, build(t, "threads"), "exec")
			var j journal
			p, err := tr.Attach(deadline(t), u.Process.Pid, j.lives)
			if err != nil {
				t.Fatal(err)
			}
			pid, worker := p.Pid(), 0
			for _, k := range p.Tasks() {
				if k.TID() != pid {
					worker = k.TID()
				}
			}
			if err := unix.Kill(pid, unix.SIGUSR1); err != nil {
				t.Fatal(err)
			}
			ws, err := p.Wait(deadline(t))
			if err != nil || ws.ExitStatus() != 5 {
				t.Errorf("status %#x, %v", ws, err)
			}
			if got, want := u.line(t), fmt.Sprintf("done %d", pid); got != want {
				t.Errorf("the program says %q, want %q", got, want)
			}
			got := strings.Join(j.text(), ", ")
			want := fmt.Sprintf("%d death, %d reap, %d exec as %d, %d death, %d reap", pid, pid, worker, pid, worker, worker)
			if got != want {
				t.Errorf("events: %s\nwant:   %s", got, want)
			}
		})
	}
}

// TestDetachDeadLeader: a process whose leader has ended under tracing, while
// another thread runs on, can be let go, whether it was attached to or started.
func TestDetachDeadLeader(t *testing.T) {
	t.Run("started", func(t *testing.T) {
		tr := open(t)
		cmd := exec.Command(build(t, "threads"), "alone")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		p, err := tr.Start(cmd, func(*utrace.Task) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
			t.Fatalf("%q, %v", line, err)
		}
		detachAlone(t, p)
		unix.Kill(p.Pid(), unix.SIGUSR1)
	})
	t.Run("attached", func(t *testing.T) {
		tr := open(t)
		u := launch(t, build(t, "threads"), "late")
		p, err := tr.Attach(deadline(t), u.Process.Pid, func(*utrace.Task) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		unix.Kill(p.Pid(), unix.SIGUSR2) // the leader ends
		if got := u.line(t); got != "alone" {
			t.Fatal(got)
		}
		detachAlone(t, p)
		unix.Kill(p.Pid(), unix.SIGUSR1)
		// A zombie cannot be let go. It is our child too, and whoever of us waits
		// first collects it.
		if err := u.Wait(); !errors.Is(err, unix.ECHILD) && u.ProcessState.ExitCode() != 3 {
			t.Error(err)
		}
	})
}

func detachAlone(t *testing.T, p *utrace.Process) {
	t.Helper()
	ctx := deadline(t)
	if err := p.Detach(ctx); err != nil || ctx.Err() != nil {
		t.Errorf("detach: %v, %v", err, ctx.Err())
	}
	if b := readFile(fmt.Sprintf("/proc/%d/status", p.Pid())); !strings.Contains(b, "State:\tZ") {
		t.Errorf("the leader has not ended:\n%s", b)
	}
	if _, err := p.Wait(ctx); !errors.Is(err, unix.ESRCH) || ctx.Err() != nil {
		t.Errorf("wait after detach: %v, %v", err, ctx.Err())
	}
}

// TestHeldZombie: while an engine keeps one dead process from being reaped,
// threads of others end and are seen to; and Close does not wait for the engine.
func TestHeldZombie(t *testing.T) {
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dead := make(chan struct{})
	_, err = tr.Start(exec.Command("/bin/true"), func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, &utrace.Ops{
			Death: func(e *utrace.Engine, a utrace.Action, _ bool, _ int) utrace.Action {
				close(dead)
				return a.NoOpinion()
			},
		}, nil)
		if err != nil {
			return err
		}
		return errors.Join(e.HoldReap(), e.SetEvents(utrace.EventDeath))
	})
	if err != nil {
		t.Fatal(err)
	}
	<-dead
	cmd := exec.Command(build(t, "threads"), "exec")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := tr.Start(cmd, func(*utrace.Task) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	unix.Kill(p.Pid(), unix.SIGUSR1)
	if ws, err := p.Wait(deadline(t)); err != nil || ws.ExitStatus() != 5 {
		t.Errorf("a process with threads, beside the held one: status %#x, %v", ws, err)
	}
	// Two threads: the second's end has to be collected before the process's.
	p, err = tr.Start(exec.Command(build(t, "threads"), "pair"), func(*utrace.Task) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if ws, err := p.Wait(deadline(t)); err != nil || ws.ExitStatus() != 6 {
		t.Errorf("a process with a thread that ends: status %#x, %v", ws, err)
	}
	ctx := deadline(t)
	if err := tr.Close(ctx); err != nil || ctx.Err() != nil {
		t.Errorf("close: %v, %v", err, ctx.Err())
	}
}
