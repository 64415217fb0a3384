package trace

import (
	"golang.org/x/sys/unix"
)

// appendInterface appends the name of the network interface with this index in our own namespace, which is
// where strace looks too. It appends nothing if there is none.
func appendInterface(dst []byte, index uint32) []byte {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return dst
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("")
	if err != nil {
		return dst
	}
	req.SetUint32(index)
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFNAME, req); err != nil {
		return dst
	}
	return append(dst, req.Name()...)
}
