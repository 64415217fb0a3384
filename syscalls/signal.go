package syscalls

import (
	"strings"

	"utrace/syscalls/flags"
)

// SignalName returns the name of a signal, "SIGCHLD" for 17, or "" if it has none. The real-time signals
// are SIGRTMIN, SIGRT_1 up to SIGRT_32, counted as the kernel counts them.
func SignalName(sig int) string {
	if sig < 0 {
		return ""
	}
	name, _ := flags.Signals.Name(uint64(sig))
	return name
}

// SignalNumber returns the signal called name, in any case and with or without "SIG": "SIGTERM", "term".
func SignalNumber(name string) (sig int, ok bool) {
	name = "SIG" + strings.TrimPrefix(strings.ToUpper(name), "SIG")
	v, ok := flags.Signals.Value(name)
	return int(v), ok
}
