package trace

import (
	"strconv"
	"time"

	"utrace/internal/pidns"
)

// Leader is how a line says whose it is.
type Leader uint8

const (
	// LeaderSeveral is "[pid 12] ", while there are several threads: strace's on
	// standard error.
	LeaderSeveral Leader = iota
	LeaderPID            // "12    ": strace's in a file
	LeaderNone
	LeaderAlways // "[pid 12] "
)

// prefix makes l what stands before the line that is about to begin.
func (o *output) prefix(l *lineBuf, th *thread) {
	l.reset()
	o.whose(l, th)
	if o.opt.Time != NoTime {
		o.clock(l)
	}
	if o.opt.Relative {
		o.since(l)
	}
	if o.opt.SyscallNr {
		l.str("[")
		l.right(int64(th.nr), 4, ' ', 10)
		l.str("] ")
	}
	if o.opt.IP {
		o.where(l, th)
	}
	l.whole(o.paint.leader)
}

func (o *output) whose(l *lineBuf, th *thread) {
	const width = 5
	var digits [20]byte
	id := strconv.AppendInt(digits[:0], int64(th.task.TID()), 10)
	switch {
	case o.leader == LeaderNone, o.leader == LeaderSeveral && o.threads.Load() <= 1:
	case o.leader == LeaderPID:
		l.add(id)
		if !o.comm(l, th) {
			l.fill(width-len(id), ' ')
		}
		l.str(" ")
	default:
		l.str("[pid ")
		l.fill(width-len(id), ' ')
		l.add(id)
		o.comm(l, th)
		l.str("] ")
	}
}

// comm is -Y: the thread's name.
func (o *output) comm(l *lineBuf, th *thread) bool {
	if o.opt.PIDs&PIDComm == 0 {
		return false
	}
	n := len(l.b)
	l.str("<")
	if l.b = pidns.AppendComm(l.b, th.task.TID()); len(l.b) == n+1 {
		l.b = l.b[:n]
		return false
	}
	l.str(">")
	return true
}

// clock is -t: the wall clock's time.
func (o *output) clock(l *lineBuf) {
	now := time.Now()
	if o.opt.Time == UnixTime {
		l.b = strconv.AppendInt(l.b, now.Unix(), 10)
	} else {
		l.b = now.AppendFormat(l.b, time.TimeOnly)
	}
	l.fraction(int64(now.Nanosecond()), o.opt.TimeUnit)
	l.str(" ")
}

// since is -r: the time since the line before, by the monotonic clock.
func (o *output) since(l *lineBuf) {
	now := time.Now()
	var d time.Duration
	if !o.last.IsZero() {
		d = now.Sub(o.last)
	}
	o.last = now
	both := o.opt.Time != NoTime
	if both {
		l.str("(+")
	}
	l.right(int64(d/time.Second), 6, ' ', 10)
	l.fraction(int64(d%time.Second), o.opt.RelUnit)
	if both {
		l.str(")")
	}
	l.str(" ")
}

// where is -i: the instruction pointer, of the thread's word size.
func (o *output) where(l *lineBuf, th *thread) {
	digits := 2 * th.wordSize()
	l.str("[")
	if th.ip == 0 {
		l.fill(digits, '?')
	} else {
		l.right(int64(th.ip), digits, '0', 16)
	}
	l.str("] ")
}
