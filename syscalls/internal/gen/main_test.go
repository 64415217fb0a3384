package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const dir = "../.."

func TestTablesAreUpToDate(t *testing.T) {
	out, err := Generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range out {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the texts say: run go generate in package syscalls", name)
		}
	}
}

// testConstants reads package flags once for all tests.
var testConstants = sync.OnceValues(func() (*constants, error) { return readConstants(filepath.Join(dir, "flags")) })

// parse is what the generator makes of three texts.
func parse(t *testing.T, types, calls, commands string) (*generator, error) {
	t.Helper()
	consts, err := testConstants()
	if err != nil {
		t.Fatal(err)
	}
	g := &generator{consts: consts, structs: map[string]*structType{}, kinds: map[string]bool{}}
	if err := g.parseTypes(splitLines(types)); err != nil {
		return g, err
	}
	if err := g.parseCalls(splitLines(calls)); err != nil {
		return g, err
	}
	return g, g.parseCommands(splitLines(commands))
}

func TestGenerateRefuses(t *testing.T) {
	const fcntl = "72 55 fcntl(fd FD, cmd Enum:Fcntl, arg Varies) Varies"
	for _, tt := range []struct{ types, calls, commands, want string }{
		{"", "read(fd FD)", "", "1: not a call"},
		{"", "0 3 read(FD)", "", "not an argument"},
		{"", "0 3 read(buf BufOut[count])", "", "no such length"},
		{"", "0 3 read(fd FD) %files", "", "neither a result nor a class"},
		{"", "0 3 read(fd Flags:Nonsense)", "", "no Nonsense"},
		{"timespec tv_sec long", "", "", "1: not a struct"},
		{"# a\nt: sec time_t", "", "", `2: t: "sec time_t": no type "time_t"`},
		{"t: sec", "", "", "want a name and a type"},
		{"t: n u32 FD sometimes", "", "", `what is "sometimes"?`},
		{"t: p ptr BufIn[len]", "", "", `no such length: "len"`},
		{"t: a u32 when mode=1", "", "", "which is not there"},
		{"t: a u32, b u32 when a=NO_SUCH", "", "", "no constant NO_SUCH"},
		{"t: a u32 at nowhere", "", "", "no offset and no field"},
		{"t: a u32\nt: b u32", "", "", "2: a second t"},
		{"", fcntl, "open by flags", "no call open"},
		{"", fcntl, "fcntl by command", `no argument "command"`},
		{"", fcntl, "fcntl by cmd\n F_GETFD arg FD", "not a command"},
		{"", fcntl, "fcntl by cmd\n F_GETFOO ()", "no constant F_GETFOO"},
		{"", fcntl, "fcntl by cmd\n F_GETFD ()\n F_GETFD ()", "there twice"},
		{"", fcntl, "fcntl by cmd\n F_GETFD (buf FD)", "an argument that the call does not have"},
	} {
		if _, err := parse(t, tt.types, tt.calls, tt.commands); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v", tt, err)
		}
	}
}

func TestLayoutIsCs(t *testing.T) {
	g, err := parse(t, `
inner: a u8, b u64
outer: c char[3], w u16, in inner, p ptr, l long[2]
tight packed: e u32, d u64
union: size s64 at 48/20, other u32 at size
`, "", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		size    [2]int
		offsets [][2]int
	}{
		{"inner", [2]int{16, 12}, [][2]int{{0, 0}, {8, 4}}},
		{"outer", [2]int{48, 32}, [][2]int{{0, 0}, {4, 4}, {8, 8}, {24, 20}, {32, 24}}},
		{"tight", [2]int{12, 12}, [][2]int{{0, 0}, {4, 4}}},
		{"union", [2]int{56, 28}, [][2]int{{48, 20}, {48, 20}}},
	} {
		s := g.structs[tt.name]
		if s.size != tt.size {
			t.Errorf("%s has %d bytes, want %d", tt.name, s.size, tt.size)
		}
		for i, want := range tt.offsets {
			if got := s.fields[i].offset; got != want {
				t.Errorf("%s.%s is at %d, want %d", tt.name, s.fields[i].name, got, want)
			}
		}
	}
}
