package count

import (
	"sync"
	"testing"
	"time"

	"utrace/arch"
	"utrace/engine"
	"utrace/syscalls"
)

func idNamed(t testing.TB, id arch.ID, name string) callID {
	t.Helper()
	c, ok := syscalls.ByName(id, name)
	if !ok {
		t.Fatalf("no call is named %s", name)
	}
	return callID{id, c.Nr}
}

func newCounter(t testing.TB, params map[string]string) *counter {
	t.Helper()
	inst, err := New(engine.Config{Params: params})
	if err != nil {
		t.Fatal(err)
	}
	return inst.(*counter)
}

func TestNoAllocationPerCall(t *testing.T) {
	n := newCounter(t, nil)
	th := n.newThread(nil)
	now := int64(0)
	call := func() {
		th.enter(idOf(arch.AMD64, 0), false, now)
		n.now()
		now += 1000
		th.leave(false, now)
	}
	call()
	if allocs := testing.AllocsPerRun(1000, call); allocs != 0 {
		t.Errorf("a call makes %g allocations, want none", allocs)
	}
}

func TestSecondRoundGoesOn(t *testing.T) {
	th := newCounter(t, nil).newThread(nil)
	read, write := idNamed(t, arch.AMD64, "read"), idNamed(t, arch.AMD64, "write")
	th.enter(read, false, 100)
	th.enter(write, true, 500) // changed meanwhile
	th.leave(false, 600)
	if s := th.calls[write]; s == nil || s.calls != 1 || s.time != 500 || th.calls[read] != nil {
		t.Errorf("counted %v, want one write of 500 ns", th.calls)
	}
}

func TestExitWithoutEntryDoesNotCount(t *testing.T) {
	th := newCounter(t, nil).newThread(nil)
	th.leave(false, 5)
	if len(th.calls) != 0 {
		t.Errorf("counted %v, want nothing", th.calls)
	}
}

func TestUnknownNumbersAreOne(t *testing.T) {
	th := newCounter(t, nil).newThread(nil)
	for nr := range 1000 {
		th.enter(idOf(arch.AMD64, 100000+nr), false, 0)
		th.leave(true, 1)
	}
	if s := th.calls[callID{arch.AMD64, unknownNr}]; len(th.calls) != 1 || s.calls != 1000 {
		t.Errorf("%d calls are known, want one", len(th.calls))
	}
}

// Threads count at the same time as somebody adds them up.
func TestTotalWhileThreadsRun(t *testing.T) {
	const threads, calls = 8, 2000
	n := newCounter(t, nil)
	var all sync.WaitGroup
	for range threads {
		all.Go(func() {
			th := n.newThread(nil)
			for i := range calls {
				th.enter(callID{arch.AMD64, i % 5}, false, 0)
				th.leave(i%2 == 0, int64(i))
			}
		})
	}
	stop := make(chan struct{})
	var adder sync.WaitGroup
	adder.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				n.report(style{})
			}
		}
	})
	all.Wait()
	close(stop)
	adder.Wait()
	r := newReport(n.total(), orders["name"])
	if r.total.calls != threads*calls || r.total.errors != threads*calls/2 {
		t.Errorf("%d calls, %d errors, want %d, %d", r.total.calls, r.total.errors, threads*calls, threads*calls/2)
	}
}

func TestBadParameters(t *testing.T) {
	for key, values := range map[string][]string{"sort": {"", "size"}, "histogram": {"", "1", "true"}} {
		for _, v := range values {
			if _, err := New(engine.Config{Params: map[string]string{key: v}}); err == nil {
				t.Errorf("%s=%s is taken, want an error", key, v)
			}
		}
	}
}

// What the engine adds to a call, but for the callbacks.
func BenchmarkCall(b *testing.B) {
	n := newCounter(b, nil)
	b.RunParallel(func(pb *testing.PB) {
		th := n.newThread(nil)
		for i := 0; pb.Next(); i++ {
			th.enter(idOf(arch.AMD64, i&15), false, n.now())
			th.leave(false, n.now())
		}
	})
}
