package linux_test

import (
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
)

// TestBalance: processes that may be busy at the same time have owners of their
// own, as long as there are CPUs; what a shell runs one after the other has the
// shell's. Many threads that stop at each of their calls are shared out.
func TestBalance(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("there is one CPU, and so one owner")
	}
	pair := "sleep 100 & a=$!; sleep 100 & kill $a $!; wait"
	threads := func(n int) string { return fmt.Sprintf("exec %s %d <<.\nend\n.\n", build(t, "crowd"), n) }
	calls := utrace.EventSyscall
	for _, tt := range []struct {
		name, script string
		options      linux.Options
		events       utrace.Events
		owners       int
	}{
		{"one after the other", "/bin/true; /bin/true; exit 0", linux.Options{}, 0, 1},
		{"a child's child", "sh -c '/bin/true; exit 0'; exit 0", linux.Options{}, 0, 1},
		{"at the same time", pair, linux.Options{}, 0, 2},
		{"no placement", pair, linux.Options{NoPlacement: true}, 0, 1},
		{"many threads", threads(6), linux.Options{}, calls, 2},
		{"few threads", threads(2), linux.Options{}, calls, 1},
		{"many threads whose calls nobody wants", threads(6), linux.Options{}, 0, 1},
		{"many threads, no placement", threads(6), linux.Options{NoPlacement: true}, calls, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr, err := linux.Open(tt.options)
			if err != nil {
				t.Fatal(err)
			}
			defer closeTracer(t, tr)
			var mu sync.Mutex
			owners := map[int]bool{}
			ops := &utrace.Ops{Exit: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Exit) utrace.Action {
				mu.Lock()
				defer mu.Unlock()
				owners[unix.Gettid()] = true
				return a.NoOpinion()
			}}
			p, err := tr.Start(exec.Command("sh", "-c", tt.script), func(k *utrace.Task) error {
				e, err := k.Attach(utrace.AttachCreate, ops, nil)
				if err != nil {
					return err
				}
				defer e.Put()
				e.SetFollow(true)
				return e.SetEvents(tt.events | utrace.EventExit)
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Wait(deadline(t)); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if len(owners) != tt.owners {
				t.Errorf("%d owners, want %d", len(owners), tt.owners)
			}
		})
	}
}
