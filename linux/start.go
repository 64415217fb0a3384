package linux

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/sys"
)

// started is a Start under way.
type started struct {
	*born
	path    string
	setup   func(*utrace.Task) error
	done    chan error      // told once
	process *utrace.Process // nil as long as there is none; read it when told
	target  uint64          // where the program's path lies in the stage's memory; 0: not begun
}

// stageDied says that the process ended before its program stood.
type stageDied struct{ ws unix.WaitStatus }

func (e *stageDied) Error() string {
	if e.ws.Signaled() {
		return fmt.Sprintf("utrace: killed by %v before the program started", unix.SignalName(e.ws.Signal()))
	}
	return fmt.Sprintf("utrace: exited with %d before the program started", e.ws.ExitStatus())
}

// Start forks and execs by os/exec, so that all of cmd's settings mean what they
// do there. What is exec'd at first is our own executable, the stage, with the
// program's arguments and environment: it never runs an instruction. It is stopped
// at its exec, exchanged into a seized tracee of an owner, and made to exec the
// program, so that the program's own execve is the first call that engines see,
// and its errno is known.
func (h *host) Start(cmd *exec.Cmd, setup func(*utrace.Task) error) (*utrace.Process, error) {
	switch {
	case cmd.Err != nil:
		return nil, cmd.Err
	case cmd.Process != nil:
		return nil, errors.New("utrace: command already started")
	case h.isClosed():
		return nil, errClosed
	}
	b, err := spawn(cmd)
	if err != nil {
		if errors.Is(err, unix.EPERM) {
			err = errors.Join(errNoPtrace, err)
		}
		return nil, err
	}
	st := &started{born: b, path: cmd.Path, setup: setup, done: make(chan error, 1)}
	h.give(st)
	if err := <-st.done; err != nil {
		if st.process != nil {
			st.process.Wait(context.Background())
		}
		return nil, err
	}
	return st.process, nil
}

// give lets an owner begin with a child that nobody traces.
func (h *host) give(st *started) {
	o, err := h.pick()
	switch {
	case err != nil:
		st.fail(err)
	case o == nil:
		h.goOwner(false, func(o *owner, err error) {
			if err != nil {
				st.fail(err)
				return
			}
			o.receive(st)
		})
	case !o.post(request{fn: func() { o.receive(st) }}):
		st.fail(errClosed)
	}
}

// fail ends a Start whose child is not a tracee.
func (st *started) fail(err error) {
	st.kill()
	st.done <- err
}

// receive makes the child a tracee and launches the program.
func (o *owner) receive(st *started) {
	pid := st.cmd.Process.Pid
	th := o.newThread(pid)
	th.tgid, th.stage = pid, st
	th.space.Store(newVM())
	th.vm().insn[0] = uint64(sys.SyscallInsn()) // if it is the stage
	g := o.h.group(pid)
	g.killed.Store(true)
	th.group = g
	if err := o.seizeStage(th, g); err != nil {
		sys.Kill(pid, unix.SIGKILL)
		for {
			var ws unix.WaitStatus
			if _, e := sys.Wait4(pid, &ws, unix.WALL); e != 0 || !ws.Stopped() {
				break
			}
			sys.Resume(unix.PTRACE_CONT, pid, 0) // on its way out
		}
		o.h.drop(g)
		st.fail(err)
		return
	}
	th.task = o.h.hooks.NewTask(utrace.TaskInfo{TID: pid, TGID: pid, Private: th})
	o.adopt(th)
	th.brief(nrPrctl, [6]uint64{unix.PR_SET_PDEATHSIG, uint64(st.pdeathsig)})
	p := th.task.Process()
	st.process = p
	if st.pdeathsig == 0 {
		st.release()
	} else { // it is sent when the thread ends that has made the child
		go func() { <-p.Done(); st.release() }()
	}
	o.h.hooks.SetFinish(p, func() error {
		// The process has been reaped; what is left are cmd's copying
		// goroutines, and their descriptors.
		if err := st.cmd.Wait(); !errors.Is(err, unix.ECHILD) {
			return err
		}
		return nil
	})
	if err := st.setup(th.task); err != nil {
		o.abortStart(th, err)
		th.at = going
		return
	}
	o.install(th)
	if st.cmd.Path == st.path {
		// No stage: the program itself stands, and is let go.
		o.report(th, nil)
		th.stage = nil
		o.act(th, o.h.hooks.UserMode(th.task))
		return
	}
	if err := o.launch(th, st.path); err != nil {
		o.abortStart(th, err)
	}
}

// abortStart ends a process whose program is not to run.
func (o *owner) abortStart(th *thread, err error) {
	o.report(th, err)
	th.stage = nil
	sys.Kill(th.tid, unix.SIGKILL)
}

// seizeStage seizes the child, which is stopped by SIGSTOP, and continues it. It
// ends at a trap in the kernel's signal path, before the first instruction.
func (o *owner) seizeStage(th *thread, g *group) error {
	pid := th.tid
	var ws unix.WaitStatus
	wait := func() error {
		_, e := sys.Wait4(pid, &ws, unix.WUNTRACED|waitOptions)
		if e == 0 && !ws.Stopped() {
			return &stageDied{ws}
		}
		return step("wait4", e)
	}
	if err := step("ptrace(PTRACE_SEIZE)", sys.Seize(pid, g.options())); err != nil {
		return err
	}
	if err := wait(); err != nil { // PTRACE_EVENT_STOP: the group-stop
		return err
	}
	sys.Kill(pid, unix.SIGCONT)
	for {
		if err := step("ptrace(PTRACE_CONT)", sys.Resume(unix.PTRACE_CONT, pid, 0)); err != nil {
			return err
		}
		if err := wait(); err != nil {
			return err
		}
		// A trap tells of the SIGCONT, then the signal itself comes; it is
		// dropped, and the thread is where we want it.
		if ws>>16 == 0 && ws.StopSignal() == unix.SIGCONT {
			break
		}
	}
	th.at, th.status = atTrap, ws
	return nil
}

// launch makes the stage call execve, with the arguments and the environment
// that the kernel has put onto its stack.
func (o *owner) launch(th *thread, path string) error {
	regs, err := th.loadRegs()
	if err != nil {
		return err
	}
	sp := regs.SP()
	var word [8]byte
	if n, err := th.readMem(word[:], sp); n != 8 {
		return err
	}
	argc := uint64(word[0]) | uint64(word[1])<<8 | uint64(word[2])<<16 | uint64(word[3])<<24
	name := append([]byte(path), 0)
	at := (sp - 256 - uint64(len(name))) &^ 15
	if _, err := th.writeMem(name, at); err != nil {
		return err
	}
	id := arch.NativeID()
	pc, err := th.syscallInsn(id, regs)
	if err != nil {
		return fmt.Errorf("utrace: find a system call instruction: %w", err)
	}
	argv := sp + 8
	regs.SetPC(pc)
	regs.PrepareCall(id, nrExecve, [6]uint64{at, argv, argv + 8*(argc+1)})
	th.dirty = true
	th.stage.target = at
	th.resume(true, 0)
	return nil
}

// staged is the exit of the stage's execve. After a success it is the
// program's own; a failure ends the stage.
func (o *owner) staged(th *thread, result int64) {
	if th.call.nr != nrExecve {
		return
	}
	err := error(&os.PathError{Op: "exec", Path: th.stage.path, Err: unix.Errno(-result)})
	if result >= 0 || result < -4095 {
		err = errors.New("utrace: the execve of the program was aborted")
	}
	c := &th.call
	o.h.hooks.SyscallExit(th.task, c.arch, c.nr, &c.args, result)
	th.at = going
	o.abortStart(th, err)
}

// report tells Start how it went.
func (o *owner) report(th *thread, err error) {
	select {
	case th.stage.done <- err:
	default:
	}
}
