// Package count is the engine that counts system calls and measures them: the
// table of "strace -c -w", with percentiles, and histograms on request.
//
// The promises:
//
//   - A call counts when it returns, and as an error when it returned one, as
//     with strace -c: exit and exit_group never count, an execve that succeeded
//     does. Calls that somebody was in to the end, because the thread was killed
//     or let go, are told of below the table.
//   - Times are wall time between entry and exit as this engine sees them. That
//     includes the cost of tracing, the time for which engines nearer to the
//     kernel hold the thread, and, after a second round at the entry, all from
//     the first round on.
//   - A call that another engine skips or changes counts as what this engine's
//     place in the order shows of it.
//   - Maximum, sum and counts are exact. Percentiles, by nearest rank, are
//     within 2%.
//   - Memory is bounded by the threads alive times the different calls that each
//     makes. Nothing is allocated for a call but the first few times.
//   - Threads share nothing while they run.
//
// A call of the i386 table is marked "@32", as in a set of system calls. Calls
// that no table knows are counted together.
package count

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"utrace"
	"utrace/engine"
	"utrace/engine/match"
	"utrace/syscalls"
)

// Kind describes the engine.
var Kind = engine.Kind{
	Name:     "count",
	Summary:  "counts and times system calls, and writes a table at the end, as strace -c does",
	TakesSet: true,
	Writes:   true,
	Params: []engine.Param{
		{Key: "sort", Value: orderNames, Default: "time", Help: "what the table is sorted by"},
		{Key: "histogram", Value: "yes|no", Default: "no", Help: "draw for each call how long it took"},
	},
	New: New,
}

// New makes an instance, which writes to c.Out when it is closed.
func New(c engine.Config) (engine.Instance, error) {
	n := counterOf(c)
	n.order = orders["time"]
	if v, ok := c.Params["sort"]; ok {
		if n.order, ok = orders[v]; !ok {
			return nil, fmt.Errorf("sort=%s: want %s", v, strings.ReplaceAll(orderNames, "|", ", "))
		}
	}
	switch v, ok := c.Params["histogram"]; {
	case v == "yes":
		n.histogram = true
	case ok && v != "no":
		return nil, fmt.Errorf("histogram=%s: want yes or no", v)
	}
	return n, nil
}

func counterOf(c engine.Config) *counter {
	n := &counter{
		set:     c.Set,
		only:    match.Within(c.Set, c.Only),
		out:     c.Out,
		started: time.Now(),
		live:    map[*thread]struct{}{},
		gone:    tally{},
	}
	if n.out == nil {
		n.out = os.Stderr
	}
	n.clock = func(*thread) int64 { return n.now() }
	n.ops = utrace.Ops{
		Name:         "count",
		SyscallEntry: n.syscallEntry,
		SyscallExit:  n.syscallExit,
		Death:        n.death,
		Reap:         n.reap,
	}
	return n
}

// counter is one instance.
type counter struct {
	set       *syscalls.Set
	only      func(*utrace.Syscall) bool
	clock     func(*thread) int64 // nanoseconds
	out       io.Writer
	order     order
	histogram bool
	summary   *Summary // nil: our own table
	started   time.Time
	ops       utrace.Ops

	mu   sync.Mutex // before a thread's
	live map[*thread]struct{}
	gone tally // of threads that are no more
}

// Attach attaches it to a task, and to all that descend from it.
func (n *counter) Attach(task *utrace.Task) (*utrace.Engine, error) {
	return engine.Follow(task, &n.ops, n.newThread(task), n.set, utrace.EventSyscall|utrace.EventDeath|utrace.EventReap)
}

// Close writes the table.
func (n *counter) Close() error {
	text := n.report
	if n.summary != nil {
		text = n.summarize
	}
	if _, err := n.out.Write(text(styleOf(n.out))); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	return nil
}

// report returns what is known so far as text.
func (n *counter) report(s style) []byte {
	r := newReport(n.total(), n.order)
	text := r.table(s)
	if n.histogram {
		text = append(text, r.histograms(s)...)
	}
	return text
}

// total adds up all threads, those gone and those alive.
func (n *counter) total() tally {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := tally{}
	all.add(n.gone)
	for th := range n.live {
		th.mu.Lock()
		all.add(th.calls)
		th.mu.Unlock()
	}
	return all
}
