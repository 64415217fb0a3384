package fdinfo

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"utrace/syscalls/flags"
)

// inetTables are the files below /proc/PID/net, which are of the process's own
// network namespace, by the protocol's name.
var inetTables = map[string]string{
	"TCP": "tcp", "TCPv6": "tcp6", "UDP": "udp", "UDPv6": "udp6", "RAW": "raw", "RAWv6": "raw6",
	"UDP-Lite": "udplite", "UDPLITEv6": "udplite6", "PING": "icmp", "PINGv6": "icmp6",
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

// inetEnds returns "127.0.0.1:80", or "127.0.0.1:80->127.0.0.1:4711" if it is
// connected.
func inetEnds(tid int, table, inode string) string {
	const local, remote, column = 1, 2, 9
	fields := row(tid, table, column, inode)
	if fields == nil {
		return ""
	}
	here, ok := address(fields[local])
	there, ok2 := address(fields[remote])
	switch {
	case !ok || !ok2 || strings.HasPrefix(table, "raw") && here.Addr().IsUnspecified():
		return ""
	case there.Port() == 0 && there.Addr().IsUnspecified():
		return here.String()
	}
	return here.String() + "->" + there.String()
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
