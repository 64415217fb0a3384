package why

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"

	"utrace/internal/pidns"
)

// Status is /proc/PID/status: its fields by name.
type Status map[string]string

// ReadStatus reads /proc/WHO/status, WHO being a process or thread id or
// "self" or "thread-self".
func ReadStatus(who string) (Status, error) {
	data, err := os.ReadFile("/proc/" + who + "/status")
	if err != nil {
		return nil, err
	}
	st := Status{}
	for line := range strings.Lines(string(data)) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			st[key] = strings.TrimSpace(value)
		}
	}
	return st, nil
}

// Int returns a decimal field's first word, 0 if there is none.
func (s Status) Int(key string) int {
	first, _, _ := strings.Cut(s[key], "\t")
	n, _ := strconv.Atoi(first)
	return n
}

// HasCap reports whether capability bit c is in the effective set.
func (s Status) HasCap(c uint) bool {
	set, _ := strconv.ParseUint(s["CapEff"], 16, 64)
	return set&(1<<c) != 0
}

// Comm returns the name of a process, "?" if it is gone.
func Comm(pid int) string {
	return cmp.Or(pidns.Comm(pid), "?")
}

// Describe names a process: "12 (cat)".
func Describe(pid int) string { return fmt.Sprintf("%d (%s)", pid, Comm(pid)) }

// PtraceScope returns Yama's setting; ok is false where there is no Yama.
func PtraceScope() (scope int, ok bool) {
	data, err := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	if err != nil {
		return 0, false
	}
	scope, err = strconv.Atoi(strings.TrimSpace(string(data)))
	return scope, err == nil
}

// ScopeMeaning says what a value of ptrace_scope lets a process without
// CAP_SYS_PTRACE do.
func ScopeMeaning(scope int) string {
	switch scope {
	case 0:
		return "processes of the same user"
	case 1:
		return "a process's own descendants only"
	case 2:
		return "nothing: attaching takes CAP_SYS_PTRACE"
	}
	return "nothing for anybody until the next boot"
}
