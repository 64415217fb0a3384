package fdinfo

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/syscalls/flags"
)

// inet is a kind of internet sockets: what sock_diag(7) calls it, and the file
// below /proc/PID/net that has them.
type inet struct {
	family, protocol byte
	table            string
}

var inets = map[string]inet{ // by the name of the protocol
	"TCP": {unix.AF_INET, unix.IPPROTO_TCP, "tcp"}, "TCPv6": {unix.AF_INET6, unix.IPPROTO_TCP, "tcp6"},
	"UDP": {unix.AF_INET, unix.IPPROTO_UDP, "udp"}, "UDPv6": {unix.AF_INET6, unix.IPPROTO_UDP, "udp6"},
	"UDP-Lite":  {unix.AF_INET, unix.IPPROTO_UDPLITE, "udplite"},
	"UDPLITEv6": {unix.AF_INET6, unix.IPPROTO_UDPLITE, "udplite6"},
	"RAW":       {unix.AF_INET, unix.IPPROTO_RAW, "raw"}, "RAWv6": {unix.AF_INET6, unix.IPPROTO_RAW, "raw6"},
	"PING": {unix.AF_INET, unix.IPPROTO_ICMP, "icmp"}, "PINGv6": {unix.AF_INET6, unix.IPPROTO_ICMPV6, "icmp6"},
}

// row returns the fields of the line that has the inode in a column.
func row(tid int, table string, column int, inode string) []string {
	f, err := os.Open("/proc/" + strconv.Itoa(tid) + "/net/" + table)
	if err != nil {
		return nil
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > column && fields[column] == inode {
			return fields
		}
	}
	return nil
}

// ends returns "127.0.0.1:80", or "127.0.0.1:80->127.0.0.1:4711" if it is
// connected. A socket of another network namespace is found below /proc alone.
func (k inet) ends(tid int, inode string) string {
	n, err := strconv.ParseUint(inode, 10, 32)
	if err != nil {
		return ""
	}
	local, remote, ok := askInet(k.family, k.protocol, uint32(n))
	if !ok {
		local, remote, ok = k.listed(tid, inode)
	}
	switch {
	case !ok || local.Port() == 0 && local.Addr().IsUnspecified() || k.protocol == unix.IPPROTO_RAW && local.Addr().IsUnspecified():
		return ""
	case remote.Port() == 0 && remote.Addr().IsUnspecified():
		return local.String()
	}
	return local.String() + "->" + remote.String()
}

func (k inet) listed(tid int, inode string) (local, remote netip.AddrPort, ok bool) {
	const here, there, column = 1, 2, 9
	fields := row(tid, k.table, column, inode)
	if fields == nil {
		return local, remote, false
	}
	local, ok = address(fields[here])
	remote, ok2 := address(fields[there])
	return local, remote, ok && ok2
}

// address reads "0100007F:0050": words of the machine's order, and a port.
func address(text string) (netip.AddrPort, bool) {
	words, port, _ := strings.Cut(text, ":")
	b, err := hex.DecodeString(words)
	p, perr := strconv.ParseUint(port, 16, 16)
	if err != nil || perr != nil || len(b)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(b); i += 4 {
		binary.NativeEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
	}
	a, ok := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(a, uint16(p)), ok
}

// netlinkEnd returns "ROUTE:4711": the protocol and the port.
func netlinkEnd(tid int, inode string) string {
	const protocol, port, column = 1, 2, 9
	fields := row(tid, "netlink", column, inode)
	if fields == nil || fields[port] == "0" {
		return ""
	}
	family := fields[protocol]
	if n, err := strconv.ParseUint(family, 10, 32); err == nil {
		if name, ok := flags.NetlinkProtocols.Name(n); ok {
			family = strings.TrimPrefix(name, "NETLINK_")
		}
	}
	return family + ":" + fields[port]
}
