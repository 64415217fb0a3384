package trace

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"utrace"
)

// dumped is where the data of a call lies that reads or writes it.
type dumped struct {
	write bool
	shape dumpShape
}

// dumpShape says what the second argument points at.
type dumpShape uint8

const (
	plain   dumpShape = iota // bytes; written: as many as the third argument says
	vector                   // struct iovec, as many as the third argument says
	message                  // struct msghdr
)

var dumps = map[string]dumped{
	"read": {}, "pread64": {}, "recv": {}, "recvfrom": {}, "mq_timedreceive": {},
	"readv": {shape: vector}, "preadv": {shape: vector}, "preadv2": {shape: vector},
	"recvmsg": {shape: message},
	"write":   {write: true}, "pwrite64": {write: true}, "send": {write: true}, "sendto": {write: true},
	"mq_timedsend": {write: true},
	"writev":       {write: true, shape: vector}, "pwritev": {write: true, shape: vector},
	"pwritev2": {write: true, shape: vector}, "vmsplice": {write: true, shape: vector},
	"sendmsg": {write: true, shape: message},
}

// What is dumped of one call: a program cannot fill our memory.
const (
	maxDump    = 4 << 20 // bytes
	maxBuffers = 1024
)

// dump appends to a call's end the lines of -e read= and -e write=.
func (t *Tracer) dump(th *thread, c *utrace.Syscall) {
	if t.opt.Read.IsEmpty() && t.opt.Write.IsEmpty() || t.opt.JSON {
		return
	}
	d, ok := dumps[th.callName()]
	fds := &t.opt.Read
	if d.write {
		fds = &t.opt.Write
	}
	if !ok || !d.write && c.Err() != 0 || !fds.Has(int(int32(c.Arg(0)))) {
		return
	}
	w := dumper{mem: c.Memory(), word: th.wordSize(), room: maxDump, b: th.end.after}
	size := uint64(max(c.Result(), 0))
	switch at := c.Arg(1); {
	case d.shape == plain && d.write:
		w.bytes(at, c.Arg(2))
	case d.shape == plain:
		w.bytes(at, size)
	case d.shape == vector:
		w.vector(at, c.Arg(2), d.write, size)
	default:
		if header, ok := w.words(at, 4); ok { // name, its length, iov, how many
			w.vector(header[2], header[3], d.write, size)
		}
	}
	th.end.after = w.b
}

// dumper writes data in strace's layout.
type dumper struct {
	mem  utrace.Memory
	word int
	room uint64 // bytes that may still be dumped
	b    []byte
}

// words reads n words of the program.
func (w *dumper) words(addr uint64, n int) ([]uint64, bool) {
	b := make([]byte, n*w.word)
	if got, _ := w.mem.ReadAt(b, int64(addr)); got != len(b) {
		return nil, false
	}
	words := make([]uint64, n)
	for i := range words {
		if w.word == 4 {
			words[i] = uint64(binary.LittleEndian.Uint32(b[4*i:]))
		} else {
			words[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
	}
	return words, true
}

// vector dumps buffers up to an empty one: all of what is written, and of those
// read into what the call has filled.
func (w *dumper) vector(at, n uint64, whole bool, filled uint64) {
	for i := range min(n, maxBuffers) {
		iov, ok := w.words(at+i*uint64(2*w.word), 2)
		if !ok {
			return
		}
		size := iov[1]
		if !whole {
			size = min(size, filled)
			filled -= size
		}
		if size == 0 {
			return
		}
		w.b = fmt.Appendf(w.b, " * %d bytes in buffer %d\n", size, i)
		w.bytes(iov[0], size)
	}
}

// bytes dumps memory, sixteen bytes a line.
func (w *dumper) bytes(addr, n uint64) {
	const row = 16
	cut := n > w.room
	if cut {
		n = w.room
	}
	w.room -= n
	var chunk [64 * row]byte
	for done := uint64(0); done < n; {
		part := chunk[:min(n-done, uint64(len(chunk)))]
		got, _ := w.mem.ReadAt(part, int64(addr+done))
		part = part[:max(got, 0)]
		for i := 0; i < len(part); i += row {
			w.row(done+uint64(i), part[i:min(i+row, len(part))])
		}
		if len(part) == 0 {
			return
		}
		done += uint64(len(part))
	}
	if cut {
		w.b = fmt.Appendf(w.b, " | ... no more than %d bytes of a call are dumped\n", maxDump)
	}
}

// row writes " | 00000  68 65 6c 6c 6f                                    hello            |".
func (w *dumper) row(offset uint64, data []byte) {
	const digits = "0123456789abcdef"
	w.b = append(w.b, " | "...)
	o := strconv.FormatUint(offset, 16)
	for range 5 - len(o) {
		w.b = append(w.b, '0')
	}
	w.b = append(append(w.b, o...), ' ')
	for i := range 16 {
		if i%8 == 0 {
			w.b = append(w.b, ' ')
		}
		if i < len(data) {
			w.b = append(w.b, digits[data[i]>>4], digits[data[i]&15], ' ')
		} else {
			w.b = append(w.b, "   "...)
		}
	}
	w.b = append(w.b, ' ')
	for i := range 16 {
		c := byte(' ')
		if i < len(data) {
			if c = data[i]; c < ' ' || c > '~' {
				c = '.'
			}
		}
		w.b = append(w.b, c)
	}
	w.b = append(w.b, " |\n"...)
}
