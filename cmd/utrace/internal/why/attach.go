// Package why says in words why a thread cannot be traced: who holds it, which
// setting forbids it, which capability is missing, and what to do.
package why

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Attach returns err, which attaching to process pid ended with, with its
// reason and the remedy. The errno stays reachable by errors.Is.
func Attach(pid int, err error) error {
	reason := attachReason(pid, err)
	if reason == "" {
		return fmt.Errorf("attach to %d: %w", pid, err)
	}
	return &explained{fmt.Sprintf("attach to %s: %s", Describe(pid), reason), err}
}

// explained is an error in words, with its cause below.
type explained struct {
	text string
	err  error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }

func attachReason(pid int, err error) string {
	st, serr := ReadStatus(strconv.Itoa(pid))
	self, _ := ReadStatus("self")
	switch {
	case errors.Is(serr, fs.ErrNotExist):
		return "there is no such process"
	case serr != nil:
		return ""
	case pid == os.Getpid():
		return "that is utrace itself"
	case st.Int("Tgid") != pid:
		return fmt.Sprintf("that is a thread of process %s; utrace attaches to whole processes: utrace attach %d",
			Describe(st.Int("Tgid")), st.Int("Tgid"))
	case st["State"] != "" && st["State"][0] == 'Z':
		return fmt.Sprintf("it has ended and waits to be collected by its parent %s", Describe(st.Int("PPid")))
	case st["Kthread"] == "1" || st["VmSize"] == "" && st["State"] != "":
		return "that is a kernel thread, which nobody can trace"
	}
	if tracer, tid := tracerOf(pid); tracer != 0 && tracer != os.Getpid() {
		return fmt.Sprintf("thread %d is traced already, by %s; Linux lets one tracer hold a thread: "+
			"end that one, or run it and its program inside of utrace run", tid, Describe(tracer))
	}
	if !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.EACCES) {
		return ""
	}
	return permission(st, self)
}

// tracerOf returns the tracer of some thread of pid that has one.
func tracerOf(pid int) (tracer, tid int) {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, e := range entries {
		st, err := ReadStatus(fmt.Sprintf("%d/task/%s", pid, e.Name()))
		if err == nil && st.Int("TracerPid") != 0 {
			tid, _ := strconv.Atoi(e.Name())
			tracer := st.Int("TracerPid") // a thread
			if by, err := ReadStatus(strconv.Itoa(tracer)); err == nil {
				tracer = by.Int("Tgid")
			}
			return tracer, tid
		}
	}
	return 0, 0
}

// permission says what forbids it, in the order in which the kernel asks
// (ptrace(2), "Ptrace access mode checking").
func permission(st, self Status) string {
	const asRoot = "run utrace as root, or give it CAP_SYS_PTRACE: sudo setcap cap_sys_ptrace+ep $(command -v utrace)"
	capable := self.HasCap(unix.CAP_SYS_PTRACE)
	scope, yama := PtraceScope()
	switch {
	case yama && scope >= 3:
		return "kernel.yama.ptrace_scope is 3: tracing is off for everybody until the next boot"
	case !capable && st.Int("Uid") != self.Int("Uid"):
		return fmt.Sprintf("it belongs to user %d and utrace runs as user %d: run utrace as that user, or %s",
			st.Int("Uid"), self.Int("Uid"), asRoot)
	case !capable && yama && scope >= 1:
		how := "start the program with utrace run, or "
		if scope == 2 {
			how = ""
		}
		return fmt.Sprintf("kernel.yama.ptrace_scope is %d, which allows %s: %s%s, or, as root, sysctl -w kernel.yama.ptrace_scope=0",
			scope, ScopeMeaning(scope), how, asRoot)
	case !capable:
		return "it is protected: it changed its user or group, has capabilities that utrace lacks, or asked not to be " +
			"traced (prctl PR_SET_DUMPABLE); " + asRoot
	}
	return "utrace has CAP_SYS_PTRACE, but it is refused: the process is in another user namespace, or a security module " +
		"(SELinux, AppArmor) or the container's seccomp profile forbids ptrace; utrace doctor says more"
}
