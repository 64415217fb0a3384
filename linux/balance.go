package linux

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// Which owner a child goes to. It stays with its parent's, but
//
//   - if that has its fill (Options.MaxTracees), it goes to one with room;
//   - a process goes to the owner with the fewest processes, if beside it there
//     are others with its parent's owner that may be busy at the same time: all
//     but its ancestors, which mostly wait for what they have started;
//   - a thread of a process that has many goes to the owner with the fewest
//     tracees, so that they need not all wait for one, if each of its calls stops.
//
// For the last two there is one owner for each CPU at most.

// many is how many threads a process has, with the new one, that are shared out.
// A hand-over takes about as long as ten stops.
const many = 4

// pick returns an owner for a program that is started: one that has no process
// and room, or nil for a new one, as long as there may be more.
func (h *host) pick() (*owner, error) {
	best, more, closed := h.choose((*owner).processes, nil)
	switch {
	case closed:
		return nil, errClosed
	case best == nil, best.procs.Load() > 0 && more, int(best.tracees.Load()) >= h.opts.MaxTracees:
		return nil, nil
	}
	return best, nil
}

// mayHaveMore reports whether another owner would have a CPU to itself. h.mu is
// held.
func (h *host) mayHaveMore() bool {
	n := 0
	for _, o := range h.owners {
		if !o.attached {
			n++
		}
	}
	return n < h.maxOwners
}

// heir returns the owner that a child of parent, a thread of o's, shall have, with a place
// reserved, or nil: it stays.
func (h *host) heir(o *owner, parent, child *thread, flags uint64, v utrace.Verdict) *owner {
	if v.Stay || !child.group.killed.Load() || child.leaving || flags&unix.CLONE_PARENT != 0 {
		return nil
	}
	var to *owner
	switch {
	case int(o.tracees.Load()) > h.opts.MaxTracees:
		to = h.roomiest(o)
	case h.cpus == nil:
	case child.tid == child.tgid:
		to = h.lessBusy(o, child.group)
	case child.group.live.Load() >= many && (parent.stopsAll() || parent.trapsAll()):
		to = h.lessCrowded(o)
	}
	if to != nil {
		to.tracees.Add(1)
	}
	return to
}

// roomiest returns the owner with the fewest tracees beside o, or a new one if
// all have their fill; nil if none is to be had.
func (h *host) roomiest(o *owner) *owner {
	best, _, closed := h.choose((*owner).load, o)
	if best != nil && int(best.tracees.Load()) < h.opts.MaxTracees || closed {
		return best
	}
	best, _ = h.newOwner(false)
	return best
}

// choose returns the owner for which of is least, but not o, whether there may be one
// more, and whether the host is closed.
func (h *host) choose(of func(*owner) int, o *owner) (best *owner, more, closed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.least(of, o), h.mayHaveMore(), h.closed
}

func (o *owner) load() int      { return int(o.tracees.Load()) }
func (o *owner) processes() int { return int(o.procs.Load()) }

// least returns the owner of started processes for which of is least, but not o.
// h.mu is held.
func (h *host) least(of func(*owner) int, o *owner) (best *owner) {
	for _, x := range h.owners {
		if x != o && !x.attached && (best == nil || of(x) < of(best)) {
			best = x
		}
	}
	return best
}

// lessBusy returns an owner with fewer processes than those that the new group
// g would share o with, or nil.
func (h *host) lessBusy(o *owner, g *group) *owner {
	h.mu.Lock()
	others := int(o.procs.Load()) - 1
	for a := g.elder(); a != nil; a = a.elder() {
		if a.home == o {
			others--
		}
	}
	best := h.least((*owner).processes, o)
	more, closed := h.mayHaveMore(), h.closed
	h.mu.Unlock()
	switch {
	case others <= 0 || closed:
		return nil
	case best != nil && best.procs.Load() == 0, best != nil && !more && int(best.procs.Load()) < others:
		return best
	case more:
		best, _ = h.newOwner(false)
		return best
	}
	return nil
}

// lessCrowded returns an owner with fewer tracees than o, if it would still have no
// more with one of o's, or nil. As long as there may be more owners none has many.
func (h *host) lessCrowded(o *owner) *owner {
	best, more, closed := h.choose((*owner).load, o)
	switch {
	case closed:
		return nil
	case more && int(o.tracees.Load()) > many && (best == nil || best.tracees.Load() >= many):
		best, _ = h.newOwner(false)
		return best
	case best != nil && best.tracees.Load()+1 < o.tracees.Load():
		return best
	}
	return nil
}

// elder returns the process that has made this one, if it lives, or else the
// one that has made that. host.mu is held.
func (g *group) elder() *group {
	for g.parent != nil && g.parent.live.Load() == 0 {
		g.parent = g.parent.parent
	}
	return g.parent
}
