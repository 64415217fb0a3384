package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// ioctl writes a request of ioctl(2).
func (d *Decoder) ioctl(request uint32) {
	if d.symbol(uint64(request), inHex) {
		d.beginWord()
		d.b = flags.AppendIoctl(d.b, request, d.arch == syscalls.I386)
		d.endWord()
		d.endSymbol()
	}
}
