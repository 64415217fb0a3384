package server_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/control"
)

// Three controllers decide over the socket about the calls of 64 threads, as
// chance has it; each call gets exactly the decision that won.
func TestCrowd(t *testing.T) {
	const threads, calls, controllers = 64, 8, 3
	prog := filepath.Join(t.TempDir(), "crowd")
	if out, err := exec.Command("gcc", "-O1", "-pthread", "-o", prog, "../../engine/held/testdata/crowd.c").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	sid, err := unix.Getsid(0)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, "getsid", fmt.Sprintf("exec %s %d %d", prog, threads, calls))
	var sum, failed, settled atomic.Int64
	decide := func(c *control.Client, h control.Held) {
		d, value, errs := control.Decision{Verb: "run"}, int64(sid), int64(0)
		switch rand.IntN(4) {
		case 0:
			value = int64(h.ID) + 1000
			d = control.Decision{Verb: "abort", Result: value}
		case 1:
			d, value, errs = control.Decision{Verb: "abort", Errno: "EACCES"}, 0, 1
		}
		var e *control.Error
		switch err := c.Decide(s.ctx, h.ID, d); {
		case err == nil:
			sum.Add(value)
			failed.Add(errs)
			settled.Add(1)
		case !errors.As(err, &e) || e.Status != http.StatusConflict:
			t.Errorf("%v: %v", d, err)
		}
	}
	// A controller lives for some decisions, and attaches an engine in between.
	live := func() {
		c := control.New(s.socket)
		defer c.Close()
		for range 5 + rand.IntN(20) {
			list, err := c.Held(s.ctx)
			if err != nil || len(list) == 0 {
				return
			}
			switch h := list[rand.IntN(len(list))]; rand.IntN(8) {
			case 0:
				if i, err := c.Attach(s.ctx, control.Attach{Spec: "nop:getpid", Task: h.Task}); err == nil {
					decide(c, h)
					_ = c.Detach(s.ctx, i.ID)
				}
			default:
				decide(c, h)
			}
		}
	}
	var wg sync.WaitGroup
	for range controllers {
		wg.Go(func() {
			for {
				select {
				case <-s.proc.Done():
					return
				default:
					live()
				}
			}
		})
	}
	out := s.wait()
	wg.Wait()
	if want := fmt.Sprintln(sum.Load(), failed.Load()); out != want {
		t.Errorf("the program got %q, and should have got %q", out, want)
	}
	if n := settled.Load(); n != threads*calls {
		t.Errorf("%d decisions for %d calls", n, threads*calls)
	}
}
