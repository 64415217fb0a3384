package count

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"utrace/engine"
)

// strace runs the same under strace -c -f.
func strace(t *testing.T, args []string) string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	file := filepath.Join(t.TempDir(), "strace")
	_ = exec.Command(path, append([]string{"-c", "-f", "-w", "-o", file}, args...)...).Run() // the program's status
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type counts struct{ calls, errors int }

// parse reads either's table.
func parse(t *testing.T, table string) map[string]counts {
	t.Helper()
	all := map[string]counts{}
	for l := range strings.Lines(table) {
		f := strings.Fields(l)
		if len(f) < 5 || f[0] == "%" || f[0][0] == '-' || f[0] == "did" {
			continue
		}
		var c counts
		var err error
		if c.calls, err = strconv.Atoi(f[3]); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		name := f[4]
		if errors, err := strconv.Atoi(name); err == nil {
			c.errors, name = errors, f[5]
		}
		all[name] = c
	}
	if len(all) == 0 {
		t.Fatalf("no table in %q", table)
	}
	return all
}

// threaded is a program whose threads make the same calls in any order.
const threaded = `
import os, threading
def work():
    for i in range(50): os.getppid(); os.access("/none", os.R_OK)
threads = [threading.Thread(target=work) for i in range(8)]
for t in threads: t.start()
for t in threads: t.join()
`

// blocked is a program that ends while a thread of it is in a read.
const blocked = `
import os, threading
r, w = os.pipe()
r2, w2 = os.pipe()
def work():
    os.write(w, b"x")
    os.read(r2, 1)
threading.Thread(target=work).start()
os.read(r, 1)
os._exit(0)
`

// chance are calls whose number depends on which thread or process comes first,
// or on random numbers. It differs from run to run of strace too.
//
//   - futex: a lock that is taken, or a wait that is over before it begins, is
//     none or several calls.
//   - wait4, rt_sigreturn, rt_sigsuspend: a child that has ended before its
//     parent looks interrupts nothing.
//   - mmap, munmap, mprotect, madvise: a thread whose stack another has left, or
//     that meets a busy malloc arena, makes more or fewer; a new arena is cut to
//     its alignment, which is one call or two by where it happens to lie.
//   - brk: how long a heap can grow depends on where it happens to lie.
//   - getrandom: random bits for a temporary name that are not even enough are
//     thrown away, and others asked for.
var chance = map[string][]string{
	"threaded python":  {"futex", "mmap", "munmap", "mprotect", "madvise"},
	"killed in a call": {"futex", "mmap", "munmap", "mprotect", "madvise"},
	"gcc":              {"brk", "getrandom"},
	"sh":               {"wait4", "rt_sigreturn", "rt_sigsuspend"},
}

// restarts are calls that a signal which comes in time makes start again, by
// -ERESTARTNOINTR: a child's end, where the parent makes another. Each start is a
// call and all but the last are errors, so that what succeeds is compared.
var restarts = map[string][]string{
	"sh": {"clone", "fork", "vfork"},
}

func TestCountsAsStrace(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "x.c")
	if err := os.WriteFile(source, []byte("#include <stdio.h>\nint main(void) { return puts(\"x\"); }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	object, archive := filepath.Join(dir, "x.o"), filepath.Join(dir, "x.tar")
	for _, c := range []struct {
		name string
		args []string
	}{
		{"true", []string{"true"}},
		{"ls", []string{"ls", "-la", "/usr/lib"}},
		{"ls fails", []string{"ls", "/none"}},
		{"sh", []string{"sh", "-c", "ls / > /dev/null; (exit 1); echo x | cat > /dev/null; cd /none; exec true"}},
		{"threaded python", []string{python(t), "-c", threaded}},
		{"gcc", []string{"gcc", "-c", "-o", object, source}},
		{"tar", []string{"tar", "cf", archive, "-C", "/usr/include", "linux"}},
		{"killed by itself", []string{"sh", "-c", "kill -9 $$"}},
		{"killed in a call", []string{python(t), "-c", blocked}},
		{"caught signals", []string{"sh", "-c", "trap : USR1; kill -USR1 $$; kill -USR1 $$"}},
		{"find", []string{"find", "/usr/include/linux"}},
		{"awk", []string{"awk", `BEGIN { while (getline < "/etc/passwd") n++; print n }`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := exec.LookPath(c.args[0]); err != nil {
				t.Skip(err)
			}
			run(t, engine.Config{}, c.args) // caches, and what a first run leaves
			want := parse(t, strace(t, c.args))
			got := parse(t, run(t, engine.Config{}, c.args))
			delete(got, "total")
			delete(want, "total")
			for _, name := range chance[c.name] {
				delete(got, name)
				delete(want, name)
			}
			for _, name := range restarts[c.name] {
				for _, counted := range []map[string]counts{got, want} {
					if n, ok := counted[name]; ok {
						counted[name] = counts{calls: n.calls - n.errors}
					}
				}
			}
			for name := range want {
				if got[name] != want[name] {
					t.Errorf("%s: %+v, strace counts %+v", name, got[name], want[name])
				}
				delete(got, name)
			}
			if len(got) != 0 {
				t.Errorf("strace does not count %v", got)
			}
		})
	}
}

// python returns the interpreter itself: the first in PATH may be a script.
func python(t *testing.T) string {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skip(err)
	}
	return strings.TrimSpace(string(out))
}
