package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"utrace/cmd/utrace/internal/straceopt"
)

// command is the program to run, by the options for it; nil if there is none.
func (s *straceRun) command() (*exec.Cmd, error) {
	if len(s.Command) == 0 {
		return nil, nil
	}
	path, err := lookPath(s.Command[0])
	if err != nil {
		return nil, straceopt.Errorf("Can't stat '%s': %s", s.Command[0], statError(err))
	}
	cmd := &exec.Cmd{
		Path: path, Args: slices.Clone(s.Command), Env: environment(os.Environ(), s.Env),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}
	if s.Argv0 != nil {
		cmd.Args[0] = *s.Argv0
	}
	if s.User != "" {
		credential, err := credentialOf(s.User)
		if err != nil {
			return nil, err
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	}
	return cmd, nil
}

// statError is why there is no such program, in the C library's words.
func statError(err error) string {
	var errno unix.Errno
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		errno = unix.ENOENT
	case errors.Is(err, fs.ErrPermission):
		errno = unix.EACCES
	default:
		return cause(err).Error()
	}
	return errnoText(errno)
}

// environment applies -E: VAR=VAL sets, VAR removes.
func environment(env, changes []string) []string {
	for _, change := range changes {
		name, _, sets := strings.Cut(change, "=")
		env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		if sets {
			env = append(env, change)
		}
	}
	return env
}

// credentialOf is what a login of the user would have (-u).
func credentialOf(name string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, straceopt.Errorf("You must be root to use the -u/--user option")
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, straceopt.Errorf("Cannot find user '%s'", name)
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("groups of user '%s': %w", name, err)
	}
	c := &syscall.Credential{Uid: id(u.Uid), Gid: id(u.Gid)}
	for _, g := range ids {
		c.Groups = append(c.Groups, id(g))
	}
	return c, nil
}

// id is a user's or group's number, which on Linux is one.
func id(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 32)
	return uint32(n)
}
