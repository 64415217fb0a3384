package inject

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/syscalls"
)

// calls returns what the main thread saw of one kind of call.
func calls(out, name string) []string {
	out, _, _ = strings.Cut(out, "thread:")
	var lines []string
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			lines = append(lines, strings.TrimSuffix(rest, "\n"))
		}
	}
	return lines
}

// Of two injectors on one call, the one closest to the kernel (the first) has
// the last word at the entry, and the one closest to the program at the exit.
func TestInjectorsFollowTheOrder(t *testing.T) {
	bin := build(t)
	const real = "-1 errno 2 signal 0/0/0 [no/such/]"
	for _, c := range []struct {
		inner, outer string
		want         []string // of the first calls
	}{
		{"chdir:error=EIO", "chdir:error=EPERM", []string{"-1 errno 1 signal 0/0/0 [no/such/]"}},
		{"chdir:error=EIO:when=1", "chdir:error=EPERM:when=2", []string{"-1 errno 5 signal 0/0/0 [no/such/]", "-1 errno 1 signal 0/0/0 [no/such/]", real}},
		{"chdir:error=EIO:when=2", "chdir:error=EPERM:when=1", []string{"-1 errno 1 signal 0/0/0 [no/such/]", "-1 errno 5 signal 0/0/0 [no/such/]", real}},
		{"chdir:retval=3", "chdir:delay_exit=1ms", []string{"3 errno 0 signal 0/0/0 [no/such/]"}},
		{"chdir:poke_enter=@arg1=41", "chdir:poke_enter=@arg1=42", []string{"-1 errno 2 signal 0/0/0 [Ao/such/]"}},
		{"chdir:poke_exit=@arg1=41", "chdir:poke_exit=@arg1=42", []string{"-1 errno 2 signal 0/0/0 [Bo/such/]"}},
		{"chdir:syscall=getpid:retval=1", "chdir:error=EPERM:when=1", []string{"-1 errno 1 signal 0/0/0 [no/such/]", "1 errno 0 signal 0/0/0 [no/such/]"}},
		{"chdir:signal=USR1", "chdir:retval=6:when=2", []string{"-1 errno 2 signal 10/128/0 [no/such/]", "6 errno 0 signal 10/128/0 [no/such/]"}},
		// The outer one's call is not the inner one's: it sees getpid.
		{"chdir:error=EIO", "chdir:syscall=getpid:retval=0", []string{"0 errno 0 signal 0/0/0 [no/such/]"}},
		// Unlike strace's, a signal comes also with a delay.
		{"chdir:signal=USR1:delay_enter=1ms:when=1", "none:error=1", []string{"-1 errno 2 signal 10/128/0 [no/such/]", real}},
	} {
		out, _ := under(t, []string{c.inner, c.outer}, bin)
		if got := calls(out, "chdir"); len(got) < len(c.want) || !slices.Equal(got[:len(c.want)], c.want) {
			t.Errorf("%s inside of %s: the program sees %q, want %q", c.inner, c.outer, got, c.want)
		}
	}
}

func chdirs(t *testing.T) *syscalls.Set {
	set, err := syscalls.ParseSet("chdir")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func attach(t *utrace.Task, ops *utrace.Ops, set *syscalls.Set, ev utrace.Events) error {
	e, err := t.Attach(utrace.AttachCreate, ops, nil)
	if err != nil {
		return err
	}
	defer e.Put()
	if err := e.SetSyscalls(set); err != nil {
		return err
	}
	return e.SetEvents(ev)
}

// An engine outside sees the injected result and what was done; one inside
// sees the kernel's, and no marks.
func TestMarks(t *testing.T) {
	bin := build(t)
	set := chdirs(t)
	var seen [2][]string // inside, outside: of the main thread, which they do not follow
	recorder := func(i int) *utrace.Ops {
		return &utrace.Ops{Name: "recorder", SyscallExit: func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			seen[i] = append(seen[i], strings.TrimSpace(fmt.Sprintf("%d %s", c.Result(), Marks(e))))
			return a.NoOpinion()
		}}
	}
	one, two := made(t, "chdir:error=EPERM:poke_exit=@arg1=41:when=1+2"), made(t, "chdir:delay_enter=1ms:when=1..2")
	run(t, func(task *utrace.Task) error {
		if err := attach(task, recorder(0), set, utrace.EventSyscall); err != nil {
			return err
		}
		for _, in := range []*injector{one, two} {
			e, err := in.Attach(task)
			if err != nil {
				return err
			}
			e.Put()
		}
		return attach(task, recorder(1), set, utrace.EventSyscall)
	}, nil, bin)
	inside := []string{"-38", "-2", "-38", "-2"}
	outside := []string{"-1 (INJECTED: args, retval) (DELAYED)", "-2 (DELAYED)", "-1 (INJECTED: args, retval)", "-2"}
	for i, want := range [][]string{inside, outside} {
		if len(seen[i]) < 4 || !slices.Equal(seen[i][:4], want) {
			t.Errorf("seen %q, want %q", seen[i], want)
		}
	}
}

// A second round of an entry is the same call: it is counted once, and what was
// chosen for it stands.
func TestSecondRoundIsTheSameCall(t *testing.T) {
	bin := build(t)
	set := chdirs(t)
	var wg sync.WaitGroup
	again := &utrace.Ops{
		Name: "again",
		SyscallEntry: func(e *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
			if a.Resumed() {
				return a.NoOpinion()
			}
			wg.Go(func() {
				if err := e.Barrier(context.Background()); err != nil {
					t.Error(err)
				}
				if err := e.Control(utrace.Report); err != nil {
					t.Error(err)
				}
			})
			return a.With(utrace.Stop)
		},
		Quiesce: func(_ *utrace.Engine, a utrace.Action, _ utrace.Events) utrace.Action { return utrace.Resume },
	}
	in := made(t, "chdir:error=EPERM:signal=USR1:when=2")
	out, _ := run(t, func(task *utrace.Task) error {
		e, err := in.Attach(task)
		if err != nil {
			return err
		}
		e.Put()
		return attach(task, again, set, utrace.EventSyscall|utrace.EventQuiesce)
	}, nil, bin)
	wg.Wait()
	const real = "-1 errno 2 signal 0/0/0 [no/such/]"
	want := []string{real, "-1 errno 1 signal 10/128/0 [no/such/]", real, real}
	if got := calls(out, "chdir"); len(got) < 4 || !slices.Equal(got[:4], want) {
		t.Errorf("the program sees %q, want %q", got, want)
	}
}

// A program that is killed while it is delayed leaves nothing behind.
func TestKilledWhileDelayed(t *testing.T) {
	bin := build(t)
	entered := make(chan struct{}, 1)
	watch := &utrace.Ops{Name: "watch", SyscallEntry: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
		entered <- struct{}{}
		return a.NoOpinion()
	}}
	in := made(t, "chdir:delay_enter=3600s")
	_, status := run(t, func(task *utrace.Task) error {
		if err := attach(task, watch, chdirs(t), utrace.EventSyscall); err != nil { // inside: called after
			return err
		}
		e, err := in.Attach(task)
		if err == nil {
			e.Put()
		}
		return err
	}, func(p *utrace.Process) {
		<-entered
		if err := p.Signal(unix.SIGKILL); err != nil {
			t.Error(err)
		}
	}, bin)
	if status.Signal() != unix.SIGKILL {
		t.Errorf("ended with %#x", status)
	}
	if err := in.Close(); err != nil || len(in.timers) != 0 {
		t.Errorf("Close: %v, %d timers", err, len(in.timers))
	}
}
