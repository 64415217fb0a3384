package decode

import (
	"strings"
	"testing"

	"utrace/syscalls"
)

// netLine is line with an interface of the name of lo.
func netLine(t *testing.T, m Memory, name string, result int64, args ...uint64) string {
	t.Helper()
	opts := &Options{Interface: func(dst []byte, index uint32) []byte {
		if index == 1 {
			dst = append(dst, "lo"...)
		}
		return dst
	}}
	return lineOf(t, syscalls.AMD64, opts, m, name, result, args...)
}

// The wanted texts are strace's.
func TestSockaddrs(t *testing.T) {
	const inet6 = "\x0a\x00\x00P\x00\x00\x00\x05\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
	x := strings.Repeat("x", 60)
	for _, tt := range []struct {
		addr string
		n    uint64
		want string
	}{
		{"\x01\x00/tmp/x\x00", 110, `{sa_family=AF_UNIX, sun_path="/tmp/x"}`},
		{"\x01\x00/tmp/x\x00", 4, `{sa_family=AF_UNIX, sun_path="/t"}`},
		{"\x01\x00", 2, `{sa_family=AF_UNIX}`},
		{"\x01\x00", 1, `0x10000`},
		{"\x01\x00\x00abc\x00d", 8, `{sa_family=AF_UNIX, sun_path=@"abc\0d"}`},
		{"\x01\x00\x00", 3, `{sa_family=AF_UNIX, sun_path=@""}`},
		{"\x02\x00\x00P\x01\x02\x03\x04", 16, `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}`},
		{"\x02\x00\x00P\x01\x02\x03", 7, `{sa_family=AF_INET, sa_data="\0P\1\2\3"}`},
		{inet6 + "\x01\x00\x00\x00", 28, `{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(5), inet_pton(AF_INET6, "fe80::1", &sin6_addr), sin6_scope_id=if_nametoindex("lo")}`},
		{inet6, 24, `{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(5), inet_pton(AF_INET6, "fe80::1", &sin6_addr)}`},
		{"\x10\x00\x00\x00\x7b\x00\x00\x00\x05", 12, `{sa_family=AF_NETLINK, nl_pid=123, nl_groups=0x000005}`},
		{"\x10\x00xxxxxxxxxx", 12, `{sa_family=AF_NETLINK, nl_pad=0x7878, nl_pid=2021161080, nl_groups=0x78787878}`},
		{"\x11\x00\x00\x03\x01\x00\x00\x00\x01\x00\x00\x06\x01\x02\x03\x04\x05\x06", 20,
			`{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_ALL), sll_ifindex=if_nametoindex("lo"), sll_hatype=ARPHRD_ETHER, sll_pkttype=PACKET_HOST, sll_halen=6, sll_addr=[0x1, 0x2, 0x3, 0x4, 0x5, 0x6]}`},
		{"\x28\x00\x00\x00\xff\xff\xff\xff\x02\x00\x00\x00", 16, `{sa_family=AF_VSOCK, svm_cid=VMADDR_CID_HOST, svm_port=VMADDR_PORT_ANY, svm_flags=0}`},
		{"\x2c\x00\x02\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03", 16, `{sa_family=AF_XDP, sxdp_flags=XDP_COPY, sxdp_ifindex=if_nametoindex("lo"), sxdp_queue_id=2, sxdp_shared_umem_fd=0x3}`},
		{"\x09\x0012345", 18, `{sa_family=AF_X25, sx25_addr={x25_addr="12345"}}`},
		{"\x03\x00\x82\x84b\x86\x88\x8a\x06", 16, `{sa_family=AF_AX25, sax25_call=AB1CDE-3, sax25_ndigis=0}`},
		{"\x03\x00" + x, 16, `{sa_family=AF_AX25, fsa_ax25={sax25_call={ax25_call="\x78\x78\x78\x78\x78\x78\x78"}, sax25_ndigis=2021161080}, fsa_digipeater=[...]}`},
		{"\x1f\x00\x05\x00\x01", 6, `{sa_family=AF_BLUETOOTH, hci_dev=htobs(5), hci_channel=HCI_CHANNEL_USER}`},
		{"\x1f\x00\x05\x00\x01", 10, `{sa_family=AF_BLUETOOTH, rc_bdaddr=05:00:01:00:00:00, rc_channel=0}`},
		{"\x1f\x00\x05", 9, `{sa_family=AF_BLUETOOTH, sa_data="\5\0\0\0\0\0\0"}`},
		{"\x2a\x00" + x, 16, `{sa_family=AF_QIPCRTR, sq_node=0x78787878, sq_port=0x78787878}`},
		{"\x05\x00" + x, 16, `{sa_family=AF_APPLETALK, sa_data="xxxxxxxxxxxxxx"}`},
		{"\x2d\x00\x00\x00\x01\x00\x00\x00\x00", 12, `{sa_family=AF_MCTP, smctp_network=0x1, smctp_addr={s_addr=MCTP_ADDR_NULL}, smctp_type=0, smctp_tag=0}`},
		{"\x63\x00" + x, 16, `{sa_family=0x63 /* AF_??? */, sa_data="xxxxxxxxxxxxxx"}`},
	} {
		got := netLine(t, mem(tt.addr), "connect", 0, 3, base, tt.n)
		got = strings.TrimPrefix(got[:strings.LastIndex(got, ", ")], "connect(3, ")
		if got != tt.want {
			t.Errorf("%d bytes of %q:\n got %s\nwant %s", tt.n, tt.addr, got, tt.want)
		}
	}
}

func TestSocketOptions(t *testing.T) {
	const get, set = "getsockopt", "setsockopt"
	for _, tt := range []struct {
		want, call string
		m          *fakeMemory
		args       []uint64
	}{
		{`setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0`, set, mem(int32(1)), []uint64{3, 1, 2, base, 4}},
		{`setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 0x10000, 2) = 0`, set, mem(int32(1)), []uint64{3, 1, 2, base, 2}},
		{`setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8) = 0`, set, mem(int32(1), int32(5)), []uint64{3, 1, 13, base, 8}},
		{`setsockopt(3, SOL_SOCKET, SO_LINGER, 0x10000, 4) = 0`, set, mem(int32(1), int32(5)), []uint64{3, 1, 13, base, 4}},
		{`getsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger="\x05"}, [5]) = 0`, get, mem(int32(1), int32(5), int32(5)), []uint64{3, 1, 13, base, base + 8}},
		{`getsockopt(3, SOL_SOCKET, SO_TYPE, [1], [4]) = 0`, get, mem(int32(1), int32(4)), []uint64{3, 1, 3, base, base + 4}},
		{`getsockopt(3, SOL_SOCKET, SO_TYPE, "\x01\x00\x00", [3]) = 0`, get, mem(int32(1), int32(3)), []uint64{3, 1, 3, base, base + 4}},
		{`setsockopt(3, SOL_IP, IP_ADD_MEMBERSHIP, {imr_multiaddr=inet_addr("1.0.0.0"), imr_interface=inet_addr("2.0.0.0")}, 8) = 0`, set, mem(int32(1), int32(2)), []uint64{3, 0, 35, base, 8}},
		{`setsockopt(3, SOL_IPV6, IPV6_JOIN_ANYCAST, {inet_pton(AF_INET6, "100::", &ipv6mr_multiaddr), ipv6mr_interface=if_nametoindex("lo")}, 20) = 0`,
			set, mem(1, 0, int32(1)), []uint64{3, 41, 27, base, 20}},
		{`setsockopt(3, SOL_RAW, ICMP_FILTER, [ICMP_ECHOREPLY], 4) = 0`, set, mem(int32(1)), []uint64{3, 255, 1, base, 4}},
		{`getsockopt(3, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, [0, 0x1], [8]) = 0`, get, mem(int32(0), int32(1), int32(8)), []uint64{3, 270, 9, base, base + 8}},
		{`setsockopt(3, SOL_TCP, TCP_CONGESTION, "cubic", 5) = 0`, set, mem("cubic"), []uint64{3, 6, 13, base, 5}},
		{`setsockopt(3, 0x2 /* SOL_?? */, 4294967295, "", 0) = 0`, set, mem(), []uint64{3, 2, minus1, base, 0}},
	} {
		if got := netLine(t, tt.m, tt.call, 0, tt.args...); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

func TestControlMessages(t *testing.T) {
	const at = base + 64
	for _, tt := range []struct {
		want    string
		n       int
		control []any
	}{
		{`0x10040`, 15, nil},
		{`[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5, 6]}]`, 24, []any{24, int32(1), int32(1), int32(5), int32(6)}},
		{`[{cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=7, uid=0, gid=0}}]`, 32, []any{28, int32(1), int32(2), int32(7)}},
		{`[{cmsg_len=17, cmsg_level=SOL_IP, cmsg_type=IP_TOS, cmsg_data=[0x4]}, {cmsg_len=16, cmsg_level=SOL_TCP, cmsg_type=0x3}]`, 40,
			[]any{17, int32(0), int32(1), 4, 16, int32(6), int32(3)}},
		{`[{cmsg_len=4, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS}, ... /* 0x10050 */]`, 24, []any{4, int32(1), int32(1)}},
		{`[{cmsg_len=1000, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5, 6]}]`, 24, []any{1000, int32(1), int32(1), int32(5), int32(6)}},
		{`[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMP_OLD, cmsg_data=???}]`, 24, []any{20, int32(1), int32(29), 0}},
	} {
		m := mem(append([]any{0, 0, 0, 0, at, tt.n, 0, 0}, tt.control...)...)
		got := netLine(t, m, "sendmsg", 0, 3, base, 0)
		_, got, _ = strings.Cut(got, "msg_control=")
		got = got[:strings.Index(got, ", msg_controllen")]
		if got != tt.want {
			t.Errorf("%d bytes:\n got %s\nwant %s", tt.n, got, tt.want)
		}
	}
}

// An ioctl's argument is what the request says.
func TestRequests(t *testing.T) {
	name := "lo" + strings.Repeat("\x00", 14)
	termios := mem(int32(0x500), int32(5), int32(0xbf), int32(0x8a3b))
	for _, tt := range []struct {
		want   string
		m      *fakeMemory
		result int64
		cmd    uint64
	}{
		{`ioctl(3, TCGETS, {c_iflag=ICRNL|IXON, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST|ONLCR, c_cflag=B38400|CS8|CREAD, c_lflag=ISIG|ICANON|ECHO|ECHOE|ECHOK|IEXTEN|ECHOCTL|ECHOKE, ...}) = 0`, termios, 0, 0x5401},
		{`ioctl(3, TCGETS, 0x10000) = -1 EBADF (Bad file descriptor)`, termios, -9, 0x5401},
		{`ioctl(3, TIOCGWINSZ, {ws_row=24, ws_col=80, ws_xpixel=0, ws_ypixel=0}) = 0`, mem(int16(24), int16(80)), 0, 0x5413},
		{`ioctl(3, TIOCEXCL) = 0`, nil, 0, 0x540c},
		{`ioctl(3, FS_IOC_GETFLAGS, [FS_EXTENT_FL]) = 0`, mem(int32(0x80000)), 0, 0x80086601},
		{`ioctl(3, FS_IOC_FIEMAP, {fm_start=0, fm_length=4096, fm_flags=FIEMAP_FLAG_SYNC, fm_extent_count=3} => {fm_flags=FIEMAP_FLAG_SYNC, fm_mapped_extents=1, ...}) = 0`,
			mem(0, 4096, int32(1), int32(1), int32(3)), 0, 0xc020660b},
		{`ioctl(3, SIOCGIFFLAGS, {ifr_name="lo", ifr_flags=IFF_UP|IFF_LOOPBACK}) = 0`, mem(name, int16(9)), 0, 0x8913},
		{`ioctl(3, SIOCGIFFLAGS, {ifr_name="lo"}) = -1 ENODEV (No such device)`, mem(name, int16(9)), -19, 0x8913},
		{`ioctl(3, SIOCGIFHWADDR, {ifr_name="lo", ifr_hwaddr={sa_family=ARPHRD_ETHER, sa_data=01:02:03:00:00:00}}) = 0`, mem(name, int16(1), "\x01\x02\x03"), 0, 0x8927},
		{`ioctl(3, LOOP_SET_STATUS64, {lo_offset=0, lo_number=0, lo_flags=0, lo_file_name="", ...}) = 0`, mem(), 0, 0x4c04},
		{`ioctl(3, _IOC(_IOC_READ, 0x5c, 0, 0x4), 0x10000) = 0`, mem(), 0, 0x80045c00},
	} {
		if got := netLine(t, tt.m, "ioctl", tt.result, 3, tt.cmd, base); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
