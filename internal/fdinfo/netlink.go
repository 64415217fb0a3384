package fdinfo

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Netlink returns the protocol of the netlink socket that descriptor fd of a thread is, and whether it is one.
// The protocol is -1 if it cannot be told: of a socket that has no address yet, or is in another network
// namespace than ours.
func Netlink(tid int, fd int32) (protocol int, ok bool) {
	link := name(tid, fd)
	var proto [32]byte
	n, err := unix.Getxattr(link, "system.sockprotoname", proto[:])
	if err != nil || strings.TrimRight(string(proto[:max(n, 0)]), "\x00") != "NETLINK" {
		return 0, false
	}
	var target [64]byte
	n, err = unix.Readlink(link, target[:])
	if err != nil {
		return -1, true
	}
	inode, ok := strings.CutPrefix(string(target[:n]), "socket:[")
	if !ok {
		return -1, true
	}
	const column = 9
	fields := row(unix.Getpid(), "netlink", column, strings.TrimSuffix(inode, "]"))
	if fields == nil {
		return -1, true
	}
	if protocol, err = strconv.Atoi(fields[1]); err != nil {
		return -1, true
	}
	return protocol, true
}
