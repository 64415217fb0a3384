package linux_test

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"testing"

	"utrace"
)

// BenchmarkStops measures a getppid loop with engines that want every entry and
// exit and do nothing. An operation is one call: two stops.
func BenchmarkStops(b *testing.B) {
	for _, n := range []int{1, 101} {
		b.Run(fmt.Sprintf("engines=%d", n), func(b *testing.B) { benchStops(b, n, utrace.EventSyscall) })
	}
	b.Run("entry", func(b *testing.B) { benchStops(b, 1, utrace.EventSyscallEntry) })
}

func benchStops(b *testing.B, engines int, ev utrace.Events) {
	tr := open(b)
	same := func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action { return a.NoOpinion() }
	ops := &utrace.Ops{Name: "bench", SyscallEntry: same, SyscallExit: same}
	cmd := exec.Command(build(b, "getppid"), fmt.Sprint(b.N))
	var before, after runtime.MemStats
	b.ReportAllocs()
	b.ResetTimer()
	p, err := tr.Start(cmd, func(t *utrace.Task) error {
		for range engines {
			e, err := t.Attach(utrace.AttachCreate, ops, nil)
			if err != nil {
				return err
			}
			if err := e.SetEvents(ev); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	runtime.ReadMemStats(&before)
	if _, err := p.Wait(context.Background()); err != nil {
		b.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	b.StopTimer()
	if b.N > 10000 {
		b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N), "mallocs/call")
	}
}
