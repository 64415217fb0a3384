package utrace

import (
	"golang.org/x/sys/unix"

	"utrace/syscalls"
)

// Share names one thing that tasks may share; equal pointers, the same thing.
// Engines that keep descriptor tables or working directories key them on it.
type Share struct{ _ byte }

// Shares is what a task shares with others, as far as the tracer saw it happen:
// clone's flags, exec, and unshare where system calls are traced. Threads that
// were attached to share everything within their process and nothing beyond.
type Shares struct {
	VM, Files, FS, Sighand *Share
}

// Shares returns what the task shares at the moment.
func (t *Task) Shares() Shares { return *t.shares.Load() }

func (t *Task) newShares(parent *Task, flags uint64) {
	s := Shares{new(Share), new(Share), new(Share), new(Share)}
	if parent != nil {
		p := parent.Shares()
		for _, x := range []struct {
			flag     uint64
			own, par **Share
		}{
			{unix.CLONE_VM, &s.VM, &p.VM},
			{unix.CLONE_FILES, &s.Files, &p.Files},
			{unix.CLONE_FS, &s.FS, &p.FS},
			{unix.CLONE_SIGHAND, &s.Sighand, &p.Sighand},
		} {
			if flags&x.flag != 0 {
				*x.own = *x.par
			}
		}
	}
	t.shares.Store(&s)
}

// shareAfterExec: exec makes a new address space and unshares the descriptor
// table and the signal handlers; the working directory stays shared.
func (t *Task) shareAfterExec() {
	s := t.Shares()
	s.VM, s.Files, s.Sighand = new(Share), new(Share), new(Share)
	t.shares.Store(&s)
}

// noteSharing looks at a call that ends for unshare(2).
func (t *Task) noteSharing() {
	c := &t.call
	if c.result != 0 || c.aborted {
		return
	}
	if d, ok := syscalls.Lookup(c.arch, c.base.nr); !ok || d.Name != "unshare" {
		return
	}
	s := t.Shares()
	flags := c.view(nil).args[0]
	if flags&unix.CLONE_FILES != 0 {
		s.Files = new(Share)
	}
	if flags&(unix.CLONE_FS|unix.CLONE_NEWNS) != 0 {
		s.FS = new(Share)
	}
	t.shares.Store(&s)
}
