package linux_test

import (
	"testing"

	"utrace"
	"utrace/linux"
)

// TestLastingSyscalls: a thread whose engine comes to want more calls for good stops at
// these once, not twice, and goes on to do so when nobody wants them; one that has a
// filter of its own is not given another of ours, and stops as it did.
func TestLastingSyscalls(t *testing.T) {
	for _, c := range []struct {
		name    string
		own     bool
		filters string
		stops   int // at a call that is wanted
		after   int // and that is not any more
	}{
		{"widened", false, "2", 1, 1},
		{"with a filter of its own", true, "2", 2, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newCounter()
			var e *utrace.Engine
			x := startTrapped(t, linux.Options{}, func(k *utrace.Task) (err error) {
				e, err = attach(k, &n.ops, utrace.EventSyscallEntry, set(t, "openat"))
				return err
			})
			if c.own {
				x.say("filter")
				x.want("filter 0")
			} else if result, stops := x.loop(loops); result != 1 || stops != 0 {
				t.Errorf("before: result %d, %d stops a call", result, stops)
			}
			n.entry.Store(0)
			more := set(t, "openat", "getppid")
			if err := e.SetLasting(more); err != nil {
				t.Fatal(err)
			}
			if err := e.SetSyscalls(more); err != nil {
				t.Fatal(err)
			}
			x.settle(e)
			if result, stops := x.loop(loops); result != 1 || stops != c.stops {
				t.Errorf("wanted for good: result %d, %d stops a call, want %d", result, stops, c.stops)
			}
			n.want(t, loops, 0)
			if got := procField(x.proc.Pid(), "Seccomp_filters"); got != c.filters {
				t.Errorf("%s filters, want %s", got, c.filters)
			}
			if err := e.SetSyscalls(set(t, "openat")); err != nil {
				t.Fatal(err)
			}
			x.loop(1) // on its way it may stop still
			if result, stops := x.loop(loops); result != 1 || stops != c.after {
				t.Errorf("wanted no more: result %d, %d stops a call, want %d", result, stops, c.after)
			}
			n.want(t, 0, 0)
		})
	}
}
