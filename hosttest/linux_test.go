package hosttest

import (
	"context"
	"testing"

	"utrace/linux"
	"utrace/syscalls"
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
	puppet := BuildPuppet(t)
	each(t, linuxCannot, func(t *testing.T) Lab { return linuxLab(t, puppet, linux.Options{}) })
}

// TestLinuxOwners is the same with an owner for each thread: every child is
// handed over at its birth.
func TestLinuxOwners(t *testing.T) {
	puppet := BuildPuppet(t)
	each(t, linuxCannot, func(t *testing.T) Lab { return linuxLab(t, puppet, linux.Options{MaxTracees: 1}) })
}

// TestLinuxOneOwner is the same with one owner for all, which runs where the
// scheduler puts it.
func TestLinuxOneOwner(t *testing.T) {
	puppet := BuildPuppet(t)
	each(t, linuxCannot, func(t *testing.T) Lab { return linuxLab(t, puppet, linux.Options{NoPlacement: true}) })
}

// TestLinuxFilter is the same under a filter that traps every call, so that each
// is reported at its seccomp stop, and most have no other.
func TestLinuxFilter(t *testing.T) {
	puppet := BuildPuppet(t)
	each(t, linuxCannot, func(t *testing.T) Lab {
		lab := linuxLab(t, puppet, linux.Options{})
		lab.Filter(syscalls.All())
		return lab
	})
}

// TestLinuxNarrowFilter is the same under a filter that traps what many of the
// scripts make, and less than their engines want: those calls stop twice at
// their entries.
func TestLinuxNarrowFilter(t *testing.T) {
	set, err := syscalls.Of("getppid", "pause", "write")
	if err != nil {
		t.Fatal(err)
	}
	puppet := BuildPuppet(t)
	each(t, linuxCannot, func(t *testing.T) Lab {
		lab := linuxLab(t, puppet, linux.Options{})
		lab.Filter(set)
		return lab
	})
}

func linuxLab(t *testing.T, puppet string, o linux.Options) *ProcLab {
	tr, err := linux.Open(o)
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
	return NewProcLab(t, "Linux", tr, puppet, func(c Cap) bool { return c != CapExactReport })
}
