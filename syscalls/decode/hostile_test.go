package decode

import (
	"encoding/binary"
	"testing"

	"utrace/syscalls"
)

// hint is a call over a memory of which a decoder makes something: what is altered of it leads further than nonsense
// does.
type hint struct {
	arch syscalls.Arch
	name string
	args [6]uint64
	m    *fakeMemory
}

// hints are for every decoder that is written by hand, and for every family of addresses, every control message,
// every signal, every protocol of netlink.
func hints() (list []hint) {
	filler := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i * 7)
		}
		return string(b)
	}
	amd64 := func(name string, m *fakeMemory, args ...uint64) {
		h := hint{arch: syscalls.AMD64, name: name, m: m}
		copy(h.args[:], args)
		list = append(list, h)
	}
	i386 := func(name string, m *fakeMemory, args ...uint64) {
		amd64(name, m, args...)
		list[len(list)-1].arch = syscalls.I386
	}
	for family := range int16(48) {
		for _, n := range []uint64{0, 2, 3, 6, 8, 10, 12, 14, 16, 20, 24, 28, 128, minus1} {
			amd64("bind", mem(family, filler(126)), 3, base, n)
		}
	}
	amd64("connect", mem("\x03\x00\x82\x84b\x86\x88\x8a\x06\x00\x00\x00\x09\x00\x00\x00", filler(64)), 3, base, 72) // AX.25 on its way
	message := func(control ...any) *fakeMemory {
		return mem(append([]any{base + 512, 16, base + 600, 1, base + 64, 100, 0, 0}, control...)...)
	}
	for _, level := range []int32{0, 1, 6, 17, 41, 255, 263, 270} {
		for kind := range int32(68) {
			amd64("sendmsg", message(64, level, kind, filler(48), 20, level, kind+1), 3, base, 0)
		}
	}
	amd64("recvmmsg", message(17, int32(1), int32(1), filler(40)), 3, base, 2, 0, 0)
	i386("sendmsg", mem(int32(base+64), int32(16), int32(base+96), int32(2), int32(base+128), int32(60), filler(104), int32(20), int32(1), int32(1)), 3, base)
	for signal := range int32(34) {
		for code := int32(-7); code < 9; code++ {
			amd64("rt_sigqueueinfo", mem(signal, int32(0), code, int32(0), filler(112)), 5, uint64(signal), base)
		}
		i386("rt_sigqueueinfo", mem(signal, int32(0), signal-7, filler(116)), 5, uint64(signal), base)
	}
	amd64("ptrace", mem(0, int32(0), int32(2), signalInfo(), signalInfo()), 0x4209, 5, base, base+16) // PTRACE_PEEKSIGINFO
	for op := range int32(4) {
		amd64("ptrace", mem(op, int32(-0x3fffffc2), filler(80)), 0x420e, 5, 88, base)
	}
	for protocol := range int32(23) {
		for kind := range int16(24) {
			amd64("sendto", mem(int32(200), kind, int16(0x305), 7, protocol&3*8+2, filler(180)), uint64(protocol)*2, base, 200)
		}
	}
	for _, route := range [][2]int{{16, 16}, {20, 8}, {24, 12}, {28, 12}, {32, 12}, {36, 20}, {64, 4}, {80, 4}, {88, 4}, {104, 8}} {
		kind, header := int16(route[0]), route[1] // and attributes behind it
		for attribute := range int16(64) {
			amd64("sendto", mem(int32(240), kind, int16(0), 7, filler(header), int16(40), attribute, int16(36), attribute, filler(180)), 48, base, 240)
		}
	}
	amd64("sendto", mem(int32(200), int16(16), int16(0), 7, filler(16), int16(100), int16(26), int16(96), int16(10), int16(92), int16(2), filler(180)), 48, base, 200)
	for _, family := range []int{1, 2, 10, 16, 17} {
		for _, kind := range []int16{20, 21} { // of sock_diag
			amd64("sendto", mem(int32(300), kind, int16(0x305), 7, family, filler(280)), 8, base, 300)
			amd64("recvfrom", mem(int32(300), kind, int16(2), 7, family, filler(280)), 8, base, 300)
		}
	}
	insns := filler(8*20) + "\x06\x00\x00\x00\x00\x00\xff\x7f\x15\x00\x01\x02\x05\x00\x00\x00"
	amd64("seccomp", mem(int16(22), int16(0), int32(0), base+16, insns), 1, 0, base)
	amd64("setsockopt", mem(int16(22), int16(0), int32(0), base+16, insns), 3, 1, 26, base, 16)
	amd64("bpf", mem(int32(1), int32(22), base+128, base+128, filler(104), insns), 5, base, 128)
	amd64("capset", mem(int32(0x20080522), int32(5), filler(24)), base, base+8)
	amd64("capget", mem(int32(0x19980330), int32(5), filler(24)), base, base+8)
	amd64("clone3", mem(-1, base, base+8, base+16, 17, 0, 0, 0, base, 2, 3), base, 88)
	amd64("perf_event_open", mem(int32(3), int32(128), 0x10203, filler(112)), base, minus1, 0, minus1, 0)
	amd64("utimensat", mem(1, 0x3fffffff, 2, 0x3ffffffe), 5, 0, base, 0)
	amd64("getdents64", mem(7, 9, int16(24), "\x08abcdef", 8, 9, int16(32), "\x04x\x00", filler(32)), 3, base, 200)
	amd64("getdents", mem(7, 9, int16(24), "abcdef", 8, 9, int16(32), filler(32)), 3, base, 200)
	i386("getdents", mem(int32(7), int32(9), int16(16), "abcdef", filler(32)), 3, base, 200)
	amd64("execve", mem(base+64, base+72, base, base+8, base+16, 0, filler(64)), base+64, base, base+8)
	amd64("writev", mem(base, 8, base+8, 1<<31, base+16, -1, filler(32)), 3, base, 1<<31)
	amd64("process_vm_readv", mem(base, 8, base+8, 1<<31, filler(32)), 5, base, 2, base, 1<<20, 0)
	amd64("keyctl", mem("user;0;0;0;text\x00"), 6, 5, base, 1<<40)
	amd64("ioctl", mem(0, 4096, int32(1), int32(-1), int32(-1), int32(0), filler(200)), 3, 0xc020660b, base)  // FS_IOC_FIEMAP
	amd64("ioctl", mem(0, 4096, int16(-1), filler(200)), 3, 0xc0189436, base)                                 // FIDEDUPERANGE
	amd64("ioctl", mem(-1, base), 3, 0x8912, base)                                                            // SIOCGIFCONF
	amd64("ioctl", mem(int32(8), int32(-1), filler(100)), 3, 0x40085203, base)                                // RNDADDENTROPY
	amd64("ioctl", mem(int32(0), int32(1), int32(-1), int32(-1), int32(-1), int32(0), base), 3, 0x4b72, base) // KDFONTOP
	amd64("ioctl", mem("lo", filler(38)), 3, 0x8927, base)                                                    // SIOCGIFHWADDR
	amd64("poll", mem(int32(3), int16(-1), int16(-1), filler(64)), base, minus1, 0)
	amd64("select", mem(-1, -1, -1), 1<<30, base, base, base, base)
	amd64("sched_setaffinity", mem(-1, 0, -1), 5, minus1, base)
	amd64("futex_waitv", mem(5, base, int32(0x82), filler(100)), base, 1<<31, 0, 0, 1)
	amd64("openat2", mem(0x40, 0o640, 8, 7), minus1, base, base, 1<<40)
	amd64("name_to_handle_at", mem(int32(-1), int32(1), filler(64)), minus1, base, base, base+8, 0)
	for sub := range uint64(21) {
		i386("socketcall", mem(int32(3), int32(base), int32(16), int32(base), int32(-1), int32(7)), sub, base)
	}
	for sub := range uint64(25) {
		i386("ipc", mem(int32(3), int32(base), filler(64)), sub, 1, 2, 3, base, 5)
	}
	return list
}

func signalInfo() string {
	b := make([]byte, SiginfoSize)
	binary.LittleEndian.PutUint32(b, 11)
	binary.LittleEndian.PutUint32(b[8:], 3)
	return string(b)
}

// result is what a call may say that it did.
func (r *numbers) result() int64 {
	return int64(r.of(0, minus1, minus1-511, 5, 88, 200, r.next()%300, 0xffffff0000000000))
}

// TestAlteredCalls alters what decoders know, before a call and while it runs: lengths that lie, kinds that go with
// other lengths, addresses that lead in a circle.
func TestAlteredCalls(t *testing.T) {
	r := numbers(2)
	options := everything(t)
	m := mem()
	for round := range 5 {
		for i, h := range hints() {
			clear(m.data)
			copy(m.data, h.m.data)
			alter := func() {
				for range r.next() % 4 {
					at := r.next() % 256
					n := r.of(1, 2, 4, 8)
					var b [8]byte
					binary.LittleEndian.PutUint64(b[:], r.of(0, 1, r.next()%64, 1<<31, minus1, minus1>>1, base, base+at&^7, r.next()))
					copy(m.data[at:], b[:n])
				}
			}
			args := h.args
			if round > 0 {
				alter()
				if r.next()%4 == 0 {
					args[r.next()%6] = r.of(0, 1, 1<<31, minus1, base, base+pageSize-1)
				}
			}
			c, ok := syscalls.ByName(h.arch, h.name)
			if !ok {
				t.Fatal("no call", h.name)
			}
			opts := options[(3*i+2*round)%len(options)]
			if h.name == "sendto" || h.name == "recvfrom" {
				opts = options[round%2] // those that know of netlink
			}
			nonsenseWhile(t, opts, m, h.arch, c.Nr, args, r.result(), alter)
		}
	}
}

// TestSiginfoOfAnyKind is for what a tracer is told, not through the program's memory.
func TestSiginfoOfAnyKind(t *testing.T) {
	r := numbers(3)
	for _, opts := range everything(t) {
		d := New(mem(), opts)
		d.Begin(syscalls.AMD64, fakeCall{})
		for range 2000 {
			b := make([]byte, r.of(0, 16, SiginfoSize, SiginfoSize))
			r.scribble(b, 2)
			d.Reset()
			d.Siginfo(b)
			if len(d.Bytes()) > 4096 {
				t.Fatalf("%d bytes of text: %.200s", len(d.Bytes()), d.Bytes())
			}
		}
	}
}

// endless is a memory that has no end: what is read of it is the same words again and again.
type endless struct {
	period uint64
	text   []byte
}

func newEndless(words ...uint64) endless {
	e := endless{period: uint64(8 * len(words))}
	for len(e.text) < 1<<17 {
		for _, w := range words {
			e.text = binary.LittleEndian.AppendUint64(e.text, w)
		}
	}
	return e
}

func (e endless) ReadAt(p []byte, addr int64) (int, error) {
	return copy(p, e.text[uint64(addr)%e.period:]), nil
}

// TestEndlessMemory holds the bounds where everything can be read: strings without an end, argv of argv, lists of
// lists, lengths as large as they may be.
func TestEndlessMemory(t *testing.T) {
	const x = 0x7878787878787878
	for n, e := range []endless{
		newEndless(x), newEndless(base), newEndless(base, 1<<31), newEndless(base, minus1), newEndless(base, base+8, 64),
		newEndless(0x1000000010, x, base), newEndless(minus1), newEndless(1<<31, base, 4096, base),
	} {
		for o, opts := range everything(t) {
			if o != n {
				continue
			}
			for _, id := range syscalls.Archs() {
				for c := range syscalls.Table(id) {
					for commands := range c.Commands {
						args := [6]uint64{base, base + 8, base + 4000, 1 << 31, minus1, base}
						if o%2 == 0 {
							args = [6]uint64{3, base, minus1, base, 1 << 31, base}
						}
						for i, v := range commands {
							args[i] = v
						}
						nonsense(t, opts, e, id, c.Nr, args, int64(1)<<40)
					}
				}
			}
		}
	}
}
