// Package session finds the running sessions of a user that serve a control
// socket, so that utrace ctl need not be told where it is.
//
// Each is a symbolic link to its socket, called after the process that serves
// it, in a directory that is the user's alone: $XDG_RUNTIME_DIR/utrace, or
// /tmp/utrace-UID where there is none.
package session

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// dir returns the directory, made if need be. One that others can write to is
// an error.
func dir() (string, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("utrace-%d", os.Geteuid()))
	if run := os.Getenv("XDG_RUNTIME_DIR"); run != "" {
		path = filepath.Join(run, "utrace")
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(st.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return "", fmt.Errorf("%s: not a directory that is yours alone", path)
	}
	return path, nil
}

// Announce makes the session that serves the socket at path known, until the
// function that it returns is called.
func Announce(path string) (withdraw func(), err error) {
	d, err := dir()
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	link := filepath.Join(d, strconv.Itoa(os.Getpid()))
	_ = os.Remove(link) // of an earlier process with this id
	if err := os.Symlink(abs, link); err != nil {
		return nil, err
	}
	return func() { _ = os.Remove(link) }, nil
}

// Find returns the socket of the one session that runs. None, or several, is an
// error that says what to do.
func Find() (string, error) {
	d, err := dir()
	if err != nil {
		return "", err
	}
	entries, err := os.ReadDir(d)
	if err != nil {
		return "", err
	}
	var sockets, lines []string
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || e.Type() != fs.ModeSymlink {
			continue
		}
		link := filepath.Join(d, e.Name())
		if unix.Kill(pid, 0) == unix.ESRCH {
			_ = os.Remove(link) // it was killed
			continue
		}
		if to, err := os.Readlink(link); err == nil {
			sockets = append(sockets, to)
			lines = append(lines, fmt.Sprintf("  --control %s   (pid %d)", to, pid))
		}
	}
	switch len(sockets) {
	case 0:
		return "", fmt.Errorf("no session is running: start one with: utrace run --control PATH ... CMD")
	case 1:
		return sockets[0], nil
	}
	return "", fmt.Errorf("several sessions are running: say which:\n%s", strings.Join(lines, "\n"))
}
