package ptrace

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/internal/procfs"
)

// Ids are translated between the PID namespaces of the programs inside and that
// of utrace itself, in which the tasks have theirs (pid_namespaces(7)).

// names are a thread's ids in the PID namespaces that it has one in, from
// utrace's down to its own.
type names struct {
	tid    int      // that they were looked up for
	ids    []int    // the thread's
	pids   []int    // its process's
	spaces []uint64 // the namespaces' inodes; nil if they cannot be seen
}

// names looks a thread's ids up, once for each id that it has in utrace's
// namespace: an exec may change that. Those of a thread that is gone are the last
// known.
func (t *thread) names() *names {
	tid := t.task.TID()
	old := t.known.Load()
	if old != nil && old.tid == tid {
		return old
	}
	text := t.statusText()
	n := &names{tid: tid, ids: idsIn(text, "NSpid"), pids: idsIn(text, "NStgid")}
	switch {
	case len(n.ids) == 0 || len(n.pids) != len(n.ids): // it is gone
		if old != nil {
			return old
		}
		n.ids, n.pids = []int{tid}, []int{t.task.PID()}
	case len(n.ids) > 1:
		n.spaces = spacesOf(tid, len(n.ids))
	}
	t.known.Store(n)
	return n
}

// idsIn returns a field of the text of /proc/TID/status that has an id for each
// PID namespace; nil if there is none.
func idsIn(text []byte, field string) []int {
	var ids []int
	for _, f := range strings.Fields(procfs.Field(text, field)) {
		id, err := strconv.Atoi(f)
		if err != nil {
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}

// spacesOf returns the inodes of the PID namespaces of a thread that is in n of
// them, the outermost first; nil if it may not be asked.
func spacesOf(tid, n int) []uint64 {
	fd, err := unix.Open("/proc/"+strconv.Itoa(tid)+"/ns/pid", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer func() { unix.Close(fd) }()
	spaces := make([]uint64, n)
	for i := n - 1; ; i-- {
		var st unix.Stat_t
		if unix.Fstat(fd, &st) != nil {
			return nil
		}
		spaces[i] = st.Ino
		if i == 0 {
			return spaces
		}
		parent, err := unix.IoctlRetInt(fd, unix.NS_GET_PARENT)
		if err != nil {
			return nil
		}
		unix.Close(fd)
		fd = parent
	}
}

// depth is how many PID namespaces the thread is below utrace's: 0 for most.
func (t *thread) depth() int { return len(t.names().ids) - 1 }

// sees reports whether x has an id in t's PID namespace.
func (t *thread) sees(x *thread) bool {
	d := t.depth()
	if d == 0 {
		return true
	}
	own, its := t.names(), x.names()
	return d < len(its.ids) && (own.spaces == nil || its.spaces == nil || own.spaces[d] == its.spaces[d])
}

// shown is x's id as t sees it; 0 if it does not.
func (t *thread) shown(x *thread) int {
	d := t.depth()
	switch {
	case d == 0:
		return x.task.TID()
	case !t.sees(x):
		return 0
	}
	return x.names().ids[d]
}

// shownPID is the id of x's process as t sees it; 0 if it does not.
func (t *thread) shownPID(x *thread) int {
	d := t.depth()
	switch {
	case d == 0:
		return x.task.PID()
	case !t.sees(x):
		return 0
	}
	return x.names().pids[d]
}

// shownFormer is the id that x had before its exec, old in utrace's namespace, as
// t sees it; 0 if it does not. former are its names then.
func (t *thread) shownFormer(x *thread, former *names, old int) int {
	d := t.depth()
	switch {
	case d == 0:
		return old
	case former == nil || former.tid != old || !t.sees(x):
		return 0
	}
	return former.ids[d]
}

// called returns the thread that t, which is below utrace's namespace, calls pid:
// of its tracees, alive or dead and not yet waited for, or of all; nil if there is
// none here. w.mu is held.
func (t *thread) called(pid int) *thread {
	if pid <= 0 {
		return nil
	}
	for x := range t.tracees {
		if t.shown(x) == pid {
			return x
		}
	}
	for _, x := range t.w.threads {
		if t.shown(x) == pid {
			return x
		}
	}
	return nil
}

// shownID is the id of the thread that has tid in utrace's namespace as t sees
// it; 0 if it does not.
func (t *thread) shownID(tid int) int {
	d := t.depth()
	if d == 0 {
		return tid
	}
	if ids := idsIn(statusOf(tid), "NSpid"); d < len(ids) {
		return ids[d]
	}
	return 0
}
