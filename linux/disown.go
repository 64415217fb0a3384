package linux

import (
	"golang.org/x/sys/unix"

	"utrace"
)

// disown takes a thread under a filter of ours from its engines and lets it run
// on. It cannot be let go: a call that the filter asks a tracer about would be
// ENOSYS to it. It stays a task, without engines, of a process that can be
// attached to no more and dies with the tracer.
func (o *owner) disown(th *thread, sig unix.Signal) {
	o.h.succeed(th)
	former := th.task
	th.task = o.h.hooks.NewTask(utrace.TaskInfo{TID: th.tid, TGID: th.tgid, Former: former, Private: th})
	o.h.hooks.LetGo(former)
	th.leaving, th.held, th.inCall = false, false, false
	switch th.at {
	case inGroup:
		o.listen(th)
	case atDeath:
		o.toDeath(th)
	default:
		th.resume(false, sig)
	}
}

// succeed moves a thread from a group that is being detached from to the one
// that comes after it. The last one ends the Detach.
func (h *host) succeed(th *thread) {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := th.group
	if g.after == nil {
		g.after = &group{pid: g.pid, home: g.home, parent: g.parent, all: map[*thread]struct{}{}}
		g.after.killed.Store(true)
		g.after.files.Store(g.files.Load())
		g.after.synced.Store(g.synced.Load())
		g.after.noNewPrivs.Store(g.noNewPrivs.Load())
		g.after.wide.Store(g.wide.Load())
	}
	delete(g.all, th)
	g.live.Add(-1)
	th.group = g.after
	th.group.all[th] = struct{}{}
	th.group.live.Add(1)
	if th.inStop {
		g.stopped.Add(-1)
		th.group.stopped.Add(1)
	}
	if len(g.all) == 0 {
		if h.groups[g.pid] == g {
			h.groups[g.pid] = g.after
		}
		if g.left != nil {
			close(g.left)
			g.left = nil
		}
	}
}
