package syscalls

import (
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestErrnoNames(t *testing.T) {
	aliases := map[string]string{"ENOTSUP": "EOPNOTSUPP", "EFSCORRUPTED": "EUCLEAN"}
	for n := 1; n < 133; n++ {
		want := unix.ErrnoName(syscall.Errno(n))
		if name, ok := aliases[want]; ok {
			want = name
		}
		if got := ErrnoName(n); got != want {
			t.Errorf("ErrnoName(%d) = %q, want %q", n, got, want)
		}
		if name := ErrnoName(n); name != "" {
			if got, ok := Errno(name); !ok || got != n {
				t.Errorf("Errno(%q) = %d, %v, want %d", name, got, ok, n)
			}
			if got, want := ErrnoText(n), syscall.Errno(n).Error(); !strings.EqualFold(got, want) {
				t.Errorf("ErrnoText(%d) = %q, want %q", n, got, want)
			}
		}
	}
	for _, tt := range []struct {
		errno      int
		name, text string
	}{
		{133, "EHWPOISON", "Memory page has hardware error"},
		{0, "", ""}, {-1, "", ""}, {134, "", ""}, {511, "", ""}, {520, "", ""}, {4095, "", ""},
		{512, "ERESTARTSYS", "To be restarted if SA_RESTART is set"},
		{513, "ERESTARTNOINTR", "To be restarted"},
		{514, "ERESTARTNOHAND", "To be restarted if no handler"},
		{515, "ENOIOCTLCMD", "No ioctl command"},
		{516, "ERESTART_RESTARTBLOCK", "Interrupted by signal"},
		{524, "ENOTSUPP", "Operation is not supported"},
	} {
		if name, text := ErrnoName(tt.errno), ErrnoText(tt.errno); name != tt.name || text != tt.text {
			t.Errorf("%d is %q (%q), want %q (%q)", tt.errno, name, text, tt.name, tt.text)
		}
	}
	for name, want := range map[string]int{"EWOULDBLOCK": 11, "ENOTSUP": 95, "ERESTARTSYS": 512} {
		if got, ok := Errno(name); !ok || got != want {
			t.Errorf("Errno(%q) = %d, %v", name, got, ok)
		}
	}
	for _, name := range []string{"", "enoent", "NOENT"} {
		if got, ok := Errno(name); ok {
			t.Errorf("Errno(%q) = %d", name, got)
		}
	}
}

func TestSignalNames(t *testing.T) {
	for n := 1; n < 32; n++ {
		if got, want := SignalName(n), unix.SignalName(syscall.Signal(n)); got != want {
			t.Errorf("SignalName(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "", -1: "", 32: "SIGRTMIN", 33: "SIGRT_1", 64: "SIGRT_32", 65: ""} {
		if got := SignalName(n); got != want {
			t.Errorf("SignalName(%d) = %q, want %q", n, got, want)
		}
	}
	for name, want := range map[string]int{"SIGTERM": 15, "term": 15, "Kill": 9, "sigrt_1": 33, "": 0, "SIG": 0, "nope": 0} {
		if got, ok := SignalNumber(name); got != want || ok != (want != 0) {
			t.Errorf("SignalNumber(%q) = %d, %v, want %d", name, got, ok, want)
		}
	}
}
