package match

import (
	"encoding/binary"

	"utrace"
	"utrace/syscalls"
)

// maxPolled bounds how many descriptors of a list are looked at.
const maxPolled = 4096

// anyPolled looks at the descriptors of a poll set, argument i.
func (p *Paths) anyPolled(c *utrace.Syscall, i int) bool {
	const size = 8 // of struct pollfd, whose first half is the descriptor
	n := min(length(c, i), maxPolled)
	set := make([]byte, n*size)
	got, _ := c.Memory().ReadAt(set, int64(c.Arg(i)))
	for set = set[:max(got, 0)]; len(set) >= size; set = set[size:] {
		if p.open(c.Task(), int32(binary.LittleEndian.Uint32(set))) {
			return true
		}
	}
	return false
}

// anySelected looks at the descriptors of a bit set, argument i.
func (p *Paths) anySelected(c *utrace.Syscall, i int) bool {
	if c.Arg(i) == 0 {
		return false
	}
	n := min(length(c, i), maxPolled)
	set := make([]byte, (n+7)/8)
	got, _ := c.Memory().ReadAt(set, int64(c.Arg(i)))
	for fd := range min(n, 8*max(got, 0)) {
		if set[fd/8]&(1<<(fd%8)) != 0 && p.open(c.Task(), int32(fd)) {
			return true
		}
	}
	return false
}

// length is what the length argument of argument i says.
func length(c *utrace.Syscall, i int) int {
	call, _ := syscalls.Lookup(c.Arch(), c.Nr())
	n := call.LenArg(i)
	if n < 0 {
		return 0
	}
	return int(max(0, int32(c.Arg(n))))
}
