package linux

import (
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// spawn starts c, whose attributes ask for PTRACE_TRACEME, on an OS thread made
// for it, and lets it go stopped by SIGSTOP, for an owner to seize. It must not
// be an owner's own child: where parent and tracer are threads of one process
// the kernel shows a tracee's stops to both (wait_consider_task), and the leader
// that a thread has become by exec may have another owner than the one that
// began the process. The thread lives until release is called.
func spawn(c *exec.Cmd) (release func(), err error) {
	started, released := make(chan error), make(chan struct{})
	go func() {
		// Not unlocked: the thread ends, and its child becomes the main
		// thread's, which never waits.
		runtime.LockOSThread()
		started <- startStopped(c)
		<-released
		if sys.Gettid() == os.Getpid() {
			runtime.UnlockOSThread()
		}
	}()
	if err := <-started; err != nil {
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
