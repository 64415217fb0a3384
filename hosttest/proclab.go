package hosttest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/procfs"
	"utrace/syscalls"
)

// ProcLab runs puppets as real processes.
type ProcLab struct {
	name   string
	tracer *utrace.Tracer
	has    func(Cap) bool
	puppet string
	traps  *syscalls.Set // see Filter
	mu     sync.Mutex
	files  map[*Board]*os.File
	bare   []*exec.Cmd
}

// bury waits for the puppets that were started untraced, all of which have been
// killed. While one is traced by this very process its tracer waits for it, and
// a second wait would steal its stops: the kernel reports ptrace stops to any
// thread of the tracer's process that waits, whatever its options
// (wait_task_stopped).
func (l *ProcLab) bury(t testing.TB) {
	for _, cmd := range l.bare {
		status := fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)
		free := func() bool {
			b, err := os.ReadFile(status)
			return err != nil || bytes.Contains(b, []byte("TracerPid:\t0\n"))
		}
		if !until(free) {
			t.Errorf("process %d is still traced", cmd.Process.Pid)
			continue
		}
		cmd.Wait()
	}
}

// BuildPuppet builds the puppet for real hosts, for which it needs gcc: a test
// without is skipped.
func BuildPuppet(t testing.TB) (path string) {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil || runtime.GOARCH != "amd64" {
		t.Skip("the puppet needs gcc on amd64")
	}
	_, here, _, _ := runtime.Caller(0)
	bin := filepath.Join(t.TempDir(), "puppet")
	out, err := exec.Command(gcc, "-O1", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector",
		"-o", bin, filepath.Join(filepath.Dir(here), "testdata", "puppet.c")).CombinedOutput()
	if err != nil {
		t.Fatalf("build the puppet: %v\n%s", err, out)
	}
	return bin
}

// NewProcLab makes a lab over the tracer of a real host, with a puppet from
// BuildPuppet.
func NewProcLab(t testing.TB, name string, tracer *utrace.Tracer, puppet string, has func(Cap) bool) *ProcLab {
	l := &ProcLab{name: name, tracer: tracer, has: has, puppet: puppet, files: map[*Board]*os.File{}}
	t.Cleanup(func() { l.bury(t) })
	return l
}

// Filter makes the lab start its puppets under a filter that traps the calls of
// set, which must not be nil: an engine wants their entries while a puppet is
// started, and is gone when the test begins.
func (l *ProcLab) Filter(set *syscalls.Set) { l.traps = set }

// pilot attaches that engine.
func (l *ProcLab) pilot(t *utrace.Task) (*utrace.Engine, error) {
	e, err := t.Attach(utrace.AttachCreate, &utrace.Ops{Name: "pilot"}, nil)
	if err != nil {
		return nil, err
	}
	if err := e.SetSyscalls(l.traps); err != nil {
		return nil, err
	}
	return e, e.SetEvents(utrace.EventSyscallEntry)
}

func (l *ProcLab) Name() string           { return l.name }
func (l *ProcLab) Tracer() *utrace.Tracer { return l.tracer }
func (l *ProcLab) Has(c Cap) bool         { return l.has(c) }

// Asleep: a thread that was asked to trap does not sleep until it has.
func (l *ProcLab) Asleep(tid int) bool {
	stat, err := procfs.Stat(tid)
	return err == nil && stat[0][0] == 'S'
}

func (l *ProcLab) Kill(pid int, sig unix.Signal) error { return unix.Kill(pid, sig) }

func (l *ProcLab) NewBoard(t testing.TB) *Board {
	t.Helper()
	fd, err := unix.MemfdCreate("board", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "board")
	const size = boardWords * 8
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	mem, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	b := &Board{unsafe.Slice((*uint64)(unsafe.Pointer(&mem[0])), boardWords)}
	l.mu.Lock()
	l.files[b] = f
	l.mu.Unlock()
	t.Cleanup(func() {
		l.mu.Lock()
		delete(l.files, b)
		l.mu.Unlock()
		f.Close()
		b.words = nil
		unix.Munmap(mem)
	})
	return b
}

func (l *ProcLab) Launch(s Script, board *Board, setup func(*utrace.Task) error) (*utrace.Process, int, error) {
	l.mu.Lock()
	file := l.files[board]
	l.mu.Unlock()
	cmd := exec.Command(l.puppet, s.String())
	cmd.ExtraFiles = []*os.File{file}
	if setup == nil {
		if err := cmd.Start(); err != nil {
			return nil, 0, err
		}
		l.mu.Lock()
		l.bare = append(l.bare, cmd)
		l.mu.Unlock()
		return nil, cmd.Process.Pid, nil
	}
	type started struct {
		p   *utrace.Process
		err error
	}
	done := make(chan started, 1)
	go func() {
		var pilot *utrace.Engine
		p, err := l.tracer.Start(cmd, func(t *utrace.Task) (err error) {
			if l.traps != nil {
				if pilot, err = l.pilot(t); err != nil {
					return err
				}
			}
			return setup(t)
		})
		if pilot != nil {
			pilot.Control(utrace.Detach)
			pilot.Put()
		}
		done <- started{p, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, 0, r.err
		}
		return r.p, r.p.Pid(), nil
	case <-time.After(Deadline):
		return nil, 0, fmt.Errorf("start does not return")
	}
}

// AwaitMoved waits, on the owner of a held thread, until it is no longer where
// it was: its next stop, or its death, is there to be collected.
func (l *ProcLab) AwaitMoved(t testing.TB, tid int) {
	t.Helper()
	moved := func() bool {
		var si unix.Siginfo
		const options = unix.WSTOPPED | unix.WEXITED | unix.WNOWAIT | unix.WNOHANG | unix.WALL
		err := unix.Waitid(unix.P_PID, tid, &si, options, nil)
		return err == nil && si.Signo == int32(unix.SIGCHLD)
	}
	if !until(moved) {
		t.Errorf("thread %d does not move", tid)
	}
}
