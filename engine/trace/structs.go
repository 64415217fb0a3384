package trace

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// structAt writes the struct or the number at v; false if that cannot be read,
// or has no text yet.
func (p *printer) structAt(i int, a *syscalls.Arg, v uint64) bool {
	switch a.Kind {
	case syscalls.IntPtr, syscalls.UintPtr, syscalls.LongPtr, syscalls.UlongPtr, syscalls.OffPtr, syscalls.U16Ptr:
		return p.numberAt(i, a, v)
	case syscalls.PtrPtr:
		var w [1]uint64
		if !p.words(v, w[:]) {
			return false
		}
		p.char('[')
		p.addr(w[0])
		p.char(']')
		return true
	case syscalls.FDPair:
		return p.fdPair(v)
	case syscalls.WaitStatus:
		return p.waitStatus(v)
	case syscalls.Timespec:
		return p.timeAt(v, p.wordSize(), "tv_nsec")
	case syscalls.Timespec64:
		return p.timeAt(v, 8, "tv_nsec")
	case syscalls.Timeval:
		return p.timeAt(v, p.wordSize(), "tv_usec")
	case syscalls.TimespecPair:
		return p.utimes(v, p.wordSize(), "tv_nsec")
	case syscalls.TimespecPair64:
		return p.utimes(v, 8, "tv_nsec")
	case syscalls.TimevalPair:
		return p.utimes(v, p.wordSize(), "tv_usec")
	case syscalls.Itimerval:
		return p.itimer(v, p.wordSize(), "tv_usec")
	case syscalls.Itimerspec:
		return p.itimer(v, p.wordSize(), "tv_nsec")
	case syscalls.Itimerspec64:
		return p.itimer(v, 8, "tv_nsec")
	case syscalls.Sigset:
		return p.sigset(v, p.length(i))
	case syscalls.SigsetArg:
		return p.sigsetArg(v)
	case syscalls.Sigaction:
		return p.sigaction(v)
	case syscalls.Sigaltstack:
		return p.sigaltstack(v)
	case syscalls.Siginfo:
		return p.siginfoAt(v)
	case syscalls.Stat:
		return p.arch == syscalls.AMD64 && p.stat(v)
	case syscalls.Statx:
		return p.statx(v)
	case syscalls.Rlimit:
		return p.rlimit(v, p.wordSize())
	case syscalls.Rlimit64:
		return p.rlimit(v, 8)
	case syscalls.Rusage:
		return p.rusage(v)
	case syscalls.Utsname:
		return p.utsname(v)
	case syscalls.EpollEvent:
		return p.epollEvent(v)
	case syscalls.Struct:
		return a.Type == "flock" && p.flock(v, a.Dir != syscalls.In)
	}
	return false
}

// numberAt writes the number behind a pointer, and what it was at entry if the
// call has changed it: "[100 => 16]".
func (p *printer) numberAt(i int, a *syscalls.Arg, addr uint64) bool {
	var v [1]uint64
	size := pointee(a.Kind, p.wordSize())
	if !p.numbers(addr, size, v[:]) {
		return false
	}
	show := func(v uint64) {
		switch {
		case a.Kind == syscalls.IntPtr:
			p.dec(int64(int32(v)))
		case a.Kind == syscalls.LongPtr || a.Kind == syscalls.OffPtr:
			p.dec(int64(v))
		default:
			p.udec(v)
		}
	}
	p.char('[')
	if a.Dir == syscalls.InOut && p.exit {
		was := p.saved[i]
		show(was)
		if v[0] != was && !p.failed() {
			if size > 4 || a.Kind == syscalls.LongPtr {
				p.str("] => [") // an offset
			} else {
				p.str(" => ")
			}
			show(v[0])
		}
	} else {
		show(v[0])
	}
	p.char(']')
	return true
}

func pointee(k syscalls.Kind, wordSize int) int {
	switch k {
	case syscalls.IntPtr, syscalls.UintPtr:
		return 4
	case syscalls.OffPtr:
		return 8
	case syscalls.U16Ptr:
		return 2
	}
	return wordSize
}

func (p *printer) fdPair(addr uint64) bool {
	var v [2]uint64
	if !p.numbers(addr, 4, v[:]) {
		return false
	}
	p.char('[')
	p.dec(int64(int32(v[0])))
	p.str(", ")
	p.dec(int64(int32(v[1])))
	p.char(']')
	return true
}

// timeAt writes seconds and a part of one, each a signed number of size bytes.
func (p *printer) timeAt(addr uint64, size int, part string) bool {
	var v [2]uint64
	if !p.numbers(addr, size, v[:]) {
		return false
	}
	p.time(v, size, part)
	return true
}

func (p *printer) time(v [2]uint64, size int, part string) {
	p.str("{tv_sec=")
	p.dec(extend(v[0], size))
	p.str(", ")
	p.str(part)
	p.char('=')
	p.dec(extend(v[1], size))
	p.char('}')
}

func extend(v uint64, size int) int64 {
	if size == 4 {
		return int64(int32(v))
	}
	return int64(v)
}

// utimes writes the two times that a file is given.
func (p *printer) utimes(addr uint64, size int, part string) bool {
	const utimeNow, utimeOmit = 1<<30 - 1, 1<<30 - 2
	var v [4]uint64
	if !p.numbers(addr, size, v[:]) {
		return false
	}
	p.char('[')
	for i := 0; i < 4; i += 2 {
		if i > 0 {
			p.str(", ")
		}
		switch {
		case part == "tv_nsec" && v[i+1] == utimeNow:
			p.str("UTIME_NOW")
		case part == "tv_nsec" && v[i+1] == utimeOmit:
			p.str("UTIME_OMIT")
		default:
			p.time([2]uint64{v[i], v[i+1]}, size, part)
		}
	}
	p.char(']')
	return true
}

func (p *printer) itimer(addr uint64, size int, part string) bool {
	var v [4]uint64
	if !p.numbers(addr, size, v[:]) {
		return false
	}
	p.str("{it_interval=")
	p.time([2]uint64{v[0], v[1]}, size, part)
	p.str(", it_value=")
	p.time([2]uint64{v[2], v[3]}, size, part)
	p.char('}')
	return true
}

func (p *printer) rlimit(addr uint64, size int) bool {
	var v [2]uint64
	if !p.numbers(addr, size, v[:]) {
		return false
	}
	p.str("{rlim_cur=")
	p.limit(v[0], size)
	p.str(", rlim_max=")
	p.limit(v[1], size)
	p.char('}')
	return true
}

func (p *printer) limit(v uint64, size int) {
	switch {
	case size == 4 && v == 0xffffffff:
		p.str("RLIM_INFINITY")
	case v == ^uint64(0):
		p.str("RLIM64_INFINITY")
	case v > 1024 && v%1024 == 0:
		p.udec(v / 1024)
		p.str("*1024")
	default:
		p.udec(v)
	}
}

func (p *printer) rusage(addr uint64) bool {
	var v [4]uint64
	if !p.words(addr, v[:]) {
		return false
	}
	p.str("{ru_utime=")
	p.time([2]uint64{v[0], v[1]}, p.wordSize(), "tv_usec")
	p.str(", ru_stime=")
	p.time([2]uint64{v[2], v[3]}, p.wordSize(), "tv_usec")
	p.str(", ...}")
	return true
}

func (p *printer) utsname(addr uint64) bool {
	const fieldSize = 65
	if _, ok := p.fetch(addr, 2*fieldSize); !ok {
		return false
	}
	p.str("{sysname=")
	p.text(addr, fieldSize)
	p.str(", nodename=")
	p.text(addr+fieldSize, fieldSize)
	p.str(", ...}")
	return true
}

// flock writes amd64's struct flock; got says that the kernel has filled it in.
func (p *printer) flock(addr uint64, got bool) bool {
	b, ok := p.fetch(addr, 32)
	if p.wordSize() != 8 || !ok {
		return false
	}
	p.str("{l_type=")
	p.flags(&flags.LeaseType, word(b, 2))
	p.str(", l_whence=")
	p.flags(&flags.Whence, word(b[2:], 2))
	p.str(", l_start=")
	p.dec(int64(word(b[8:], 8)))
	p.str(", l_len=")
	p.dec(int64(word(b[16:], 8)))
	if got {
		p.str(", l_pid=")
		p.dec(int64(int32(word(b[24:], 4))))
	}
	p.char('}')
	return true
}
