package decode

import (
	"utrace/syscalls"
)

// pointer writes what is at an address; n is the length that goes with it. What cannot be read, or is of a
// Kind that has no text yet, is the address itself.
func (d *Decoder) pointer(a *syscalls.Arg, v, n uint64) {
	if v == 0 {
		d.addr(v)
		return
	}
	switch a.Kind {
	case syscalls.Path, syscalls.StrOut:
		d.str(v, pathMax-1)
	case syscalls.Str:
		limit := d.opts.stringLimit()
		if a.Count > 0 {
			limit = int(a.Count)
		}
		d.str(v, limit)
	case syscalls.StrVec:
		d.strings(a, v)
	case syscalls.BufIn:
		if d.call.Name == "fsconfig" {
			d.binaryAt(v, n)
		} else {
			d.bytes(v, n)
		}
	case syscalls.SockBuf:
		if d.filled {
			n = d.returned(n)
		}
		d.socketData(v, n)
	case syscalls.BufOut:
		if n == 0 && a.Name == "list" { // of attributes: the room that it needs is asked for
			d.addr(v)
		} else if d.call.Name == "getrandom" {
			d.binaryAt(v, d.returned(n))
		} else {
			d.bytes(v, d.returned(n))
		}
	case syscalls.Dirents64:
		d.dirents(v, d.returned(n), direntForm{word: 8, header: 19})
	case syscalls.Dirents:
		d.dirents(v, d.returned(n), direntForm{word: d.wordSize(), header: 2*d.wordSize() + 2, last: true})
	case syscalls.Iovec:
		left := unlimited
		if d.filled {
			left = uint64(max(0, d.result)) // none if it failed: addresses
		}
		d.iovec(v, n, left)
	case syscalls.RemoteIovec:
		d.iovec(v, n, 0)
	case syscalls.Sockaddr:
		d.sockaddr(v, n)
	case syscalls.Msghdr:
		d.msghdr(v)
	case syscalls.Mmsghdr:
		d.mmsghdrs(v, n)
	case syscalls.SockOptVal:
		d.sockoptVal(v, n)
	case syscalls.SockInt:
		d.sockInt(v, n)
	case syscalls.SockStruct:
		d.sockStruct(a, v, n)
	case syscalls.FDSet:
		d.fdSet(v, n)
	case syscalls.NodeMask:
		d.nodeMask(v, n)
	case syscalls.Mincore:
		d.mincore(v, n)
	case syscalls.U64Vec:
		d.elements(v, d.count(a, n), 8, func(d *Decoder, at uint64) bool { return d.unboxed(at, 8, d.udec) })
	case syscalls.CPUSet:
		d.cpuSet(v, d.count(a, n))
	case syscalls.Structs:
		d.structs(a, v, d.count(a, n))
	default:
		if !d.one(a, v, n) {
			d.addr(v)
		}
	}
}

// count is how many elements of a list there are to show: as many as the call returns, if it is the kernel that
// puts them there, and not in place of the program's.
func (d *Decoder) count(a *syscalls.Arg, n uint64) uint64 {
	switch {
	case !d.filled || a.Dir != syscalls.Out:
		return n
	case a.Len == 0 && a.Count == 0: // only the result says
		return uint64(max(0, d.result))
	}
	return d.returned(n)
}

// one writes the one thing at an address, and reports whether it could.
func (d *Decoder) one(a *syscalls.Arg, addr, n uint64) bool {
	m := d.mark()
	if d.oneAt(a, addr, n) {
		return true
	}
	d.back(m)
	return false
}

func (d *Decoder) oneAt(a *syscalls.Arg, addr, n uint64) bool {
	switch a.Kind {
	case syscalls.Struct:
		return d.structAt(a, addr, n)
	case syscalls.IntPtr, syscalls.UintPtr, syscalls.LongPtr, syscalls.UlongPtr, syscalls.OffPtr, syscalls.U16Ptr:
		return d.numberAt(a, addr)
	case syscalls.FlagsPtr:
		return d.boxed(addr, 4, func(v uint64) { d.flags(a.Flags, v) })
	case syscalls.PtrPtr:
		return d.boxed(addr, d.wordSize(), d.addr)
	case syscalls.FDPair:
		return d.fdPair(addr)
	case syscalls.WaitStatus:
		return d.waitStatus(addr)
	case syscalls.Sigset:
		return d.sigset(addr, n)
	case syscalls.OldSigsetPtr:
		return d.unboxed(addr, 4, d.oldMask)
	case syscalls.Siginfo:
		return d.siginfoAt(addr)
	}
	return false
}

// boxed writes the number at an address in brackets.
func (d *Decoder) boxed(addr uint64, size int, write func(uint64)) bool {
	m := d.mark()
	d.box()
	if !d.unboxed(addr, size, write) {
		d.back(m)
		return false
	}
	d.endBox()
	return true
}

// unboxed writes the number at an address.
func (d *Decoder) unboxed(addr uint64, size int, write func(uint64)) bool {
	var v [1]uint64
	if !d.numbers(addr, size, v[:]) {
		return false
	}
	write(v[0])
	return true
}

// numberAt writes the number behind an argument, and what it was at entry if the call has changed it:
// "[100 => 16]".
func (d *Decoder) numberAt(a *syscalls.Arg, addr uint64) bool {
	var v [1]uint64
	size := pointee(a.Kind, d.wordSize())
	if !d.numbers(addr, size, v[:]) {
		return false
	}
	was := v[0]
	if a.Dir == syscalls.InOut && d.exit && d.shown < len(d.saved) {
		was = d.saved[d.shown]
	}
	if was == v[0] || d.failed() {
		d.box()
		d.behind(a.Kind, was)
		d.endBox()
		return true
	}
	d.was()
	d.box()
	d.behind(a.Kind, was)
	if size > 4 || a.Kind == syscalls.LongPtr { // an offset
		d.endBox()
		d.now()
		d.box()
	} else {
		d.now()
	}
	d.behind(a.Kind, v[0])
	d.endBox()
	d.endChange()
	return true
}

// behind writes a number that an argument points at.
func (d *Decoder) behind(k syscalls.Kind, v uint64) {
	switch k {
	case syscalls.IntPtr:
		d.dec(int64(int32(v)))
	case syscalls.LongPtr, syscalls.OffPtr:
		d.dec(int64(v))
	default:
		d.udec(v)
	}
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

// elements writes a list of n things of size bytes, as many as are shown. One that cannot be read ends it
// with its address, the first one the whole.
func (d *Decoder) elements(addr, n uint64, size int, element func(d *Decoder, addr uint64) bool) {
	if total := n * uint64(size); addr == 0 || size > 0 && total/uint64(size) != n || addr+total < addr {
		d.addr(addr) // they cannot be there
		return
	}
	start, read := d.mark(), len(d.arena)
	d.list()
	for i := range n {
		at := addr + i*uint64(size)
		if i >= d.most() {
			d.restOfList()
			break
		}
		before := d.mark()
		d.elem()
		if element(d, at) {
			d.arena = d.arena[:read]
			continue
		}
		if i == 0 {
			d.back(start)
			d.addr(addr)
			return
		}
		d.back(before)
		d.brokenList(at)
		break
	}
	d.endList()
}

// most is how many elements of a list are shown.
func (d *Decoder) most() uint64 {
	if d.full {
		return maxFull
	}
	return uint64(max(d.opts.stringLimit(), maxItems))
}

func (d *Decoder) fdPair(addr uint64) bool {
	var v [2]uint64
	if !d.numbers(addr, 4, v[:]) {
		return false
	}
	d.list()
	d.elem()
	d.fd(int32(v[0]))
	d.elem()
	d.fd(int32(v[1]))
	d.endList()
	return true
}
