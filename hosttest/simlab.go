package hosttest

import (
	"encoding/binary"
	"fmt"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/sim"
)

// SimLab runs puppets on a simulated host.
type SimLab struct {
	Kernel *sim.Kernel
	mu     sync.Mutex
	n      int
	files  map[string]sim.Program
	opts   sim.Options
}

// NewSimLab makes a machine; opts.Lookup is the lab's own.
func NewSimLab(opts sim.Options) *SimLab {
	l := &SimLab{files: map[string]sim.Program{}}
	opts.Lookup = l.lookup
	l.opts = opts
	l.Kernel = sim.Open(opts)
	return l
}

// WithoutSteps makes another machine, which cannot step.
func (l *SimLab) WithoutSteps() *SimLab {
	return NewSimLab(sim.Options{NoStep: true})
}

func (l *SimLab) lookup(path string) sim.Program {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.files[path]
}

// install makes a file of a script and returns its path.
func (l *SimLab) install(s Script, board *Board) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	path := fmt.Sprintf("/puppet%d", l.n)
	l.files[path] = func(th *sim.Thread) {
		th.Syscall(unix.SYS_MMAP, 0, boardWords*8)
		th.Syscall(unix.SYS_GETPID)
		p := &puppet{lab: l, board: board, th: th, buf: th.Memory().Alloc(1024)}
		board.store(boardBuf, p.buf)
		p.run(s)
	}
	return path
}

func (l *SimLab) Name() string           { return "Sim" }
func (l *SimLab) Tracer() *utrace.Tracer { return l.Kernel.Tracer() }
func (l *SimLab) Has(c Cap) bool         { return c != CapStep || !l.opts.NoStep }

func (l *SimLab) Asleep(tid int) bool { return l.Kernel.Asleep(tid) }

func (l *SimLab) NewBoard(testing.TB) *Board { return &Board{make([]uint64, boardWords)} }

func (l *SimLab) Kill(pid int, sig unix.Signal) error { return l.Kernel.Kill(pid, int(sig)) }

func (l *SimLab) Launch(s Script, board *Board, setup func(*utrace.Task) error) (*utrace.Process, int, error) {
	path := l.install(s, board)
	if setup == nil {
		pid, err := l.Kernel.Spawn(path)
		return nil, pid, err
	}
	p, err := l.Tracer().Start(&exec.Cmd{Path: path}, setup)
	if err != nil {
		return nil, 0, err
	}
	return p, p.Pid(), nil
}

// puppet is what puppet.c is on real threads: one thread's interpreter.
type puppet struct {
	lab   *SimLab
	board *Board
	th    *sim.Thread
	buf   uint64
	last  int64
	after [6]uint64
}

const ownBuf = 512 // from here on the buffer is the puppet's own

func (p *puppet) run(s Script) {
	for i := range s {
		p.step(&s[i])
	}
}

func (p *puppet) call(nr int, args ...uint64) {
	p.last = p.th.Syscall(nr, args...)
	for i := range p.after {
		p.after[i] = p.th.Arg(i)
	}
}

func (p *puppet) value(s string) uint64 {
	switch s[0] {
	case '$':
		return p.th.Memory().AllocString(s[1:])
	case '&':
		n, _ := strconv.Atoi(s[1:])
		return p.buf + uint64(n)
	case 'p':
		return uint64(p.th.PID())
	case 't':
		return uint64(p.th.TID())
	}
	v, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		u, _ := strconv.ParseUint(s, 0, 64)
		return u
	}
	return uint64(v)
}

func (p *puppet) put(off int, v uint64) {
	p.th.Memory().Write(binary.LittleEndian.AppendUint64(nil, v), p.buf+uint64(off))
}

func (p *puppet) get(off int) uint64 {
	var b [8]byte
	p.th.Memory().Read(b[:], p.buf+uint64(off))
	return binary.LittleEndian.Uint64(b[:])
}

func (p *puppet) step(s *Step) {
	var a [7]uint64
	for i, arg := range s.args {
		a[i] = p.value(arg)
	}
	own := p.buf + ownBuf
	switch s.op {
	case 'c':
		p.call(int(int64(a[0])), a[1:]...)
	case 'r':
		p.board.report(int(a[0]), p.last)
	case 'a':
		p.board.report(int(a[1]), int64(p.after[a[0]]))
	case 'Q':
		p.board.report(int(a[1]), int64(p.get(int(a[0]))))
	case 'n':
		p.board.report(int(a[0]), int64(a[1]))
	case 'P':
		p.put(int(a[0]), a[1])
	case 'g':
		p.gate(int(a[0]))
	case 'h':
		p.last = p.th.Handle(int(a[0]), func(_ *sim.Thread, sig int) {
			p.board.add(boardHandled+sig, 1)
		}, utrace.SigAction{Flags: a[1]})
	case 'i':
		p.last = p.th.Handle(int(a[0]), nil, utrace.SigAction{Handler: utrace.SigIgn})
	case 'd':
		p.last = p.th.Handle(int(a[0]), nil, utrace.SigAction{})
	case 'b', 'u':
		how := map[byte]uint64{'b': unix.SIG_BLOCK, 'u': unix.SIG_UNBLOCK}[s.op]
		p.put(ownBuf, 1<<(a[0]-1))
		p.call(unix.SYS_RT_SIGPROCMASK, how, own, 0, 8)
	case 'k':
		p.call(unix.SYS_TGKILL, uint64(p.th.PID()), uint64(p.th.TID()), a[0])
	case 'K':
		p.call(unix.SYS_KILL, uint64(p.th.PID()), a[0])
	case 's':
		p.put(ownBuf, a[0]/1000)
		p.put(ownBuf+8, a[0]%1000*1e6)
		p.call(unix.SYS_NANOSLEEP, own, 0)
	case 'S':
		p.put(ownBuf, 1<<(a[0]-1))
		p.call(unix.SYS_RT_SIGTIMEDWAIT, own, 0, 0, 8)
	case 'p':
		p.call(unix.SYS_PIPE2, own+64, 0)
	case 'R':
		p.call(unix.SYS_READ, p.get(ownBuf+64)&0xffffffff, own+80, 1)
	case 'W':
		p.call(unix.SYS_WRITE, p.get(ownBuf+64)>>32, own+80, 1)
	case 'e':
		p.call(unix.SYS_EXIT, a[0])
	case 'E':
		p.call(unix.SYS_EXIT_GROUP, a[0])
	case 'w':
		p.call(unix.SYS_WAIT4, ^uint64(0), own+96, 0x40000000, 0)
		p.board.report(int(a[0]), int64(int32(p.get(ownBuf+96))))
	case 'l':
		for n := a[0]; a[0] == 0 || n > 0; n-- {
			p.run(s.body)
		}
	case 'x':
		p.call(unix.SYS_EXECVE, p.th.Memory().AllocString(p.lab.install(s.body, p.board)), 0, 0)
	default:
		p.clone(s)
	}
}

// Flags of the puppet's clones, as in puppet.c.
const (
	ForkFlags   = uint64(unix.SIGCHLD) | unix.CLONE_CHILD_SETTID
	VForkFlags  = ForkFlags | unix.CLONE_VM | unix.CLONE_VFORK
	ThreadFlags = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND |
		unix.CLONE_THREAD | unix.CLONE_SYSVSEM | unix.CLONE_CHILD_SETTID
)

func (p *puppet) clone(s *Step) {
	flags := map[byte]uint64{'f': ForkFlags, 'v': VForkFlags, 't': ThreadFlags}[s.op]
	p.last = p.th.Clone(flags, func(th *sim.Thread) {
		(&puppet{lab: p.lab, board: p.board, th: th, buf: p.buf}).run(s.body)
	})
}

func (p *puppet) gate(n int) {
	p.board.add(boardReached+n, 1)
	for p.board.load(boardOpen+n) == 0 {
		p.board.add(boardSpins+n, 1)
		p.th.Tick()
	}
}
