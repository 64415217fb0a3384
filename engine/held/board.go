package held

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"utrace"
)

// Board is the calls that engines hold. Its methods may be called from any
// goroutine; Hold from callbacks.
type Board struct {
	mu      sync.Mutex
	last    uint64
	calls   map[uint64]*Call
	past    []Settled // the most recent, oldest first
	watches []func(Event)
}

// remembered is how many settled calls a board can still tell of.
const remembered = 4096

// New returns an empty board.
func New() *Board { return &Board{calls: map[uint64]*Call{}} }

// EventKind is what a board tells of.
type EventKind string

// What may become of a call.
const (
	EventHeld    EventKind = "held"    // it is on the board
	EventSettled EventKind = "settled" // it was decided
	EventGone    EventKind = "gone"    // it ended without a decision
)

// Event is one thing that happened on a board. Decision is that of
// EventSettled, Why the reason of EventGone.
type Event struct {
	Kind     EventKind
	Call     *Call
	Decision Decision
	Why      string
}

// Watch has fn called for all events from now on, on whatever goroutine causes
// them, callbacks among them: fn must not block, and not use the board.
func (b *Board) Watch(fn func(Event)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watches = append(b.watches[:len(b.watches):len(b.watches)], fn)
}

func (b *Board) tell(ev Event) {
	b.mu.Lock()
	watches := b.watches
	b.mu.Unlock()
	for _, fn := range watches {
		fn(ev)
	}
}

// Terms are what an engine holds a call on.
type Terms struct {
	// Deadline is how long a decision is waited for, and Default what is done
	// when none came; its By is set by the board.
	Deadline time.Duration
	Default  Decision
	// Engine names who holds it: "hold", "policy".
	Engine string
	// Why, if not empty, says what made it hold the call: a rule, say.
	Why string
}

// DefaultDeadline is the deadline if nothing else is asked for.
const DefaultDeadline = time.Minute

// ParseDeadline reads the value of deadline=.
func ParseDeadline(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("deadline=%s: want a time with its unit, such as 500ms, 10s or 2h", s)
	}
	return d, nil
}

// LogExpired has a line written to w for each call that a deadline has decided
// and that an engine with these ops held.
func (b *Board) LogExpired(ops *utrace.Ops, w io.Writer) {
	b.Watch(func(ev Event) {
		c := ev.Call
		if ev.Kind != EventSettled || ev.Decision.By != ByDeadline || c.e.Ops() != ops {
			return
		}
		who := c.terms.Engine
		if c.terms.Why != "" {
			who += ": " + c.terms.Why
		}
		fmt.Fprintf(w, "%s: %d: nobody decided within %v: %s: %s\n",
			who, c.Task().TID(), c.terms.Deadline, &ev.Decision, c.What().Text)
	})
}

// Events are what an engine that holds calls wants: Quiesce is what
// Control(Report) takes.
const Events = utrace.EventSyscallEntry | utrace.EventQuiesce | utrace.EventDeath | utrace.EventReap

// Hold lists the call that e's callback is at the entry of. The callback then
// answers what [Call.Answer] says.
func (b *Board) Hold(e *utrace.Engine, c *utrace.Syscall, terms Terms) *Call {
	call := &Call{board: b, e: e.Get(), terms: terms, since: time.Now()}
	call.what.look(c)
	call.deadline = call.since.Add(terms.Deadline)
	b.mu.Lock()
	b.last++
	call.id = b.last
	b.calls[call.id] = call
	b.mu.Unlock()
	b.tell(Event{Kind: EventHeld, Call: call})
	call.mu.Lock()
	if !call.settled {
		call.timer = time.AfterFunc(terms.Deadline, call.expire)
	}
	call.mu.Unlock()
	return call
}

// Calls returns what is held, oldest first.
func (b *Board) Calls() []*Call {
	b.mu.Lock()
	calls := make([]*Call, 0, len(b.calls))
	for _, c := range b.calls {
		calls = append(calls, c)
	}
	b.mu.Unlock()
	calls = slices.DeleteFunc(calls, (*Call).detached)
	slices.SortFunc(calls, func(a, b *Call) int { return cmp.Compare(a.id, b.id) })
	return calls
}

// Call returns the held call with this id; *Settled or Unknown if there is none.
func (b *Board) Call(id uint64) (*Call, error) {
	b.mu.Lock()
	c := b.calls[id]
	if c == nil {
		defer b.mu.Unlock()
		return nil, b.remembers(id)
	}
	b.mu.Unlock()
	if c.detached() {
		return nil, c.ended()
	}
	return c, nil
}

// remembers is what the board can say of a call that is not on it.
func (b *Board) remembers(id uint64) error {
	i, ok := slices.BinarySearchFunc(b.past, id, Settled.compare)
	if !ok {
		return Unknown(id)
	}
	s := b.past[i]
	return &s
}

// Decide settles a held call, or for Report asks all engines again. It waits for
// the callback that holds the call to end, and not for the thread: that goes on
// when this has returned, or soon after. Errors: what Decision.Check says;
// *Settled; Unknown; ERESTARTSYS if ctx ends first.
func (b *Board) Decide(ctx context.Context, id uint64, d Decision) error {
	if err := d.Check(); err != nil {
		return err
	}
	c, err := b.Call(id)
	if err != nil {
		return err
	}
	if d.Verb == Report {
		return c.again(ctx)
	}
	return c.decide(ctx, d)
}

// take moves a call from the board into memory.
func (b *Board) take(s Settled) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.calls, s.ID)
	if len(b.past) >= 2*remembered {
		b.past = append([]Settled(nil), b.past[len(b.past)-remembered:]...)
	}
	i, _ := slices.BinarySearchFunc(b.past, s.ID, Settled.compare)
	b.past = slices.Insert(b.past, i, s)
}

func (s Settled) compare(id uint64) int { return cmp.Compare(s.ID, id) }
