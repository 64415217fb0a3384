package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"golang.org/x/sys/unix"

	"utrace/cmd/utrace/internal/straceopt"
	"utrace/internal/tty"
	"utrace/syscalls"
)

// straceOutput is what -o names.
type straceOutput struct {
	w        io.Writer                             // standard error, a file or a pipe; nil if separate
	separate func(tid int) (io.WriteCloser, error) // -ff: a file for each thread
	closer   io.Closer                             // nil for standard error
	cmd      *exec.Cmd                             // at the other end of the pipe, or nil
}

func openStraceOutput(o *straceopt.Options) (*straceOutput, error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if o.Append {
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	open := func(path string) (*os.File, error) {
		f, err := os.OpenFile(path, flags, 0o666)
		if err != nil {
			return nil, straceopt.Errorf("Can't fopen '%s': %s", path, errnoText(err))
		}
		return f, nil
	}
	switch {
	case o.Output == "":
		return &straceOutput{w: os.Stderr}, nil
	case o.Separate:
		return &straceOutput{separate: func(tid int) (io.WriteCloser, error) {
			return open(o.Output + "." + strconv.Itoa(tid))
		}}, nil
	case o.Output[0] == '|' || o.Output[0] == '!':
		return pipeTo(o.Output[1:])
	}
	f, err := open(o.Output)
	if err != nil {
		return nil, err
	}
	return &straceOutput{w: f, closer: f}, nil
}

// pipeTo starts a shell command, as popen(3) does, that reads what is written.
func pipeTo(command string) (*straceOutput, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe: %s", errnoText(err))
	}
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r, os.Stdout, os.Stderr
	err = cmd.Start()
	_ = r.Close()
	if err != nil {
		_ = w.Close()
		return nil, fmt.Errorf("popen: %w", err)
	}
	return &straceOutput{w: w, closer: w, cmd: cmd}, nil
}

// table is where the table of -c goes.
func (o *straceOutput) table() io.Writer { return o.w }

func (o *straceOutput) colour() bool {
	return o.separate == nil && tty.Of(o.w).Colour
}

// readerGone reports whether an error of writing is that the command at the other
// end of the pipe has had enough.
func (o *straceOutput) readerGone(err error) bool { return o.cmd != nil && errors.Is(err, unix.EPIPE) }

// close waits for who reads the pipe.
func (o *straceOutput) close() error {
	var err error
	if o.closer != nil {
		err = o.closer.Close()
	}
	if o.cmd != nil {
		_ = o.cmd.Wait() // how it ends is its own affair
	}
	return err
}

// errnoText is an error of the kernel in the C library's words.
func errnoText(err error) string {
	var errno unix.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	return syscalls.ErrnoText(int(errno))
}
