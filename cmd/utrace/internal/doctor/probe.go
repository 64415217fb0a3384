package doctor

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// probe is a child of ours, caught at its first instruction, which never runs
// further than a few instructions and is killed in the end. All is done on one
// OS thread, its tracer.
type probe struct{ tid int }

// withProbe calls fn with a fresh child. The thread that traced it ends.
func withProbe(fn func(*probe) error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread goes with the goroutine
		done <- onProbe(fn)
	}()
	return <-done
}

func onProbe(fn func(*probe) error) error {
	cmd := &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{"probe"},
		SysProcAttr: &syscall.SysProcAttr{Ptrace: true, Pdeathsig: unix.SIGKILL},
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start a traced child: %w", err)
	}
	p := &probe{cmd.Process.Pid}
	defer func() {
		sys.Kill(p.tid, unix.SIGKILL)
		_, _ = p.wait()
		_ = cmd.Process.Release()
	}()
	if st, err := p.wait(); err != nil {
		return err
	} else if !st.Stopped() {
		return fmt.Errorf("a traced child ended at its first stop (%#x)", uint32(st))
	}
	return fn(p)
}

func (p *probe) wait() (unix.WaitStatus, error) {
	var st unix.WaitStatus
	for {
		_, e := sys.Wait4(p.tid, &st, unix.WALL)
		switch e {
		case 0:
			return st, nil
		case unix.EINTR:
		default:
			return 0, os.NewSyscallError("wait4", e)
		}
	}
}

// seize lets the child go, stopped, and takes it again by SEIZE.
func (p *probe) seize() error {
	if e := sys.Detach(p.tid, unix.SIGSTOP); e != 0 {
		return os.NewSyscallError("ptrace(PTRACE_DETACH)", e)
	}
	if e := sys.Seize(p.tid, unix.PTRACE_O_EXITKILL); e != 0 {
		return os.NewSyscallError("ptrace(PTRACE_SEIZE)", e)
	}
	if e := sys.Interrupt(p.tid); e != 0 {
		return os.NewSyscallError("ptrace(PTRACE_INTERRUPT)", e)
	}
	_, err := p.wait()
	return err
}

var errEnded = errors.New("the child ended")

// steps makes n steps by a request and returns how far each led from where it
// began.
func (p *probe) steps(request uintptr, n int) ([]uint64, error) {
	start, err := p.pc()
	if err != nil {
		return nil, err
	}
	var at []uint64
	for range n {
		if e := sys.Resume(request, p.tid, 0); e != 0 {
			return nil, e
		}
		st, err := p.wait()
		switch {
		case err != nil:
			return nil, err
		case !st.Stopped() || st.StopSignal() != unix.SIGTRAP:
			return nil, errEnded
		}
		pc, err := p.pc()
		if err != nil {
			return nil, err
		}
		at = append(at, pc-start)
	}
	return at, nil
}

// pc returns the instruction pointer, which PTRACE_GETREGS has on every machine.
func (p *probe) pc() (uint64, error) {
	var regs unix.PtraceRegs
	if e := sys.GetRegs(p.tid, &regs); e != 0 {
		return 0, os.NewSyscallError("ptrace(PTRACE_GETREGS)", e)
	}
	return regs.PC(), nil
}
