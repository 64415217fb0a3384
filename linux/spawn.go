package linux

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// born is a child that has exec'd the stage and is stopped by SIGSTOP, traced by
// nobody.
type born struct {
	cmd       exec.Cmd       // that made it
	pdeathsig syscall.Signal // what the program is to have instead of ours
	release   func()         // lets the OS thread end that has made it
}

// spawn makes a child for cmd, on an OS thread that lives until release is called.
// Until the child is seized the kernel kills it if that thread ends
// (PR_SET_PDEATHSIG): it would be left stopped, or the stage would run.
//
// It must not be an owner's own child: where parent and tracer are threads of one
// process the kernel shows a tracee's stops to both (wait_consider_task), and the
// leader that a thread has become by exec may have another owner than the one
// that began the process.
func spawn(cmd *exec.Cmd) (*born, error) {
	b := &born{cmd: *cmd}
	attr := syscall.SysProcAttr{}
	if cmd.SysProcAttr != nil {
		attr = *cmd.SysProcAttr
	}
	b.pdeathsig, attr.Pdeathsig = attr.Pdeathsig, syscall.SIGKILL
	attr.Ptrace = true
	c := &b.cmd
	c.SysProcAttr = &attr
	c.Path = stagePath(cmd)
	if cmd.Cancel != nil {
		set := make(chan struct{})
		defer close(set)
		c.Cancel = func() error { <-set; return cmd.Cancel() }
	}
	var err error
	if b.release, err = onItsOwnThread(func() error { return startStopped(c) }); err != nil {
		return nil, err
	}
	cmd.Process = c.Process
	cmd.ProcessState = new(os.ProcessState) // so that cmd.Wait says no
	return b, nil
}

// stagePath is the program that the child is to exec first.
func stagePath(cmd *exec.Cmd) string {
	if cmd.SysProcAttr != nil && cmd.SysProcAttr.Chroot != "" {
		return cmd.Path // our own executable may not be there
	}
	return "/proc/self/exe"
}

// onItsOwnThread calls fn on an OS thread that lives until release is called.
func onItsOwnThread(fn func() error) (release func(), err error) {
	done, released := make(chan error), make(chan struct{})
	go func() {
		// Not unlocked: the thread ends, and its children become another's of
		// the process.
		runtime.LockOSThread()
		done <- fn()
		<-released
		if sys.Gettid() == os.Getpid() {
			runtime.UnlockOSThread()
		}
	}()
	if err := <-done; err != nil {
		close(released)
		return nil, err
	}
	return func() { close(released) }, nil
}

func startStopped(c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err
	}
	pid := c.Process.Pid
	err := awaitStage(pid) // SIGTRAP: the exec
	if err == nil {
		err = step("ptrace(PTRACE_DETACH)", sys.Detach(pid, unix.SIGSTOP))
	}
	if err == nil {
		err = awaitStage(pid) // stopped, as our child
	}
	if err != nil {
		sys.Kill(pid, unix.SIGKILL)
		go c.Wait()
	}
	return err
}

// kill ends a child that nobody traces.
func (b *born) kill() {
	sys.Kill(b.cmd.Process.Pid, unix.SIGKILL)
	b.release()
	go b.cmd.Wait() // for its goroutines
}

// awaitStage waits for a stop of the stage.
func awaitStage(pid int) error {
	var ws unix.WaitStatus
	_, e := sys.Wait4(pid, &ws, unix.WUNTRACED|waitOptions)
	if e == 0 && !ws.Stopped() {
		return &stageDied{ws}
	}
	return step("wait4", e)
}

func step(what string, e unix.Errno) error {
	if e == 0 {
		return nil
	}
	return &os.SyscallError{Syscall: what, Err: e}
}
