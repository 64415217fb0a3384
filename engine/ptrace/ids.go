package ptrace

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"utrace"
)

// Ids are translated between the PID namespaces of the programs inside and that
// of utrace itself, in which the tasks have theirs.

// nspids returns a thread's ids, from utrace's PID namespace down to its own:
// threads ("NSpid"), processes ("NStgid") or groups ("NSpgid").
func nspids(tid int, field string) []int {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(tid) + "/status")
	if err != nil {
		return nil
	}
	var ids []int
	for _, f := range strings.Fields(statusField(b, field)) {
		id, err := strconv.Atoi(f)
		if err != nil {
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}

// depth is how many PID namespaces the thread is below utrace's: 0 for most.
func (t *thread) depth() int {
	if t.below == unknownDepth {
		own, _ := os.Readlink("/proc/self/ns/pid")
		its, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(t.task.TID()), "ns/pid"))
		if err != nil {
			return 0 // it dies
		}
		t.below = 0
		if own != its {
			t.below = max(len(nspids(t.task.TID(), "NSpid"))-1, 0)
		}
	}
	return t.below
}

const unknownDepth = -1

// shownID is the id of the thread tid as t sees it; 0 if it does not.
func (t *thread) shownID(tid int) int {
	d := t.depth()
	if d == 0 {
		return tid
	}
	ids := nspids(tid, "NSpid")
	if d >= len(ids) {
		return 0
	}
	return ids[d]
}

// hostID is the id of the thread that t calls pid.
func (t *thread) hostID(pid int) int {
	d := t.depth()
	if d == 0 {
		return pid
	}
	for _, task := range t.task.Tracer().Tasks() {
		if ids := nspids(task.TID(), "NSpid"); d < len(ids) && ids[d] == pid {
			return task.TID()
		}
	}
	return 0
}

// ownTID and ownPID are the thread's ids as it sees them itself.
func (t *thread) ownTID() int { return t.shownID(t.task.TID()) }

func (t *thread) ownPID() int { return t.shownID(t.task.PID()) }

// uid is the thread's real user id.
func (t *thread) uid() uint32 {
	first, _, _ := strings.Cut(statusField(t.statusText(), "Uid"), "\t")
	uid, _ := strconv.ParseUint(first, 10, 32)
	return uint32(uid)
}

// Numbers of capabilities, from linux/capability.h.
const capSysAdmin = 21

// capable reports whether the thread has a capability.
func (t *thread) capable(c int) bool {
	caps, _ := strconv.ParseUint(statusField(t.statusText(), "CapEff"), 16, 64)
	return caps&(1<<c) != 0
}

// statusText is the thread's /proc/TID/status; nil if it is gone.
func (t *thread) statusText() []byte {
	b, _ := os.ReadFile("/proc/" + strconv.Itoa(t.task.TID()) + "/status")
	return b
}

// statusField returns a field of the text of /proc/PID/status.
func statusField(text []byte, name string) string {
	for line := range bytes.Lines(text) {
		if value, ok := bytes.CutPrefix(line, []byte(name+":")); ok {
			return string(bytes.TrimSpace(value))
		}
	}
	return ""
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

// groupOf returns the process group of a thread, 0 if it is gone.
func groupOf(task *utrace.Task) int {
	pgid, err := unix.Getpgid(task.PID())
	if err != nil {
		return 0
	}
	return pgid
}

// stateOf returns the state of a process as proc_pid_stat(5) shows it; ok is
// false if there is none of that id.
func stateOf(pid int) (state byte, ok bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	_, rest, ok := bytes.Cut(b, []byte(") "))
	if !ok || len(rest) == 0 {
		return 0, false
	}
	return rest[0], true
}
