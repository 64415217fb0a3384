package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// Exit statuses of utrace itself; every other is the program's.
const (
	statusUsage         = 2   // wrong command line, nothing was run
	statusFailed        = 125 // utrace failed
	statusNotExecutable = 126 // the program is there and cannot be run
	statusNotFound      = 127 // the program is not there
)

// usageError is a wrong command line.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// execError is a program that could not be executed.
type execError struct {
	path string
	err  error
}

func (e *execError) Error() string { return fmt.Sprintf("%s: %v", e.path, cause(e.err)) }
func (e *execError) Unwrap() error { return e.err }

// cause takes off what os/exec puts around an errno, since the path is named
// already.
func cause(err error) error {
	var perr *fs.PathError
	var xerr *exec.Error
	switch {
	case errors.As(err, &perr):
		return perr.Err
	case errors.As(err, &xerr):
		return xerr.Err
	}
	return err
}

func (e *execError) status() int {
	if errors.Is(e.err, exec.ErrNotFound) || errors.Is(e.err, fs.ErrNotExist) {
		return statusNotFound
	}
	return statusNotExecutable
}

// ended is how a program ended: not an error, but what utrace must end as too.
type ended struct{ status unix.WaitStatus }

func (e *ended) Error() string { return fmt.Sprintf("wait status %#x", uint32(e.status)) }

// killed is the signal that made utrace end.
type killed struct{ sig unix.Signal }

func (e *killed) Error() string { return e.sig.String() }

// quiet is an exit status whose reason has been printed already.
type quiet int

func (q quiet) Error() string { return fmt.Sprintf("exit status %d", int(q)) }

// report prints what there is to say about err and returns the exit status
// that stands for it. For a death by a signal it dies of that signal.
func report(w io.Writer, err error) int {
	var (
		e     *ended
		k     *killed
		q     quiet
		usage *usageError
		x     *execError
	)
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		if e.status.Signaled() {
			return die(unix.Signal(e.status.Signal()))
		}
		return e.status.ExitStatus()
	case errors.As(err, &k):
		return die(k.sig)
	case errors.As(err, &q):
		return int(q)
	}
	fmt.Fprintf(w, "utrace: %v\n", err)
	switch {
	case errors.As(err, &usage):
		return statusUsage
	case errors.As(err, &x):
		return x.status()
	}
	return statusFailed
}

// die kills utrace by sig, as the program was, without a core dump of utrace:
// a shell that waits for utrace then sees what it would have seen of the
// program. Where the signal does not kill, it returns the status by which a
// shell names it.
func die(sig unix.Signal) int {
	runtime.LockOSThread()
	// A core pattern that is a pipe does not look at RLIMIT_CORE.
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	swapAction(sig, new(kernelSigaction), nil)
	var set unix.Sigset_t
	set.Val[(sig-1)/64] = 1 << ((sig - 1) % 64)
	_ = unix.PthreadSigmask(unix.SIG_UNBLOCK, &set, nil)
	_ = unix.Tgkill(unix.Getpid(), unix.Gettid(), sig)
	return 128 + int(sig)
}
