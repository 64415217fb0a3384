// Package match tells whether a system call concerns what an engine is asked
// about, beyond its number.
package match

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"utrace"
	"utrace/syscalls"
)

// Paths are the paths of strace's -P, and the descriptors of its -e trace-fds=: a
// call is meant that has to do with any of them.
type Paths struct {
	given, real map[string]bool
	resolved    []Resolved
	fds         func(fd int) bool // nil: none
}

// Resolved is a path that stands for another, by symbolic links or as a relative
// path.
type Resolved struct{ Given, Real string }

// NewPaths returns a matcher of these paths, resolved as of now, and of the
// descriptors that fds is true for; it may be nil.
func NewPaths(paths []string, fds func(fd int) bool) *Paths {
	p := &Paths{given: map[string]bool{}, real: map[string]bool{}, fds: fds}
	for _, path := range paths {
		p.given[path] = true
		real := path
		if abs, err := filepath.Abs(path); err == nil {
			if r, err := filepath.EvalSymlinks(abs); err == nil {
				real = r
			}
		}
		p.real[real] = true
		if real != path {
			p.resolved = append(p.resolved, Resolved{path, real})
		}
	}
	return p
}

// Resolved returns those paths that stand for another.
func (p *Paths) Resolved() []Resolved { return p.resolved }

// Match reports whether a call at its entry names one of the paths, as it was
// given or resolved, or has a descriptor of the file. It reads the program's
// memory and /proc.
func (p *Paths) Match(c *utrace.Syscall) bool {
	call, ok := syscalls.Lookup(c.Arch(), c.Nr())
	if !ok {
		return false
	}
	args := c.Args()
	for i, a := range call.Form(&args).Args {
		switch a.Kind {
		case syscalls.Path:
			if p.named(c.Memory(), c.Arg(i)) {
				return true
			}
		case syscalls.FD, syscalls.AtFD:
			if p.open(c.Task(), int32(c.Arg(i))) {
				return true
			}
		case syscalls.Structs:
			if a.Type == "pollfd" && p.anyPolled(c, i) {
				return true
			}
		case syscalls.FDSet:
			if p.anySelected(c, i) {
				return true
			}
		}
	}
	return false
}

// named reports whether a path in the program's memory is one of them, letter by
// letter.
func (p *Paths) named(mem utrace.Memory, addr uint64) bool {
	const pathMax = 4096
	if addr == 0 || len(p.given) == 0 {
		return false
	}
	s, whole, err := mem.ReadString(addr, pathMax)
	return err == nil && whole && (p.given[s] || p.real[s])
}

// open reports whether a descriptor, AT_FDCWD for the working directory, is one of
// them, or of one of them.
func (p *Paths) open(t *utrace.Task, fd int32) bool {
	const atFDCWD = -100
	if p.fds != nil && fd >= 0 && p.fds(int(fd)) {
		return true
	}
	if len(p.given) == 0 {
		return false
	}
	link := "/proc/" + strconv.Itoa(t.TID())
	switch {
	case fd == atFDCWD:
		link += "/cwd"
	case fd < 0:
		return false
	default:
		link += "/fd/" + strconv.Itoa(int(fd))
	}
	path, err := os.Readlink(link)
	return err == nil && (p.real[path] || p.given[path] || p.real[strings.TrimSuffix(path, " (deleted)")])
}
