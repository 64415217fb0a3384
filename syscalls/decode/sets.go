package decode

import (
	"math/bits"
	"strings"

	"utrace/syscalls"
)

// sigset writes a set of signals of n bytes: a word or two of them, but for rt_sigpending(2), which takes less.
func (d *Decoder) sigset(addr, n uint64) bool {
	const most = 8
	least := uint64(d.wordSize())
	if d.call != nil && d.call.Name == "rt_sigpending" {
		least = 1
	}
	if n < least || n > most {
		return false
	}
	b, ok := d.fetch(addr, int(n))
	if !ok {
		return false
	}
	var set [most]byte
	copy(set[:], b)
	d.maskOf(word(set[:], most), 8*int(n))
	return true
}

// mask writes a set of signals.
func (d *Decoder) mask(set uint64) { d.maskOf(set, 64) }

// oldMask writes a set of the first 32 signals.
func (d *Decoder) oldMask(set uint64) { d.maskOf(uint64(uint32(set)), 32) }

// maskOf writes a set of n signals without their "SIG"; one that holds most of them as what is not in it.
func (d *Decoder) maskOf(set uint64, n int) {
	not := bits.OnesCount64(set) >= n*2/3
	d.set(not)
	if not {
		set = ^set << (64 - n) >> (64 - n)
	}
	for set != 0 {
		i := bits.TrailingZeros64(set)
		set &^= 1 << i
		d.member()
		d.name(uint64(i+1), inDec, strings.TrimPrefix(syscalls.SignalName(i+1), "SIG"))
	}
	d.endSet()
}

// sigsetArg writes pselect6's last argument, a set and its size.
func (d *Decoder) sigsetArg(addr, _ uint64) bool {
	var v [2]uint64
	if !d.words(addr, v[:]) || v[0] == 0 && v[1] == 0 {
		return false
	}
	d.open()
	d.field("sigmask")
	m := d.mark()
	if v[0] == 0 || !d.sigset(v[0], v[1]) {
		d.back(m)
		d.addr(v[0])
	}
	d.field("sigsetsize")
	d.udec(v[1])
	d.close()
	return true
}

// fdSet writes the descriptors in a set of n bits, and reports whether there are any.
func (d *Decoder) fdSet(addr, n uint64) bool {
	const mostAsked = 1<<31 - 1 // an int that is not negative
	if n == 0 || n > mostAsked {
		d.addr(addr)
		return false
	}
	n = min(n, maxBits)
	size := uint64(d.wordSize())
	b, ok := d.fetch(addr, int((n+size*8-1)/(size*8)*size))
	if !ok {
		d.addr(addr)
		return false
	}
	any := false
	d.set(false)
	for fd := range n {
		if b[fd/8]&(1<<(fd%8)) != 0 {
			d.member()
			d.fd(int32(fd))
			any = true
		}
	}
	d.endSet()
	return any
}

// cpuSet writes a mask of bits, n bytes, as the numbers of those set.
func (d *Decoder) cpuSet(addr, n uint64) {
	b, ok := d.fetch(addr, int(min(n, maxBits/8)))
	if !ok {
		d.addr(addr)
		return
	}
	d.set(false)
	for i := range len(b) * 8 {
		if b[i/8]&(1<<(i%8)) != 0 {
			d.member()
			d.udec(uint64(i))
		}
	}
	d.endSet()
}
