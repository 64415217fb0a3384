package linux

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/procfs"
	"utrace/internal/sys"
)

var errNoPtrace = errors.New("ptrace is not allowed here (a container's seccomp profile, perhaps: run it with --cap-add=SYS_PTRACE; see utrace doctor)")

// Attach seizes every thread of the process, which is not stopped for it, and
// goes on until no new one is found: threads that a seized one makes come by
// themselves. The process gets owners of its own, so that ending them can
// release a thread that shows no stop.
func (h *host) Attach(ctx context.Context, pid int, setup func(*utrace.Task) error) (*utrace.Process, error) {
	if h.isClosed() {
		return nil, errClosed
	}
	tgid, _ := idsOf(pid)
	if tgid == 0 {
		return nil, fmt.Errorf("utrace: attach to process %d: %w", pid, unix.ESRCH)
	}
	pid = tgid
	if err := h.awaitLeft(ctx, pid); err != nil {
		return nil, err
	}
	var own []*owner
	var failed error
	var proc *utrace.Process
	seen := map[int]bool{}
	for found := true; found && failed == nil; {
		found = false
		tids, err := procfs.Threads(pid)
		if err != nil && len(seen) == 0 {
			failed = fmt.Errorf("utrace: attach to process %d: %w", pid, unix.ESRCH)
			break
		}
		for _, tid := range tids {
			if seen[tid] {
				continue
			}
			if failed = ctx.Err(); failed != nil {
				break
			}
			if len(own) == 0 || int(own[len(own)-1].tracees.Load()) >= h.opts.MaxTracees {
				o, err := h.newOwner(true)
				if err != nil {
					failed = err
					break
				}
				own = append(own, o)
			}
			seen[tid] = true
			o := own[len(own)-1]
			o.call(func() {
				t, err := o.seize(tid, pid, setup)
				if t != nil {
					found, proc = true, t.Process()
				}
				failed = err
			})
			if failed != nil {
				break
			}
		}
	}
	if failed == nil && proc == nil && tgidOf(pid) == pid && !zombie(pid) && h.traces(pid) {
		failed = fmt.Errorf("utrace: attach to process %d: %w: this tracer has it already", pid, unix.EALREADY)
	}
	if failed == nil && proc == nil {
		failed = fmt.Errorf("utrace: attach to process %d: %w", pid, unix.ESRCH)
	}
	if failed != nil {
		if proc != nil {
			h.Detach(context.WithoutCancel(ctx), proc)
		}
		for _, o := range own {
			o.post(request{fn: func() { o.quit = true }})
		}
		return nil, failed
	}
	return proc, nil
}

// awaitLeft waits until a Detach of the process that is under way has ended.
func (h *host) awaitLeft(ctx context.Context, pid int) error {
	h.mu.Lock()
	var gone <-chan struct{}
	if g := h.groups[pid]; g != nil && g.leaving.Load() {
		gone = g.gone()
	}
	h.mu.Unlock()
	if gone == nil {
		return nil
	}
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// seize takes one thread. nil and no error: it is gone, or ours already.
func (o *owner) seize(tid, pid int, setup func(*utrace.Task) error) (*utrace.Task, error) {
	if o.threads[tid] != nil {
		return nil, nil
	}
	g := o.h.group(pid)
	if e := sys.Seize(tid, g.options()); e != 0 {
		o.h.drop(g)
		if e == unix.ESRCH || o.h.traces(tid) || zombie(tid) {
			return nil, nil
		}
		return nil, why(tid, pid, e)
	}
	th := o.newThread(tid)
	th.group, th.tgid = g, pid
	th.space.Store(o.h.sharedVM(g))
	th.task = o.h.hooks.NewTask(utrace.TaskInfo{TID: tid, TGID: pid, Private: th})
	o.adopt(th)
	return th.task, setup(th.task)
}

// sharedVM returns the address space that the group's threads share.
func (h *host) sharedVM(g *group) *vm {
	h.mu.Lock()
	defer h.mu.Unlock()
	for th := range g.all {
		return th.vm().get()
	}
	return newVM()
}

// traces reports whether tid's tracer is one of our owners.
func (h *host) traces(tid int) bool {
	m, err := status(tid, "TracerPid")
	if err != nil {
		return true // gone
	}
	by, _ := strconv.Atoi(m["TracerPid"])
	return by == os.Getpid() || by != 0 && tgidOf(by) == os.Getpid()
}

func zombie(tid int) bool {
	m, err := status(tid, "State")
	return err != nil || strings.HasPrefix(m["State"], "Z") || strings.HasPrefix(m["State"], "X")
}

// why says what keeps a thread from being seized, and what to do about it.
func why(tid, pid int, e unix.Errno) error {
	m, _ := status(tid, "TracerPid", "Name", "Uid", "Kthread")
	detail := ""
	by, _ := strconv.Atoi(m["TracerPid"])
	if by != 0 {
		by = tgidOf(by) // it names a thread
	}
	scope, _ := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	uid := strings.Fields(m["Uid"] + " ?")[0]
	switch {
	case e != unix.EPERM:
	case by != 0:
		t, _ := status(by, "Name")
		detail = fmt.Sprintf("it is traced already, by process %d (%s): end that tracer first, or run the program under utrace, where tracers nest", by, t["Name"])
	case m["Kthread"] == "1":
		detail = "it is a kernel thread, which cannot be traced"
	case pid == os.Getpid():
		detail = "a process cannot trace itself"
	case os.Geteuid() != 0 && uid != strconv.Itoa(os.Geteuid()):
		detail = fmt.Sprintf("it belongs to user %s: run utrace as that user, as root, or with CAP_SYS_PTRACE", uid)
	case strings.TrimSpace(string(scope)) == "1":
		detail = "kernel.yama.ptrace_scope is 1, which allows tracing of one's own children only: use utrace run, or root, or sysctl kernel.yama.ptrace_scope=0"
	case strings.TrimSpace(string(scope)) == "2":
		detail = "kernel.yama.ptrace_scope is 2: only with CAP_SYS_PTRACE, as root, or after sysctl kernel.yama.ptrace_scope=0"
	case strings.TrimSpace(string(scope)) == "3":
		detail = "kernel.yama.ptrace_scope is 3: nobody may attach until the next boot"
	case os.Geteuid() != 0:
		detail = "it has more privileges than utrace, or is not dumpable: run utrace as root or with CAP_SYS_PTRACE"
	default:
		detail = "the kernel refuses it even to root: a container without CAP_SYS_PTRACE, or another user namespace (see utrace doctor)"
	}
	if detail != "" {
		return fmt.Errorf("utrace: attach to process %d: %w: %s", pid, e, detail)
	}
	return fmt.Errorf("utrace: attach to process %d: %w", pid, e)
}

// Detach asks every thread of the process to stop, and lets each go when it
// does, running. One in D state shows no stop: for a process that was attached
// to, its owners are then ended, by which the kernel lets go of what they hold.
func (h *host) Detach(ctx context.Context, p *utrace.Process) error {
	h.mu.Lock()
	g := h.groups[p.Pid()]
	if g == nil || g.process() != p {
		h.mu.Unlock()
		return nil
	}
	gone := g.gone()
	g.leaving.Store(true) // who joins from now on goes by itself
	var threads []*thread
	owners := map[*owner]bool{}
	for th := range g.all {
		threads = append(threads, th)
		owners[th.home.Load()] = true
	}
	h.mu.Unlock()
	for _, th := range threads {
		th.post(func() { th.owner.leave(th) })
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for wait := 0; ; wait++ {
		select {
		case <-gone:
			h.retireIdle(owners)
			return nil
		case <-ctx.Done():
			if !h.endOwners(owners) {
				return ctx.Err()
			}
			<-gone
			awaitExits(owners)
			return nil
		case <-tick.C:
		}
		if wait >= 3 && h.stuck(g) && h.endOwners(owners) {
			<-gone
			awaitExits(owners)
			return nil
		}
	}
}

// stuck reports whether all threads that are left cannot be stopped.
func (h *host) stuck(g *group) bool {
	h.mu.Lock()
	var tids []int
	for th := range g.all {
		tids = append(tids, th.tid)
	}
	h.mu.Unlock()
	for _, tid := range tids {
		if !uninterruptible(tid) {
			return false
		}
	}
	return len(tids) > 0
}

// endOwners ends the owners that an attach had for itself, which releases what
// they hold. It reports whether there are no others: started processes share an
// owner, and their threads stay until they stop.
func (h *host) endOwners(owners map[*owner]bool) (all bool) {
	all = true
	for o := range owners {
		if o.attached {
			o.post(request{fn: func() { o.quit = true }})
		} else {
			all = false
		}
	}
	return all
}

// awaitExits waits for the ends of the owners' OS threads, by which the kernel
// lets go of what they held: a moment after those of their loops.
func awaitExits(owners map[*owner]bool) {
	for o := range owners {
		<-o.ended
		path := "/proc/self/task/" + strconv.Itoa(o.tid)
		for range 10000 {
			if _, err := os.Stat(path); err != nil {
				break
			}
			time.Sleep(100 * time.Microsecond)
		}
	}
}

// retireIdle ends the owners that an attach had for itself.
func (h *host) retireIdle(owners map[*owner]bool) {
	for o := range owners {
		if o.attached {
			o.post(request{fn: func() {
				for _, th := range o.threads {
					if th.group != nil {
						return
					}
				}
				o.quit = true
			}})
		}
	}
}

// leave begins to let a thread go.
func (o *owner) leave(th *thread) {
	if o.threads[th.tid] != th || th.leaving {
		return
	}
	th.leaving = true
	switch {
	case th.renaming, th.waits:
	case th.zombie:
		o.reap(th)
	case th.at == going:
		switch {
		case !th.doomed:
			th.trap()
		case th.tid == th.tgid && o.h.others(th):
			o.abandon(th)
		}
	case th.at == atEntry, th.at == atSeccomp, th.at == atExit:
		o.toTrap(th)
	case th.at == atTrap:
		if !th.shows {
			o.rollback(th)
		}
		o.release(th, 0)
	case th.at == atSignal:
		sig := th.siginfo.Signo()
		o.settleSignal(th, sig)
		o.release(th, sig)
	default:
		o.release(th, 0)
	}
}
