package linux

import (
	"encoding/binary"
	"errors"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/sys"
)

// vm is an address space: its /proc/TID/mem, kept open. The descriptor stays
// bound to it, so an exec begins a new one. pread of it is the cheapest way to
// read little, and needs no stop and no particular thread.
type vm struct {
	refs atomic.Int32

	mu   sync.RWMutex
	fd   int // -1: not open
	shut bool

	insn [2]uint64 // where a syscall instruction is: native, compat
}

// maxMemFiles bounds the descriptors kept for address spaces; beyond it they
// are opened for each access.
const maxMemFiles = 400

var memFiles atomic.Int32

func newVM() *vm {
	v := &vm{fd: -1}
	v.refs.Store(1)
	return v
}

func (v *vm) get() *vm { v.refs.Add(1); return v }

// put drops a thread's share; the last closes the descriptor.
func (v *vm) put() {
	if v.refs.Add(-1) != 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.shut = true
	if v.fd >= 0 {
		unix.Close(v.fd)
		v.fd = -1
		memFiles.Add(-1)
	}
}

func (th *thread) vm() *vm { return th.space.Load() }

// open returns a descriptor for the address space of thread tid. One that is
// kept stays open until v.mu, which is read-locked then, is unlocked; one that
// is not the caller closes.
func (v *vm) open(tid int) (fd int, kept bool, err error) {
	v.mu.RLock()
	if v.fd >= 0 {
		return v.fd, true, nil
	}
	shut := v.shut
	v.mu.RUnlock()
	if shut {
		return -1, false, unix.ESRCH
	}
	fd, err = unix.Open("/proc/"+strconv.Itoa(tid)+"/mem", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		if errors.Is(err, unix.ENOENT) {
			err = unix.ESRCH
		}
		return -1, false, &os.PathError{Op: "open", Path: "/proc/" + strconv.Itoa(tid) + "/mem", Err: err}
	}
	v.mu.Lock()
	keep := v.fd < 0 && !v.shut && memFiles.Load() < maxMemFiles
	if keep {
		v.fd = fd
		memFiles.Add(1)
	}
	v.mu.Unlock()
	if !keep {
		return fd, false, nil
	}
	v.mu.RLock()
	if v.fd < 0 {
		v.mu.RUnlock()
		return -1, false, unix.ESRCH
	}
	return v.fd, true, nil
}

// access reads or writes memory by such a descriptor.
func (v *vm) access(tid int, p []byte, addr uint64, write bool) (int, error) {
	fd, kept, err := v.open(tid)
	if err != nil {
		return 0, err
	}
	n, err := transfer(fd, p, addr, write)
	if kept {
		v.mu.RUnlock()
	} else {
		unix.Close(fd)
	}
	return n, err
}

func (th *thread) readMem(p []byte, addr uint64) (int, error) {
	return th.memory(p, addr, false)
}

func (th *thread) writeMem(p []byte, addr uint64) (int, error) {
	return th.memory(p, addr, true)
}

// memory is for any goroutine. An exec meanwhile gives the thread another
// address space, and perhaps another id: then it is tried again there.
func (th *thread) memory(p []byte, addr uint64, write bool) (int, error) {
	for {
		v, tid := th.vm(), 0
		if th.task != nil {
			tid = th.task.TID()
		} else {
			tid = th.tid // not yet known to anybody else
		}
		n, err := v.access(tid, p, addr, write)
		switch {
		case err == nil:
			return n, nil
		case th.vm() != v:
		case notOpened(err) && th.home.Load().h.current() == th.home.Load() && th.at != going:
			return th.words(p, addr, write)
		default:
			return n, err
		}
	}
}

func notOpened(err error) bool {
	var open *os.PathError
	return errors.As(err, &open)
}

// words reads or writes memory by PTRACE_PEEKDATA and PTRACE_POKEDATA, where
// /proc/TID/mem is not to be had. On the owner, the thread stopped.
func (th *thread) words(p []byte, addr uint64, write bool) (done int, err error) {
	for done < len(p) {
		at := addr + uint64(done)
		word, e := sys.PeekData(th.tid, uintptr(at&^7))
		if e != 0 {
			return done, e
		}
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], word)
		n := 0
		if write {
			n = copy(b[at&7:], p[done:])
			if e := sys.PokeData(th.tid, uintptr(at&^7), binary.LittleEndian.Uint64(b[:])); e != 0 {
				return done, e
			}
		} else {
			n = copy(p[done:], b[at&7:])
		}
		done += n
	}
	return done, nil
}

// transfer repeats short reads and writes, which end at pages that are not
// there.
func transfer(fd int, p []byte, addr uint64, write bool) (done int, err error) {
	for done < len(p) {
		var n int
		if write {
			n, err = unix.Pwrite(fd, p[done:], int64(addr)+int64(done))
		} else {
			n, err = unix.Pread(fd, p[done:], int64(addr)+int64(done))
		}
		if n > 0 {
			done += n
			continue
		}
		switch {
		case err == unix.EINTR:
		case err == nil: // the address space is gone
			return done, unix.ESRCH
		default:
			return done, err
		}
	}
	return done, nil
}

func (h *host) ReadMem(t *utrace.Task, p []byte, addr uint64) (int, error) {
	return h.thread(t).readMem(p, addr)
}

func (h *host) WriteMem(t *utrace.Task, p []byte, addr uint64) (int, error) {
	return h.thread(t).writeMem(p, addr)
}
