package hosttest

import (
	"context"
	"testing"

	"utrace/linux"
)

// linuxCannot are the statements that Linux does not let a tracer keep, with the
// reason. docs/limits.md says what happens instead.
var linuxCannot = map[string]string{
	"S94-signal": "PTRACE_EVENT_EXIT of a fatal signal shows the code, and nothing changes it",
	"S96":        "the kernel tells the real parent of a tracee's death when the tracer has reaped it",
	"S104":       "the kernel counts a thread in a ptrace-stop as one that has yet to join the group stop",
	"S121":       "SIGKILL wakes a thread from its ptrace-stop without asking the tracer",
}

func TestLinux(t *testing.T) {
	each(t, linuxCannot, func(t *testing.T) Lab {
		tr, err := linux.Open(linux.Options{})
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), Deadline)
			defer cancel()
			if err := tr.Close(ctx); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		return NewProcLab(t, "Linux", tr, func(c Cap) bool { return c != CapExactReport })
	})
}
