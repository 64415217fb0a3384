// Package pidns tells what a process id that a program uses is called outside,
// in our own PID namespace, and what the threads are called by name.
package pidns

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Kind says what an id is the id of.
type Kind uint8

const (
	Thread Kind = iota
	Process
	ProcessGroup
	Session
)

// line is where /proc/PID/status has such ids, from the outermost namespace to
// the process's own.
func (k Kind) line() string { return [...]string{"NSpid:", "NStgid:", "NSpgid:", "NSsid:"}[k] }

// Translator finds ids. It remembers them, and is safe for concurrent use.
type Translator struct {
	own string // our namespace

	mu    sync.Mutex
	known map[key]int
}

type key struct {
	ns   string
	id   int
	kind Kind
}

// maxKnown bounds the memory of a Translator.
const maxKnown = 4096

// NewTranslator returns a Translator to the namespace that we are in.
func NewTranslator() *Translator {
	return &Translator{own: namespace("self"), known: map[key]int{}}
}

func namespace(pid string) string {
	ns, _ := os.Readlink("/proc/" + pid + "/ns/pid")
	return ns
}

// Outer returns our id of what a thread, tid with us, calls id. It is false where
// both are in one namespace, and where there is no such thing in the thread's.
func (t *Translator) Outer(tid, id int, kind Kind) (int, bool) {
	ns := namespace(strconv.Itoa(tid))
	if ns == "" || ns == t.own || id <= 0 {
		return 0, false
	}
	k := key{ns, id, kind}
	t.mu.Lock()
	outer, ok := t.known[k]
	t.mu.Unlock()
	if ok && t.is(outer, k) {
		return outer, true
	}
	outer, ok = t.find(k)
	if ok {
		t.mu.Lock()
		defer t.mu.Unlock()
		if len(t.known) >= maxKnown {
			clear(t.known)
		}
		t.known[k] = outer
	}
	return outer, ok
}

// is reports whether the thread that we call outer is the one meant; for groups
// and sessions, whether it is in it and its leader.
func (t *Translator) is(outer int, k key) bool {
	pid := strconv.Itoa(outer)
	if namespace(pid) != k.ns {
		return false
	}
	ids := idsOf(pid, k.kind)
	n := len(ids)
	return n > 1 && ids[n-1] == strconv.Itoa(k.id) && ids[0] == pid
}

// find looks at all processes, and if need be at all threads.
func (t *Translator) find(k key) (int, bool) {
	for _, pid := range numbers("/proc") {
		if t.is(pid, k) {
			return pid, true
		}
	}
	if k.kind != Thread {
		return 0, false
	}
	for _, pid := range numbers("/proc") {
		if namespace(strconv.Itoa(pid)) != k.ns {
			continue
		}
		for _, tid := range numbers("/proc/" + strconv.Itoa(pid) + "/task") {
			if t.is(tid, k) {
				return tid, true
			}
		}
	}
	return 0, false
}

func numbers(dir string) []int {
	entries, _ := os.ReadDir(dir)
	var list []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil {
			list = append(list, n)
		}
	}
	return list
}

func idsOf(pid string, kind Kind) []string {
	status, _ := os.ReadFile("/proc/" + pid + "/status")
	for l := range strings.Lines(string(status)) {
		if ids, ok := strings.CutPrefix(l, kind.line()); ok {
			return strings.Fields(ids)
		}
	}
	return nil
}

// AppendComm appends the name of what a thread, tid with us, calls id, or nothing if there is no such thing.
func (t *Translator) AppendComm(dst []byte, tid, id int) []byte {
	switch namespace(strconv.Itoa(tid)) {
	case "":
		return dst
	case t.own:
		return AppendComm(dst, id)
	}
	if outer, ok := t.Outer(tid, id, Thread); ok {
		return AppendComm(dst, outer)
	}
	return dst
}

// Comm returns the name of a thread, as PR_SET_NAME sets it, "" if there is no
// such thread.
func Comm(tid int) string { return string(AppendComm(nil, tid)) }

// AppendComm appends the name of a thread, as PR_SET_NAME sets it, or nothing if
// there is no such thread.
func AppendComm(dst []byte, tid int) []byte {
	comm, err := os.ReadFile("/proc/" + strconv.Itoa(tid) + "/comm")
	if err != nil {
		return dst
	}
	return append(dst, bytes.TrimSuffix(comm, []byte("\n"))...)
}
