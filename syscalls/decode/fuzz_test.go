package decode

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"

	"utrace/syscalls"
)

// maxOutput is more than any call may write with the usual limit on strings: of the bytes that are read, at
// most a megabyte, each makes a few characters.
const maxOutput = 8 << 20

// counted is a memory that says how much is read of it.
type counted struct {
	Memory
	bytes int
}

func (c *counted) ReadAt(p []byte, addr int64) (int, error) {
	c.bytes += len(p)
	return c.Memory.ReadAt(p, addr)
}

// nonsense runs one call's decoder and holds what it does against the promises.
func nonsense(t *testing.T, opts *Options, m Memory, id syscalls.Arch, nr int, args [6]uint64, result int64) {
	t.Helper()
	nonsenseWhile(t, opts, m, id, nr, args, result, func() {})
}

// nonsenseWhile is nonsense with something that happens during the call.
func nonsenseWhile(t *testing.T, opts *Options, memory Memory, id syscalls.Arch, nr int, args [6]uint64, result int64, during func()) {
	t.Helper()
	m := &counted{Memory: memory}
	d := New(m, opts)
	d.Begin(id, fakeCall{nr: nr, args: args})
	d.Text("{")
	d.Enter()
	during()
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
	netlink := func(fd int32) (int, bool) { return int(fd>>1) % 24, fd&1 == 0 }
	return []*Options{
		{Netlink: netlink, Interface: name}, {JSON: true, Netlink: netlink, Interface: name}, {}, {JSON: true}, {Full: all}, {JSON: true, Full: all, FD: fd, Comm: fd, Outer: outer}, {Flat: all}, {Raw: all, JSON: true},
		{Full: all, Constants: Numbers, Strings: HexNonASCII, FD: fd}, {Constants: Verbose, Strings: HexNonASCIIChars, Comm: fd, Outer: outer},
	}
}

// numbers are pseudo-random, the same in each run.
type numbers uint64

func (r *numbers) next() uint64 {
	*r = *r*6364136223846793005 + 1442695040888963407
	return uint64(*r >> 16)
}

func (r *numbers) of(list ...uint64) uint64 { return list[r.next()%uint64(len(list))] }

// scribble fills a program's memory: with bytes, with bytes of which most are 0, or with numbers as structs have
// them, small ones, addresses and -1, so that lengths, kinds and counts lead somewhere.
func (r *numbers) scribble(data []byte, round int) {
	if round%3 < 2 {
		for i := range data {
			data[i] = byte(r.next()) * byte(uint64(round%3)|r.next()&1)
		}
		for i := 0; i+8 <= len(data); i += 64 {
			binary.LittleEndian.PutUint64(data[i:], base+r.next()%pageSize)
		}
		return
	}
	for len(data) >= 8 {
		n := r.of(1, 2, 4, 4, 8)
		var cell [8]byte
		binary.LittleEndian.PutUint64(cell[:], r.of(0, r.next()%4, r.next()%32, r.next()%300, minus1, r.next(), base+r.next()%pageSize&^7))
		data = data[copy(data[:n], cell[:]):]
	}
}

// TestAnyCallOverAnyMemory holds every decoder against nonsense, with every command that its call knows.
func TestAnyCallOverAnyMemory(t *testing.T) {
	m := mem()
	r := numbers(1)
	options := everything(t)
	for round := range 2 * len(options) {
		for _, id := range syscalls.Archs() {
			for c := range syscalls.Table(id) {
				for commands := range c.Commands {
					if r.next()%16 == 0 {
						r.scribble(m.data, round)
					}
					var args [6]uint64
					for i := range args {
						args[i] = r.of(0, 1, 8, base, base+8, base+pageSize-4, base+r.next()%pageSize&^7, minus1, 1<<63, 0xfffffff8, 100, 24, 64, 4096)
					}
					for i, v := range commands {
						args[i] = v
					}
					result := int64(r.of(0, minus1, minus1-511, 5, 1<<40, 0xffffff0000000000, 64))
					nonsense(t, options[round%len(options)], m, id, c.Nr, args, result)
				}
			}
		}
	}
}

func FuzzCall(f *testing.F) {
	for _, h := range hints() {
		c, _ := syscalls.ByName(h.arch, h.name)
		for i, id := range syscalls.Archs() {
			if id == h.arch {
				f.Add(uint16(c.Nr), byte(i), h.args[0], h.args[1], h.args[2], h.args[3], h.args[4], h.args[5], int64(88), h.m.data[:512])
			}
		}
	}
	options := everything(f)
	f.Fuzz(func(t *testing.T, nr uint16, mode byte, a0, a1, a2, a3, a4, a5 uint64, result int64, data []byte) {
		id := syscalls.Archs()[mode&1]
		m := &fakeMemory{base: base, data: slices.Concat(data, make([]byte, 64))}
		nonsense(t, options[int(mode>>1)%len(options)], m, id, int(nr%512), [6]uint64{a0, a1, a2, a3, a4, a5}, result)
	})
}
