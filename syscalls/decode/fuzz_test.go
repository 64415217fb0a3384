package decode

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"

	"utrace/syscalls"
)

// maxOutput is more than any call may write with the usual limit on strings: sets of 8192 descriptors.
const maxOutput = 1 << 20

// nonsense runs one call's decoder and holds what it does against the promises.
func nonsense(t *testing.T, opts *Options, m *fakeMemory, id syscalls.Arch, nr int, args [6]uint64, result int64) {
	t.Helper()
	m.bytes = 0
	d := New(m, opts)
	d.Begin(id, fakeCall{nr: nr, args: args})
	d.Text("{")
	d.Enter()
	d.Leave(result)
	d.Text("}")
	end := len(d.Bytes())
	if opts.JSON && !json.Valid(d.Bytes()) {
		t.Fatalf("%s%#x: no JSON: %s", d.CallName(), args, d.Bytes())
	}
	d.Text("{")
	d.Result()
	d.Text("}")
	if opts.JSON && !json.Valid(d.Bytes()[end:]) {
		t.Fatalf("%s%#x = %d: no JSON: %s", d.CallName(), args, result, d.Bytes()[end:])
	}
	if len(d.Bytes()) > maxOutput || m.bytes > readLimit+maxItems*d.opts.stringLimit() {
		t.Fatalf("%s%#x: wrote %d bytes, read %d", d.CallName(), args, len(d.Bytes()), m.bytes)
	}
}

// everything are the options that bring out every branch.
func everything(t testing.TB) []*Options {
	all, err := syscalls.ParseSet("all")
	if err != nil {
		t.Fatal(err)
	}
	fd := func(dst []byte, fd int32) []byte { return append(dst, "/a\\\"b"[:fd&3]...) }
	outer := func(id int32, _ PidKind) (int, bool) { return int(id) + 1, id&1 == 0 }
	name := func(dst []byte, index uint32) []byte { return append(dst, "lo\"\x80"[:index&3]...) }
	netlink := func(fd int32) (int, bool) { return int(fd) % 24, fd&1 == 0 }
	return []*Options{
		{Netlink: netlink, Interface: name}, {JSON: true, Netlink: netlink, Interface: name}, {}, {JSON: true}, {Full: all}, {JSON: true, Full: all, FD: fd, Comm: fd, Outer: outer}, {Flat: all}, {Raw: all, JSON: true},
		{Full: all, Constants: Numbers, Strings: HexNonASCII, FD: fd}, {Constants: Verbose, Strings: HexNonASCIIChars, Comm: fd, Outer: outer},
	}
}

// TestAnyCallOverAnyMemory holds every decoder against nonsense, with every command that its call knows.
func TestAnyCallOverAnyMemory(t *testing.T) {
	m := mem()
	seed := uint64(1)
	random := func() uint64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return seed >> 16
	}
	values := []uint64{0, 1, 8, base, base + 8, base + pageSize - 4, minus1, 1 << 63, 0xfffffff8, 100, 24, 64, 4096}
	options := everything(t)
	for round := range 2 * len(options) {
		full := uint64(round / len(options)) // or mostly zeros
		for i := range m.data {
			m.data[i] = byte(random()) * byte(full|random()&1)
		}
		for i := 0; i < len(m.data); i += 64 { // with addresses in it
			binary.LittleEndian.PutUint64(m.data[i:], base+random()%pageSize)
		}
		for _, id := range syscalls.Archs() {
			for c := range syscalls.Table(id) {
				for commands := range c.Commands {
					var args [6]uint64
					for i := range args {
						args[i] = values[random()%uint64(len(values))]
					}
					for i, v := range commands {
						args[i] = v
					}
					result := []int64{0, -1, -512, 5, 1 << 40, -1 << 40, 64}[random()%7]
					nonsense(t, options[round%len(options)], m, id, c.Nr, args, result)
				}
			}
		}
	}
}

func FuzzCall(f *testing.F) {
	f.Add(uint16(1), byte(0), uint64(3), uint64(base), uint64(5), uint64(0), uint64(0), uint64(0), int64(5), []byte("hello"))
	options := everything(f)
	f.Fuzz(func(t *testing.T, nr uint16, mode byte, a0, a1, a2, a3, a4, a5 uint64, result int64, data []byte) {
		id := syscalls.Archs()[mode&1]
		m := &fakeMemory{base: base, data: slices.Concat(data, make([]byte, 64))}
		nonsense(t, options[int(mode>>1)%len(options)], m, id, int(nr%512), [6]uint64{a0, a1, a2, a3, a4, a5}, result)
	})
}
