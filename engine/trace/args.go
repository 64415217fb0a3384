package trace

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// value writes one argument, whose Kind has been made definite, of which what
// it points at may be looked at now.
func (p *printer) value(i int, a *syscalls.Arg) {
	v := p.arg(i)
	if a.Kind >= syscalls.Path {
		p.pointer(i, a, v)
		return
	}
	p.number(a, v)
}

// number writes a value that is no address.
func (p *printer) number(a *syscalls.Arg, v uint64) {
	switch a.Kind {
	case syscalls.Int, syscalls.FD, syscalls.Pid, syscalls.Protocol, syscalls.SockOpt:
		p.dec(int64(int32(v)))
	case syscalls.Uint:
		p.udec(uint64(uint32(v)))
	case syscalls.Long, syscalls.Off:
		p.dec(p.signed(v))
	case syscalls.Ulong, syscalls.Size, syscalls.Low, syscalls.High, syscalls.Time:
		p.udec(v)
	case syscalls.AtFD:
		p.atFD(int32(v))
	case syscalls.Uid, syscalls.Gid:
		p.id(uint32(v))
	case syscalls.Uid16, syscalls.Gid16:
		p.id(uint32(int32(int16(v))))
	case syscalls.Signal:
		p.signal(int(int32(v)))
	case syscalls.SigHandler:
		p.handler(v)
	case syscalls.Flags, syscalls.Enum, syscalls.OpenFlags, syscalls.Ioctl:
		p.flags(a.Flags, uint64(uint32(v)))
	case syscalls.Flags64:
		p.flags(a.Flags, v)
	case syscalls.Mode, syscalls.CreateMode:
		p.octal(v & 0xffff)
	case syscalls.FileMode:
		p.fileMode(uint32(v))
	case syscalls.Dev:
		p.dev(v)
	case syscalls.PageOff:
		p.hex(v * pageSize)
	case syscalls.Key:
		if v == 0 {
			p.str("IPC_PRIVATE")
			return
		}
		p.hex(uint64(uint32(v)))
	case syscalls.QuotaCmd:
		p.str("QCMD(")
		p.flags(a.Flags, uint64(uint32(v)>>8))
		p.str(", ")
		p.flags(&flags.QuotaTypes, v&0xff)
		p.char(')')
	case syscalls.Ptr:
		p.addr(v)
	default: // Hex, Varies, and what has no text of its own yet
		p.hex(v)
	}
}

func (p *printer) flags(t *flags.Table, v uint64) {
	if t == nil {
		p.hex(v)
		return
	}
	p.b = t.Append(p.b, v)
}

func (p *printer) atFD(fd int32) {
	if fd == -100 {
		p.str("AT_FDCWD")
		return
	}
	p.dec(int64(fd))
}

// id writes a user or group id, of which -1 is none.
func (p *printer) id(v uint32) {
	if v == ^uint32(0) {
		p.str("-1")
		return
	}
	p.udec(uint64(v))
}

func (p *printer) signal(sig int) {
	if name := syscalls.SignalName(sig); name != "" {
		p.str(name)
		return
	}
	p.dec(int64(sig))
}

func (p *printer) handler(v uint64) {
	switch v {
	case 0:
		p.str("SIG_DFL")
	case 1:
		p.str("SIG_IGN")
	case p.clip(^uint64(0)):
		p.str("SIG_ERR")
	default:
		p.hex(v)
	}
}

// fileMode writes a mode with a file's type: "S_IFREG|0644".
func (p *printer) fileMode(mode uint32) {
	if name, ok := flags.FileTypes.Name(uint64(mode & 0xf000)); ok {
		p.str(name)
		p.char('|')
	} else if t := mode & 0xf000; t != 0 {
		p.octal(uint64(t))
		p.char('|')
	}
	for _, bit := range [...]struct {
		bit  uint32
		name string
	}{{0o4000, "S_ISUID|"}, {0o2000, "S_ISGID|"}, {0o1000, "S_ISVTX|"}} {
		if mode&bit.bit != 0 {
			p.str(bit.name)
		}
	}
	p.octal(uint64(mode & 0o777))
}

// dev writes a device number of the kernel's 32 or 64-bit form.
func (p *printer) dev(v uint64) {
	p.str("makedev(")
	p.hex(v >> 8 & 0xfff)
	p.str(", ")
	p.hex(v&0xff | v>>12&0xfff00)
	p.char(')')
}

// length is what the length argument of argument i says. For one behind a
// pointer it is what the kernel left there, or, if that is more, what the
// program had room for.
func (p *printer) length(i int) uint64 {
	n := p.call.LenArg(i)
	if n < 0 || n >= len(p.call.Args) {
		return 0
	}
	switch p.call.Args[n].Kind {
	case syscalls.IntPtr, syscalls.UintPtr:
		var now [1]uint64
		if !p.numbers(p.arg(n), 4, now[:]) {
			return 0
		}
		return min(now[0], p.saved[n])
	case syscalls.Int:
		return uint64(max(0, int32(p.arg(n))))
	case syscalls.Uint:
		return uint64(uint32(p.arg(n)))
	}
	return p.arg(n)
}

// filled is how much of a buffer of length n the call has filled in: as much as
// its result says.
func (p *printer) filled(n uint64) uint64 { return min(n, uint64(max(0, p.result))) }

// pointer writes what is at an address. What cannot be read, or is of a Kind
// that has no text yet, is the address itself.
func (p *printer) pointer(i int, a *syscalls.Arg, v uint64) {
	switch a.Kind {
	case syscalls.Path:
		p.text(v, pathMax-1)
	case syscalls.Str:
		p.text(v, p.max)
	case syscalls.StrOut:
		p.text(v, pathMax-1)
	case syscalls.StrVec:
		if a.Name == "envp" {
			p.envp(v)
		} else {
			p.argv(v)
		}
	case syscalls.BufIn:
		p.bytes(v, p.length(i))
	case syscalls.BufOut:
		quote := p.quote
		if p.call.Name == "getrandom" {
			quote = p.quoteHex
		}
		p.buffer(v, p.filled(p.length(i)), quote)
	case syscalls.Dirents64:
		p.dirents(v, p.filled(p.length(i)), 16)
	case syscalls.Dirents:
		p.dirents(v, p.filled(p.length(i)), 2*p.wordSize())
	case syscalls.Iovec:
		left := ^uint64(0)
		if a.Dir == syscalls.Out {
			left = uint64(max(0, p.result))
		}
		p.iovec(v, p.length(i), left)
	case syscalls.RemoteIovec:
		p.iovec(v, p.length(i), 0)
	case syscalls.Sockaddr:
		p.sockaddr(v, p.length(i))
	case syscalls.Msghdr:
		p.msghdr(v, a.Dir != syscalls.In)
	case syscalls.SockOptVal:
		p.sockoptVal(v, p.length(i))
	case syscalls.Pollfd:
		p.pollfds(v, p.length(i))
	case syscalls.FDSet:
		p.fdSet(v, p.length(i))
	case syscalls.EpollEvents:
		p.list(v, p.filled(p.length(i)), 12, p.epollEvent)
	case syscalls.GidList:
		p.list(v, p.elements(i, a), 4, p.idAt)
	case syscalls.CPUSet:
		n := p.length(i)
		if a.Dir == syscalls.Out {
			n = p.filled(n)
		}
		p.cpuSet(v, n)
	default:
		if !p.one(i, a, v) {
			p.addr(v)
		}
	}
}

// elements is how many elements of list argument i there are to show.
func (p *printer) elements(i int, a *syscalls.Arg) uint64 {
	if a.Dir == syscalls.Out {
		return p.filled(p.length(i))
	}
	return p.length(i)
}

// one writes the one thing at an address, and reports whether it could.
func (p *printer) one(i int, a *syscalls.Arg, v uint64) bool {
	start := len(p.b)
	if v != 0 && p.structAt(i, a, v) {
		return true
	}
	p.b = p.b[:start]
	return false
}

func (p *printer) idAt(addr uint64) bool {
	var v [1]uint64
	if !p.numbers(addr, 4, v[:]) {
		return false
	}
	p.id(uint32(v[0]))
	return true
}

// cpuSet writes a mask of bits, n bytes, as the numbers of those set.
func (p *printer) cpuSet(addr uint64, n uint64) {
	b, ok := p.fetch(addr, int(min(n, maxCPUSet)))
	if !ok {
		p.addr(addr)
		return
	}
	p.char('[')
	first := true
	for i := range len(b) * 8 {
		if b[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		if !first {
			p.char(' ')
		}
		first = false
		p.udec(uint64(i))
	}
	p.char(']')
}
