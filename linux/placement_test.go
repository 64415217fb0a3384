package linux_test

import (
	"bytes"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"utrace"
	"utrace/linux"
	"utrace/syscalls"
)

// TestAffinityStays: a program that looks at its affinity, and sets it, sees
// nothing of what placement does to it.
func TestAffinityStays(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("there is one CPU: no placement")
	}
	for name, x := range map[string]struct {
		ev    utrace.Events
		calls *syscalls.Set
	}{
		"every entry":          {utrace.EventSyscallEntry, nil},
		"every entry and exit": {utrace.EventSyscall, nil},
		"some":                 {utrace.EventSyscall, set(t, "openat", "read", "getppid")},
	} {
		t.Run(name, func(t *testing.T) {
			tr, err := linux.OpenNear()
			if err != nil {
				t.Fatal(err)
			}
			defer closeTracer(t, tr)
			cmd := exec.Command(build(t, "affinity"), "800")
			var out bytes.Buffer
			cmd.Stdout = &out
			p, err := tr.Start(cmd, func(k *utrace.Task) error {
				_, err := attach(k, &newCounter().ops, x.ev, x.calls)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Wait(deadline(t)); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(out.String()); got != "0" {
				t.Errorf("the program saw another affinity than its own %s times", got)
			}
		})
	}
}
