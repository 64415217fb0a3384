package ptrace

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/internal/procfs"
)

// groupOf returns the process group of the thread tid as t sees it; 0 if it is
// gone, or the group is not in t's namespace.
func (t *thread) groupOf(tid int) int {
	if d := t.depth(); d != 0 {
		groups := idsIn(statusOf(tid), "NSpgid")
		if d >= len(groups) {
			return 0
		}
		return groups[d]
	}
	pgid, err := unix.Getpgid(tid)
	if err != nil {
		return 0
	}
	return pgid
}

// uid is the thread's real user id.
func (t *thread) uid() uint32 {
	first, _, _ := strings.Cut(procfs.Field(t.statusText(), "Uid"), "\t")
	uid, _ := strconv.ParseUint(first, 10, 32)
	return uint32(uid)
}

// Numbers of capabilities, from linux/capability.h.
const capSysAdmin = 21

// capable reports whether the thread has a capability.
func (t *thread) capable(c int) bool {
	caps, _ := strconv.ParseUint(procfs.Field(t.statusText(), "CapEff"), 16, 64)
	return caps&(1<<c) != 0
}

// statusText is the thread's /proc/TID/status; nil if it is gone.
func (t *thread) statusText() []byte { return statusOf(t.task.TID()) }

// statusOf is the same of the thread tid.
func statusOf(tid int) []byte {
	b, _ := procfs.Read("/proc/"+strconv.Itoa(tid)+"/status", nil)
	return b
}

// statusFile is a thread's /proc/TID/status, kept open: reading it again is half
// as dear as opening it.
type statusFile struct {
	tid  int
	fd   int
	open bool
	buf  []byte // made when it is first read: few processes trace
}

// read returns the text; nil if the thread is gone.
func (s *statusFile) read(tid int) []byte {
	if !s.open || s.tid != tid {
		s.close()
		fd, err := unix.Open("/proc/"+strconv.Itoa(tid)+"/status", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil
		}
		s.tid, s.fd, s.open = tid, fd, true
	}
	if s.buf == nil {
		s.buf = make([]byte, 4096)
	}
	n, err := unix.Pread(s.fd, s.buf, 0)
	if err != nil {
		return nil
	}
	return s.buf[:n]
}

func (s *statusFile) close() {
	if s.open {
		_ = unix.Close(s.fd) // it was only read
		s.open = false
	}
}

// stateOf returns the state of a process as proc_pid_stat(5) shows it; ok is
// false if there is none of that id.
func stateOf(pid int) (state byte, ok bool) {
	f, err := procfs.Stat(pid)
	if err != nil {
		return 0, false
	}
	return f[0][0], true
}
