// Package procfs reads the files of /proc, with the system calls that takes and no
// more: package os asks the runtime's poller about each file that it opens, which
// costs as much as reading a short one, and a thread to poll from then on.
package procfs

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Read reads a file to its end, into buf if that is larger: then the result is
// part of it.
func Read(path string, buf []byte) ([]byte, error) {
	fd, err := open(path, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	for n := 0; ; {
		if n == len(buf) {
			buf = append(buf, make([]byte, max(n, 512))...)
		}
		m, err := unix.Read(fd, buf[n:])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return nil, &os.PathError{Op: "read", Path: path, Err: err}
		case m == 0:
			return buf[:n], nil
		default:
			n += m
		}
	}
}

// Field returns a field of a file of lines "name: value", such as /proc/PID/status,
// without the blanks around it; "" if there is none.
func Field(text []byte, name string) string {
	for line := range bytes.Lines(text) {
		if key, value, ok := bytes.Cut(line, []byte(":")); ok && string(key) == name {
			return string(bytes.TrimSpace(value))
		}
	}
	return ""
}

func open(path string, flags int) (fd int, err error) {
	for {
		fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|flags, 0)
		switch err {
		case nil:
			return fd, nil
		case unix.EINTR:
		default:
			return -1, &os.PathError{Op: "open", Path: path, Err: err}
		}
	}
}

// Threads lists the threads of a process.
func Threads(pid int) ([]int, error) {
	path := "/proc/" + strconv.Itoa(pid) + "/task"
	fd, err := open(path, unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var (
		tids  []int
		names []string
		buf   [4096]byte
	)
	for {
		n, err := unix.ReadDirent(fd, buf[:])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return nil, &os.PathError{Op: "readdirent", Path: path, Err: err}
		case n == 0:
			return tids, nil
		}
		_, _, names = unix.ParseDirent(buf[:n], -1, names[:0])
		for _, name := range names {
			if tid, err := strconv.Atoi(name); err == nil {
				tids = append(tids, tid)
			}
		}
	}
}

// Children lists the children that a thread has made, or has got from one of its
// process that ended (CONFIG_PROC_CHILDREN).
func Children(pid, tid int) ([]int, error) {
	var buf [512]byte
	b, err := Read("/proc/"+strconv.Itoa(pid)+"/task/"+strconv.Itoa(tid)+"/children", buf[:])
	if err != nil {
		return nil, err
	}
	var pids []int
	for f := range bytes.FieldsSeq(b) {
		if pid, err := strconv.Atoi(string(f)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// Stat returns the fields of a process's stat file from the third on, its state: field
// n, as proc_pid_stat(5) counts them, is the n-3rd. The second is the program's name
// in parentheses, and may hold any of spaces, parentheses and newlines.
func Stat(pid int) ([][]byte, error) {
	return stat("/proc/" + strconv.Itoa(pid) + "/stat")
}

// ThreadStat is Stat for what is a thread's own: the kernel does not sum up the
// times of all threads of its process.
func ThreadStat(tid int) ([][]byte, error) {
	id := strconv.Itoa(tid)
	return stat("/proc/" + id + "/task/" + id + "/stat")
}

func stat(path string) ([][]byte, error) {
	var buf [1024]byte
	b, err := Read(path, buf[:])
	if err != nil {
		return nil, err
	}
	f := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(f) < 37 { // processor is the 39th; later ones came with later kernels
		return nil, fmt.Errorf("%s: %d fields behind the name: %.200q", path, len(f), b)
	}
	return f, nil
}
