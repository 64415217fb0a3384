package linux_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
	"utrace/syscalls"
)

func set(t testing.TB, words ...string) *syscalls.Set {
	t.Helper()
	s, err := syscalls.Of(words...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// attach puts an engine on a task, and on its children.
func attach(k *utrace.Task, ops *utrace.Ops, ev utrace.Events, calls *syscalls.Set) (*utrace.Engine, error) {
	e, err := k.Attach(utrace.AttachCreate, ops, nil)
	if err != nil {
		return nil, err
	}
	e.SetFollow(true)
	return e, errors.Join(e.SetSyscalls(calls), e.SetEvents(ev))
}

// trapped is the program of testdata/trapped.c at work.
type trapped struct {
	t    *testing.T
	proc *utrace.Process
	in   io.Writer
	out  *bufio.Reader
}

// startTrapped starts it with what setup attaches.
func startTrapped(t *testing.T, o linux.Options, setup func(*utrace.Task) error) *trapped {
	t.Helper()
	tr, err := linux.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeTracer(t, tr) })
	return startUnder(t, tr, exec.Command(build(t, "trapped")), setup)
}

func startUnder(t *testing.T, tr *utrace.Tracer, cmd *exec.Cmd, setup func(*utrace.Task) error) *trapped {
	t.Helper()
	in, out := pipe(t), pipe(t)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in.r, out.w, os.Stderr
	p, err := tr.Start(cmd, setup)
	if err != nil {
		t.Fatal(err)
	}
	in.r.Close()
	out.w.Close()
	x := &trapped{t, p, in.w, bufio.NewReader(out.r)}
	x.want("ready")
	return x
}

type ends struct{ r, w *os.File }

func pipe(t *testing.T) ends {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return ends{r, w}
}

func (x *trapped) want(line string) {
	x.t.Helper()
	if got := x.line(); got != line {
		x.t.Errorf("the program says %q, want %q", got, line)
	}
}

func (x *trapped) line() string {
	x.t.Helper()
	line, err := x.out.ReadString('\n')
	if err != nil {
		x.t.Fatalf("the program says %q: %v", line, err)
	}
	return strings.TrimSpace(line)
}

func (x *trapped) say(line string) { fmt.Fprintln(x.in, line) }

// loop makes n calls of getppid and returns the last one's result, 1 for a good
// one, and how often each made the thread stop, rounded.
func (x *trapped) loop(n int) (result, stops int) {
	x.t.Helper()
	x.say(fmt.Sprint("loop ", n))
	var slept int
	line := x.line()
	if _, err := fmt.Sscanf(line, "looped %d %d", &result, &slept); err != nil {
		x.t.Fatalf("the program says %q", line)
	}
	return result, (slept + n/2) / n
}

// settle stops the program once, so that what its engines want is in force.
func (x *trapped) settle(e *utrace.Engine) {
	x.t.Helper()
	if err := e.Control(utrace.Stop); !errors.Is(err, unix.EINPROGRESS) {
		x.t.Fatal(err)
	}
	within(x.t, func() string {
		if s := e.Task().State(); s != "held" {
			return "the program is " + s
		}
		return ""
	})
	if err := e.Control(utrace.Resume); err != nil {
		x.t.Fatal(err)
	}
}

// counter counts the calls that it is told of.
type counter struct {
	ops         utrace.Ops
	entry, exit atomic.Int64
}

func newCounter() *counter {
	c := &counter{}
	c.ops = utrace.Ops{Name: "counter",
		SyscallEntry: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
			c.entry.Add(1)
			return a.NoOpinion()
		},
		SyscallExit: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
			c.exit.Add(1)
			return a.NoOpinion()
		},
	}
	return c
}

func (c *counter) want(t *testing.T, entries, exits int64) {
	t.Helper()
	if a, b := c.entry.Swap(0), c.exit.Swap(0); a != entries || b != exits {
		t.Errorf("%d entries and %d exits were reported, want %d and %d", a, b, entries, exits)
	}
}

const loops = 200

// TestStopsWanted: a call stops as often as its engines need, and no other one
// stops.
func TestStopsWanted(t *testing.T) {
	const entry, exit = utrace.EventSyscallEntry, utrace.EventSyscallExit
	for _, c := range []struct {
		name          string
		filter        linux.Filter
		ev            utrace.Events
		calls         *syscalls.Set
		stops         int
		entries, exit int64
		filters       string
	}{
		{"unwanted", linux.FilterOn, entry | exit, set(t, "openat"), 0, 0, 0, "1"},
		{"entry", linux.FilterOn, entry, set(t, "getppid"), 1, loops, 0, "1"},
		{"exit", linux.FilterOn, exit, set(t, "getppid"), 2, 0, loops, "1"},
		{"both", linux.FilterOn, entry | exit, set(t, "getppid"), 2, loops, loops, "1"},
		{"every entry", linux.FilterOn, entry, nil, 1, loops, 0, "1"},
		{"every entry and exit", linux.FilterOn, entry | exit, nil, 2, loops, loops, "0"},
		{"no filter", linux.FilterOff, entry, set(t, "getppid"), 2, loops, 0, "0"},
		{"exit events", linux.FilterOn, utrace.EventExit, nil, 0, 0, 0, "1"},
		{"nothing", linux.FilterOn, utrace.EventExec, nil, 0, 0, 0, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newCounter()
			x := startTrapped(t, linux.Options{Filter: c.filter}, func(k *utrace.Task) error {
				_, err := attach(k, &n.ops, c.ev, c.calls)
				return err
			})
			if got := procField(x.proc.Pid(), "Seccomp_filters"); got != c.filters {
				t.Errorf("%s filters", got)
			}
			before, beforeExit := n.entry.Load(), n.exit.Load()
			result, stops := x.loop(loops)
			if result != 1 || stops != c.stops {
				t.Errorf("result %d, %d stops a call, want %d", result, stops, c.stops)
			}
			if c.calls == nil {
				return // those around the loop count too
			}
			n.entry.Add(-before)
			n.exit.Add(-beforeExit)
			n.want(t, c.entries, c.exit)
		})
	}
}

// TestWiderAndBack: an engine that comes later and wants more than the filter
// traps is told of it, the others as before, and when it is gone the thread
// stops as rarely as before.
func TestWiderAndBack(t *testing.T) {
	first, second := newCounter(), newCounter()
	x := startTrapped(t, linux.Options{}, func(k *utrace.Task) error {
		_, err := attach(k, &first.ops, utrace.EventSyscallEntry, set(t, "openat"))
		return err
	})
	first.entry.Store(0)
	for range 3 {
		e, err := attach(x.proc.Task(), &second.ops, utrace.EventSyscall, set(t, "getppid"))
		if err != nil {
			t.Fatal(err)
		}
		x.settle(e)
		if result, stops := x.loop(loops); result != 1 || stops != 2 {
			t.Errorf("the wider set: result %d, %d stops a call", result, stops)
		}
		second.want(t, loops, loops)
		if err := e.SetSyscalls(set(t, "openat")); err != nil {
			t.Fatal(err)
		}
		x.loop(1) // on its way it may stop still
		if result, stops := x.loop(loops); result != 1 || stops != 0 {
			t.Errorf("the set made narrow: result %d, %d stops a call", result, stops)
		}
		if err := e.Control(utrace.Detach); err != nil && !errors.Is(err, unix.EINPROGRESS) {
			t.Fatal(err)
		}
		e.Put()
		second.want(t, 0, 0)
		first.want(t, 0, 0)
	}
}

// TestExitWantedInside: an engine that comes to want exits while the thread
// sleeps in a call whose end nobody wanted is told of that call's.
func TestExitWantedInside(t *testing.T) {
	first, second := newCounter(), newCounter()
	entered := make(chan struct{}, 10)
	first.ops.SyscallEntry = func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Arg(0) == 0 { // not of a library
			entered <- struct{}{}
		}
		return a.NoOpinion()
	}
	x := startTrapped(t, linux.Options{}, func(k *utrace.Task) error {
		_, err := attach(k, &first.ops, utrace.EventSyscallEntry, set(t, "read"))
		return err
	})
	<-entered
	settle(t, x.proc.Pid()) // it has gone on, into the call
	if _, err := attach(x.proc.Task(), &second.ops, utrace.EventSyscallExit, set(t, "read")); err != nil {
		t.Fatal(err)
	}
	<-entered // again: the call is broken and made anew
	if second.exit.Load() > 0 {
		t.Error("an exit before the end")
	}
	x.loop(1)
	<-entered
	second.want(t, 0, 1)
}

// TestAbortInOneStop: an aborted call has its exit reported at the stop of its
// entry, and is over with that.
func TestAbortInOneStop(t *testing.T) {
	var exits atomic.Int64
	ops := &utrace.Ops{Name: "abort",
		SyscallEntry: func(_ *utrace.Engine, _ utrace.Action, c *utrace.Syscall) utrace.Action {
			c.SetResult(4711)
			return utrace.SyscallAbort | utrace.Resume
		},
		SyscallExit: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			if c.Aborted() && c.Result() == 4711 && c.Nr() == unix.SYS_GETPPID {
				exits.Add(1)
			}
			return a.NoOpinion()
		},
	}
	x := startTrapped(t, linux.Options{}, func(k *utrace.Task) error {
		_, err := attach(k, ops, utrace.EventSyscall, set(t, "getppid"))
		return err
	})
	if result, stops := x.loop(loops); result != 4711 || stops != 1 || exits.Load() != loops {
		t.Errorf("result %d, %d stops a call, %d exits", result, stops, exits.Load())
	}
}

// TestStepOverAbort: a step that is asked for at the exit of a call which ended
// at its entry goes one instruction of the program's.
func TestStepOverAbort(t *testing.T) {
	var mu sync.Mutex
	var pcs []uint64
	note := func(k *utrace.Task) {
		mu.Lock()
		defer mu.Unlock()
		if regs, err := k.Regs(); err == nil {
			pcs = append(pcs, regs.PC())
		}
	}
	first := true
	ops := &utrace.Ops{Name: "step",
		Quiesce: func(_ *utrace.Engine, a utrace.Action, _ utrace.Events) utrace.Action { return a },
		SyscallEntry: func(*utrace.Engine, utrace.Action, *utrace.Syscall) utrace.Action {
			return utrace.SyscallAbort | utrace.Resume
		},
		SyscallExit: func(_ *utrace.Engine, _ utrace.Action, c *utrace.Syscall) utrace.Action {
			if first {
				first = false
				note(c.Task())
				return utrace.SingleStep
			}
			return utrace.Resume
		},
		Signal: func(e *utrace.Engine, a utrace.Action, s *utrace.Signal) utrace.Action {
			if s.Signo() == int(unix.SIGTRAP) {
				note(e.Task())
			}
			return a.NoOpinion()
		},
	}
	x := startTrapped(t, linux.Options{}, func(k *utrace.Task) error {
		_, err := attach(k, ops, utrace.EventSyscall|utrace.EventSignalAll|utrace.EventQuiesce, set(t, "getppid"))
		return err
	})
	x.loop(2)
	mu.Lock()
	defer mu.Unlock()
	if len(pcs) != 2 || pcs[0] == pcs[1] {
		t.Errorf("the program counter went %#x", pcs)
	}
}

// TestOtherCalls: calls of i386 and of x32, and children made with
// CLONE_UNTRACED, are caught as others are.
func TestOtherCalls(t *testing.T) {
	n := newCounter()
	var children atomic.Int64
	n.ops.Clone = func(_ *utrace.Engine, a utrace.Action, _ uint64, _ *utrace.Task) utrace.Action {
		children.Add(1)
		return a.NoOpinion()
	}
	x := startTrapped(t, linux.Options{}, func(k *utrace.Task) error {
		_, err := attach(k, &n.ops, utrace.EventSyscall|utrace.EventClone, set(t, "getppid"))
		return err
	})
	x.say("int80")
	x.want("int80 1")
	n.want(t, 2, 2)
	x.say("x32")
	x.want(fmt.Sprintf("x32 %d", unix.ENOSYS))
	for _, clone := range []string{"clone", "clone3"} {
		x.say(clone)
		x.want("child 1 1")
		x.want("cloned 1 0")
		n.want(t, 1, 1)
	}
	if children.Load() != 2 {
		t.Errorf("%d children were seen", children.Load())
	}
}

// TestDetachUnderFilter: a program that was born under a filter is taken from
// its engines by a Detach, and goes on with all calls, though it stays traced.
func TestDetachUnderFilter(t *testing.T) {
	n := newCounter()
	var reaps atomic.Int64
	n.ops.Reap = func(*utrace.Engine) { reaps.Add(1) }
	x := startTrapped(t, linux.Options{}, func(k *utrace.Task) error {
		_, err := attach(k, &n.ops, utrace.EventSyscall|utrace.EventReap, set(t, "getppid"))
		return err
	})
	x.loop(loops)
	if err := x.proc.Detach(deadline(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := x.proc.Wait(deadline(t)); !errors.Is(err, unix.ESRCH) {
		t.Errorf("wait: %v", err)
	}
	n.want(t, loops, loops)
	if reaps.Load() != 1 {
		t.Errorf("%d engines got Reap", reaps.Load())
	}
	if result, stops := x.loop(loops); result != 1 || stops != 1 {
		t.Errorf("result %d, %d stops a call", result, stops)
	}
	x.say("clone3")
	x.want("child 1 1")
	x.want("cloned 1 0")
	n.want(t, 0, 0)
}

// TestDetachCrowdUnderFilter: the same for a process of many threads.
func TestDetachCrowdUnderFilter(t *testing.T) {
	tr := open(t)
	n := newCounter()
	x := startUnder(t, tr, exec.Command(build(t, "crowd"), "20"), func(k *utrace.Task) error {
		_, err := attach(k, &n.ops, utrace.EventSyscall, set(t, "futex", "write"))
		return err
	})
	for range 3 {
		x.say("tick")
		x.line()
	}
	if err := x.proc.Detach(deadline(t)); err != nil {
		t.Fatal(err)
	}
	n.entry.Store(0)
	n.exit.Store(0)
	for range 3 {
		x.say("tick")
		if line := x.line(); line != "ticked 0" {
			t.Errorf("the program says %q", line)
		}
	}
	x.say("end")
	x.want("ended 20 0")
	n.want(t, 0, 0)
	within(t, func() string {
		if left := len(tr.Tasks()); left > 0 {
			return fmt.Sprint(left, " tasks are left")
		}
		return ""
	})
}

// TestOwnFilters: what a program does with seccomp means the same under our
// filter as without.
func TestOwnFilters(t *testing.T) {
	path := build(t, "ownfilter")
	if err := os.Chmod(builtDir, 0o755); err != nil {
		t.Fatal(err)
	}
	users := []*syscall.Credential{nil}
	if os.Geteuid() == 0 {
		users = append(users, &syscall.Credential{Uid: 65534, Gid: 65534})
	}
	command := func(user *syscall.Credential, kind string, out io.Writer) *exec.Cmd {
		cmd := exec.Command(path, kind)
		cmd.Dir = "/"
		cmd.Stdout = out
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user}
		return cmd
	}
	for _, user := range users {
		for _, kind := range []string{"ask", "errno", "trap", "kill", "killthread", "trace", "log", "notify", "tsync", "strict", "strictexit"} {
			var bare strings.Builder
			cmd := command(user, kind, &bare)
			_ = cmd.Run()
			ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
			want := fmt.Sprintf("%s%#x", bare.String(), ws&^0x80) // a core may be dumped or not
			for _, filter := range []linux.Filter{linux.FilterOn, linux.FilterFast} {
				for _, calls := range []string{"openat", "getppid", "all"} {
					t.Run(fmt.Sprint(kind, "/", calls, "/", filter, "/", user != nil), func(t *testing.T) {
						tr, err := linux.Open(linux.Options{Filter: filter})
						if err != nil {
							t.Fatal(err)
						}
						defer closeTracer(t, tr)
						n := newCounter()
						var out output
						out.ready = make(chan struct{})
						p, err := tr.Start(command(user, kind, &out), func(k *utrace.Task) error {
							_, err := attach(k, &n.ops, utrace.EventSyscallEntry, set(t, calls))
							return err
						})
						if err != nil {
							t.Fatal(err)
						}
						ws, err := p.Wait(deadline(t))
						if err != nil {
							t.Fatal(err)
						}
						if got := fmt.Sprintf("%s%#x", out.String(), ws&^0x80); got != want {
							t.Errorf("the program says\n%s\nwithout a tracer\n%s", got, want)
						}
						// What its own filters refuse is seen unless fast.
						if calls == "getppid" && kind == "errno" && (n.entry.Load() == 2) != (filter == linux.FilterOn) {
							t.Errorf("%d calls of getppid were seen", n.entry.Load())
						}
					})
				}
			}
		}
	}
}

// TestSeccompEvent: an engine may be the tracer that a program's own filter asks
// about a call; without one the call fails. ownfilter's says 5 to it.
func TestSeccompEvent(t *testing.T) {
	const run = utrace.SyscallRun | utrace.Resume
	answers := map[string]struct {
		want   string
		answer func(a utrace.Action, c *utrace.Syscall) utrace.Action
	}{
		"nobody":     {"call -38", nil},
		"no opinion": {"call -38", func(a utrace.Action, _ *utrace.Syscall) utrace.Action { return a.NoOpinion() }},
		"run":        {"call 1", func(utrace.Action, *utrace.Syscall) utrace.Action { return run }},
		"result": {"call -33", func(_ utrace.Action, c *utrace.Syscall) utrace.Action {
			c.SetError(unix.EDOM)
			return utrace.SyscallAbort | utrace.Resume
		}},
		"another": {"call -9", func(_ utrace.Action, c *utrace.Syscall) utrace.Action {
			c.SetNr(unix.SYS_CLOSE)
			c.SetArg(0, ^uint64(0))
			return run
		}},
		"do": {"call 1", func(_ utrace.Action, c *utrace.Syscall) utrace.Action { return utrace.SyscallRun | utrace.Stop }},
	}
	for _, calls := range []string{"none", "openat", "getppid", "all"} {
		for name, x := range answers {
			t.Run(calls+"/"+name, func(t *testing.T) {
				tr := open(t)
				n := newCounter()
				asked := make(chan *utrace.Engine, 10)
				ev := utrace.EventSyscallEntry
				if x.answer != nil {
					ev |= utrace.EventSeccomp
					n.ops.Seccomp = func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall, data uint16) utrace.Action {
						if c.Nr() != unix.SYS_GETPPID || data != 5 || a != utrace.SyscallAbort|utrace.Resume {
							t.Errorf("asked about %s with %d and %v", c.Name(), data, a)
						}
						asked <- e.Get()
						return x.answer(a, c)
					}
				}
				out := &output{ready: make(chan struct{})}
				cmd := exec.Command(build(t, "ownfilter"), "trace")
				cmd.Stdout = out
				p, err := tr.Start(cmd, func(k *utrace.Task) error {
					_, err := attach(k, &n.ops, ev, set(t, calls))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if name == "do" { // here and in the child
					for range 2 {
						e := <-asked
						within(t, func() string {
							err := e.Examine(func(s *utrace.Stopped) error {
								pid, err := s.Do(unix.SYS_GETPID)
								if err != nil || int(pid) != s.Task().PID() {
									t.Errorf("do: %d, %v", pid, err)
								}
								return nil
							})
							if err != nil {
								return err.Error()
							}
							return ""
						})
						if err := e.Control(utrace.Resume); err != nil {
							t.Error(err)
						}
					}
				}
				if _, err := p.Wait(deadline(t)); err != nil {
					t.Fatal(err)
				}
				want := fmt.Sprintf("%s\nchild%s\nstatus 0\n", x.want, strings.TrimPrefix(x.want, "call"))
				if out.String() != want {
					t.Errorf("the program says\n%s\nwant\n%s", out, want)
				}
				if (calls == "getppid" || calls == "all") && n.entry.Load() < 2 {
					t.Error("the entries were not reported")
				}
			})
		}
	}
}
