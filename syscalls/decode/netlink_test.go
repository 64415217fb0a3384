package decode

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"utrace/syscalls"
)

// The wanted texts are strace's.
func TestNetlink(t *testing.T) {
	header := func(length, kind, flags int) []any {
		return []any{int32(length), int16(kind), int16(flags), int32(7), int32(0)}
	}
	with := func(h []any, parts ...any) []any { return append(h, parts...) }
	const link = "\x00\x00\x04\x03\x01\x00\x00\x00\x49\x00\x01\x00\x00\x00\x00\x00"
	for _, tt := range []struct {
		want     string
		protocol int
		n        int
		message  []any
	}{
		{`[{nlmsg_len=17, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP, nlmsg_seq=7, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ...}]`,
			netlinkRoute, 17, header(17, 0x12, 0x301)},
		{`[{nlmsg_len=40, nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_EXCL|NLM_F_CREATE, nlmsg_seq=7, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ifi_type=ARPHRD_LOOPBACK, ifi_index=if_nametoindex("lo"), ifi_flags=IFF_UP|IFF_LOOPBACK|IFF_RUNNING|IFF_LOWER_UP, ifi_change=0}, [{nla_len=7, nla_type=IFLA_IFNAME}, "lo"]]`,
			netlinkRoute, 40, with(header(40, 0x10, 0x600), link, int16(7), int16(3), "lo\x00\x00")},
		{`[{nlmsg_len=48, nlmsg_type=RTM_NEWLINK, nlmsg_flags=0, nlmsg_seq=7, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ifi_type=ARPHRD_LOOPBACK, ifi_index=if_nametoindex("lo"), ifi_flags=IFF_UP|IFF_LOOPBACK|IFF_RUNNING|IFF_LOWER_UP, ifi_change=0}, [[{nla_len=8, nla_type=IFLA_MTU}, 65536], [{nla_len=5, nla_type=IFLA_OPERSTATE}, 2]]]`,
			netlinkRoute, 48, with(header(48, 0x10, 0), link, int16(8), int16(4), int32(65536), int16(5), int16(16), int32(2))},
		{`[{nlmsg_len=20, nlmsg_type=NLMSG_DONE, nlmsg_flags=NLM_F_MULTI, nlmsg_seq=7, nlmsg_pid=0}, 0]`, netlinkRoute, 20, with(header(20, 3, 2), int32(0))},
		{`[{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_CAPPED, nlmsg_seq=7, nlmsg_pid=0}, {error=-ENODEV, msg={nlmsg_len=32, nlmsg_type=RTM_DELLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, nlmsg_seq=7, nlmsg_pid=0}}]`,
			netlinkRoute, 36, with(with(header(36, 2, 0x100), int32(-19)), header(32, 0x11, 5)...)},
		{`[{nlmsg_len=44, nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_CAPPED|NLM_F_ACK_TLVS, nlmsg_seq=7, nlmsg_pid=0}, [{error=-ENODEV, msg={nlmsg_len=32, nlmsg_type=RTM_DELLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, nlmsg_seq=7, nlmsg_pid=0}}, [{nla_len=8, nla_type=NLMSGERR_ATTR_MSG}, "why"]]]`,
			netlinkRoute, 44, with(with(with(header(44, 2, 0x300), int32(-19)), header(32, 0x11, 5)...), int16(8), int16(1), "why\x00")},
		{`[[{nlmsg_len=18, nlmsg_type=0x5 /* NLMSG_??? */, nlmsg_flags=0, nlmsg_seq=7, nlmsg_pid=0}, "\x61\x62"], {nlmsg_len=16, nlmsg_type=NLMSG_NOOP, nlmsg_flags=0, nlmsg_seq=7, nlmsg_pid=0}]`,
			netlinkUnknown, 36, with(with(header(18, 5, 0), "ab\x00\x00"), header(16, 1, 0)...)},
		{`{nlmsg_len=5, nlmsg_type=RTM_NEWADDR, nlmsg_flags=0, nlmsg_seq=7, nlmsg_pid=0}`, netlinkRoute, 16, header(5, 0x14, 0)},
		{`[{nlmsg_len=1000, nlmsg_type=0x7777 /* RTM_??? */, nlmsg_flags=0, nlmsg_seq=7, nlmsg_pid=0}, {family=0x61 /* AF_??? */, data="\x62"}]`,
			netlinkRoute, 18, with(header(1000, 0x7777, 0), "ab")},
		{`[{nlmsg_len=20, nlmsg_type=NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_DELCHAIN, nlmsg_flags=NLM_F_REQUEST|NLM_F_NONREC, nlmsg_seq=7, nlmsg_pid=0}, {nfgen_family=AF_INET, version=NFNETLINK_V0, res_id=htons(0)}]`,
			netlinkNetfilter, 20, with(header(20, 0xa05, 0x101), int32(2))},
		{`"\5\0\0"`, netlinkRoute, 3, []any{int32(5)}},
	} {
		opts := &Options{
			Netlink:   func(int32) (int, bool) { return tt.protocol, true },
			Interface: func(dst []byte, _ uint32) []byte { return append(dst, "lo"...) },
		}
		got := lineOf(t, syscalls.AMD64, opts, mem(tt.message...), "sendto", 0, 3, base, uint64(tt.n), 0, 0, 0)
		if want := fmt.Sprintf("sendto(3, %s, %d, 0, NULL, 0) = 0", tt.want, tt.n); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What sockets of other families carry does not look like a message, and is not asked after: that costs a call.
func TestOtherSocketsAreNotAskedFor(t *testing.T) {
	for _, data := range []string{
		"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello", "\x17\x03\x03\x00\x40 application data",
		"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www", "\x00\x00\x00\x40 a length in network order", "short", "\x01", "abc",
	} {
		for _, limit := range []int{0, -1, 2, 200} {
			asked := 0
			opts := &Options{StringLimit: limit, Netlink: func(int32) (int, bool) { asked++; return 0, false }}
			lineOf(t, syscalls.AMD64, opts, mem(data), "sendto", int64(len(data)), 3, base, uint64(len(data)), 0, 0, 0)
			lineOf(t, syscalls.AMD64, opts, mem(data), "recvfrom", int64(len(data)), 3, base, 4096, 0, 0, 0)
			if asked != 0 {
				t.Errorf("%q: asked %d times whether it is netlink", data, asked)
			}
		}
	}
}

// Bytes that go to an address of netlink are shown as such, whatever they are.
func TestNetlinkByAddress(t *testing.T) {
	opts := &Options{Netlink: func(int32) (int, bool) { return netlinkRoute, true }}
	for data, want := range map[string]string{
		"\x05\x00\x00": `"\x05\x00\x00"`,
		"\x05\x00\x00\x00\x14\x00\x00\x00\x07" + strings.Repeat("\x00", 7): `{nlmsg_len=5, nlmsg_type=RTM_NEWADDR, nlmsg_flags=0, nlmsg_seq=7, nlmsg_pid=0}`,
	} {
		m := mem(base+64, 12, base+80, 1, 0, 0, 0, 0, int16(16), int16(0), int32(0), 0, base+96, len(data), data)
		got := lineOf(t, syscalls.AMD64, opts, m, "sendmsg", int64(len(data)), 3, base, 0)
		if !strings.Contains(got, "{iov_base="+want+", iov_len=") {
			t.Errorf("%q:\n got %s\nwant %s", data, got, want)
		}
	}
}

// Lengths that lie, attributes in attributes, types of every kind: no panic, and JSON that is valid.
func TestNetlinkGarbage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m := mem()
	for round := range 4000 {
		for i := range m.data {
			m.data[i] = byte(r.Uint32() >> r.IntN(8))
		}
		for at := 0; at+nlmsgHeader < len(m.data); at += 4 * (4 + r.IntN(64)) { // plausible headers
			binary.LittleEndian.PutUint32(m.data[at:], uint32(r.IntN(300)))
			binary.LittleEndian.PutUint16(m.data[at+4:], uint16(r.IntN(128)))
			for in := at + 16; in+4 < len(m.data) && in < at+200; in += 4 * (1 + r.IntN(6)) {
				binary.LittleEndian.PutUint16(m.data[in:], uint16(r.IntN(40)))
				binary.LittleEndian.PutUint16(m.data[in+2:], uint16(r.IntN(60)))
			}
		}
		opts := &Options{JSON: round&1 != 0, Netlink: func(int32) (int, bool) { return round % 22, true }}
		c, _ := syscalls.ByName(syscalls.AMD64, "recvfrom")
		d := New(m, opts)
		d.Begin(syscalls.AMD64, fakeCall{nr: c.Nr, args: [6]uint64{3, base, 4096}})
		d.Text("{")
		d.Enter()
		d.Leave(int64(r.IntN(4096)))
		d.Text("}")
		if opts.JSON && !json.Valid(d.Bytes()) {
			t.Fatalf("round %d: not JSON: %s", round, d.Bytes())
		}
		if n := len(d.Bytes()); n > 1<<20 {
			t.Fatalf("round %d: %d bytes of text", round, n)
		}
	}
}
