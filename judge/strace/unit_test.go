package main

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// longestCommon is the length of the longest common subsequence, by its
// definition.
func longestCommon(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		left := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = left + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			left = above
		}
	}
	return row[len(b)]
}

func TestAlign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 20)
		a, b := lines.Draw(t, "a"), lines.Draw(t, "b")
		same, differ := align(a, b)
		if want := longestCommon(a, b); same != want {
			t.Fatalf("%d lines are the same, want %d", same, want)
		}
		theirs, ours := 0, 0
		for _, d := range differ {
			if d.theirs != "" {
				theirs++
			}
			if d.ours != "" {
				ours++
			}
		}
		if same+theirs != len(a) || same+ours != len(b) {
			t.Fatalf("%d the same, and %d and %d that differ, of %d and %d", same, theirs, ours, len(a), len(b))
		}
	})
}

// One line that is missing does not shift the others.
func TestAlignMissing(t *testing.T) {
	same, differ := align([]string{"a", "b", "c", "d"}, []string{"a", "c", "x"})
	want := []pair{{"b", ""}, {"d", "x"}}
	if same != 2 || !slices.Equal(differ, want) {
		t.Errorf("%d the same, differing %v; want 2 and %v", same, differ, want)
	}
}

const interleaved = `100   clone(child_stack=NULL) = 2001
2001  wait4(-1,  <unfinished ...>
100   kill(2001, SIGTERM) = 0
2001  <... wait4 resumed>NULL, 0, NULL) = 300
2001  --- SIGTERM {si_signo=SIGTERM, si_pid=100} ---
100   getppid()        = 99
2001  read(0,  <unfinished ...>) = ?
2001  +++ killed by SIGKILL +++
100   wait4(2001,  <unfinished ...>
`

// A thread that executes takes its leader's id, and its line is whole there.
func TestParseSuperseded(t *testing.T) {
	for _, how := range []string{"unfinished", "pid changed to 100"} {
		tr, err := parseTrace("100 execve(A, 0x7ff /* 1 var */) = 0\n100 clone() = 101\n101 execve(B <"+how+" ...>\n"+
			"100 +++ superseded by execve in pid 101 +++\n100 <... execve resumed>) = 0\n", 99)
		want := []string{"execve(A, ENVP /* 1 var */) = 0", "clone() = <1.1>", "+++ superseded by execve in pid <1.1> +++", "execve(B) = 0"}
		if err != nil || !slices.Equal(tr.lines["1"], want) {
			t.Errorf("%s: %q, %v; want %q", how, tr.lines["1"], err, want)
		}
	}
}

func TestParseTrace(t *testing.T) {
	tr, err := parseTrace(interleaved, 99)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"1": {"clone(child_stack=NULL) = <1.1>", "kill(<1.1>, SIGTERM) = 0", "getppid() = 99", "wait4(<1.1>, "},
		"1.1": {"wait4(-1, NULL, 0, NULL) = 300", "--- SIGTERM {si_signo=SIGTERM, si_pid=<1>} ---", "read(0, ) = ?",
			"+++ killed by SIGKILL +++"},
	}
	if !slices.Equal(tr.threads, []string{"1", "1.1"}) {
		t.Errorf("threads %q", tr.threads)
	}
	for name, lines := range want {
		if !slices.Equal(tr.lines[name], lines) {
			t.Errorf("thread %s:\n%s\nwant\n%s", name, strings.Join(tr.lines[name], "\n"), strings.Join(lines, "\n"))
		}
	}
	if _, err := parseTrace("no id here\n", 99); err == nil {
		t.Error("a line without an id is taken")
	}
}

// A child's lines may come before its parent's line that tells of its birth.
func TestParseFamily(t *testing.T) {
	tr, err := parseTrace("100 vfork( <unfinished ...>\n101 vfork( <unfinished ...>\n102 gettid() = 102\n"+
		"101 <... vfork resumed>) = 102\n100 <... vfork resumed>) = 101\n", 99)
	if err != nil || !slices.Equal(tr.threads, []string{"1.1.1", "1.1", "1"}) {
		t.Errorf("threads %q, %v", tr.threads, err)
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`fstat(3, {st_ino=77, st_size=5}) = 0`, `fstat(3, {st_ino=INODE, st_size=5}) = 0`},
		{`brk(NULL)     = 0x4c5000`, `brk(NULL) = 0x4c5000`},
		{`nanosleep({tv_sec=1, tv_nsec=5}, NULL) = 0`, `nanosleep({tv_sec=1, tv_nsec=5}, NULL) = 0`},
		{`getrandom("\x01\"\x02", 3, 0) = 3`, `getrandom("RANDOM", 3, 0) = 3`},
		{`bind(3, {sin_port=htons(80)}) = 0`, `bind(3, {sin_port=htons(80)}) = 0`},
		{`bind(3, {sin_port=htons(40001)}) = 0`, `bind(3, {sin_port=htons(PORT)}) = 0`},
	} {
		if got := fold(c.line); got != c.want {
			t.Errorf("%s\nis folded to %s\nwant         %s", c.line, got, c.want)
		}
	}
}

func TestShape(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`read(3</etc/x>, "a\"b"..., 16) = -1 EBADF`, `read(N<PATH>, "S"..., N) = -N EBADF`},
		{`mmap(NULL, 4096, PROT_READ, 0x10, 3, 0) = 0x7f00`, `mmap(NULL, N, PROT_READ, X, N, N) = X`},
	} {
		if got := shape(c.line); got != c.want {
			t.Errorf("%s has the shape %s, want %s", c.line, got, c.want)
		}
	}
}

func TestPrograms(t *testing.T) {
	programs, err := allPrograms()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	scripts := 0
	for _, p := range programs {
		if names[p.name] {
			t.Errorf("two programs are named %s", p.name)
		}
		names[p.name] = true
		if p.source == "" {
			scripts++
			if p.script == "" {
				t.Errorf("%s has no script", p.name)
			}
		}
	}
	if scripts < 40 || len(programs)-scripts < 30 {
		t.Errorf("%d scripts and %d C programs, want at least 40 and 30", scripts, len(programs)-scripts)
	}
}

func TestSelectOptions(t *testing.T) {
	sets, err := selectOptions("v,raw")
	if err != nil || len(sets) != 2 || sets[1].name != "raw" {
		t.Errorf("v,raw: %v, %v", sets, err)
	}
	if _, err := selectOptions("v,no"); err == nil {
		t.Error("unknown options are taken")
	}
}
