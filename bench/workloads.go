package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// workload is a program to trace.
type workload struct {
	name  string
	argv  []string
	dir   string
	forks bool // it runs many programs
}

// by is the program run by somebody; no args: by itself.
func (l *workload) by(name string, args ...string) command {
	return command{name, slices.Concat(args, l.argv), l.dir}
}

func sh(script string) []string { return []string{"/bin/sh", "-c", script} }

// workloads prepares the programs, with sizes that let a tracer which is a
// hundred times slower end in some seconds.
func (b *bench) workloads() ([]workload, error) {
	repo, tree, src := b.path("repo"), b.path("tree"), b.path("src")
	if err := b.makeTree(tree, b.size(400), 1000); err != nil {
		return nil, err
	}
	if err := b.makeRepo(repo, b.size(8000), 1000); err != nil {
		return nil, err
	}
	if err := b.makeSource(src, 8); err != nil {
		return nil, err
	}
	return []workload{
		{"getppid", []string{b.path("calls"), fmt.Sprint(b.size(20000))}, "", false},
		{"dd bs=1", sh(fmt.Sprintf("exec dd if=/dev/zero of=/dev/null bs=1 count=%d 2>/dev/null", b.size(10000))), "", false},
		{"find", []string{"/usr/bin/find", "/usr/share", "-maxdepth", fmt.Sprint(map[bool]int{false: 3, true: 2}[b.quick]), "-newer", "/etc/passwd"}, "", false},
		{"tar pipe", sh("tar cf - . | tar tvf - >/dev/null"), tree, false},
		{"git status", []string{"/usr/bin/git", "status", "--short"}, repo, false},
		{"gcc -c", []string{"/usr/bin/gcc", "-O1", "-c", "-o", "/dev/null", "unit0.c"}, src, true},
		{"make -j2", sh("make -s clean && exec make -s -j2"), src, true},
		{"futex", []string{b.path("pingpong"), fmt.Sprint(b.size(10000))}, "", false},
	}, nil
}

// size is how much of something, less in a quick run.
func (b *bench) size(n int) int {
	if b.quick {
		return n / 10
	}
	return n
}

// atLeast is how many rounds there are, at least n but in a quick run.
func (b *bench) atLeast(n int) int {
	if b.quick {
		return b.rounds
	}
	return max(b.rounds, n)
}

// makeTree makes files of fewer lines than given.
func (b *bench) makeTree(dir string, files, lines int) error {
	for i := range files {
		name := filepath.Join(dir, fmt.Sprintf("d%d", i%100), fmt.Sprintf("file%d", i))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(strings.Repeat("text\n", i%lines)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) makeRepo(dir string, files, lines int) error {
	if err := b.makeTree(dir, files, lines); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "."},
		{"-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-q", "-m", "files"},
		{"status", "--short"}, // the first one rewrites the index
	} {
		if err := do(dir, "git", args...); err != nil {
			return err
		}
	}
	return nil
}

// makeSource makes C files that take some time to compile, and a makefile.
func (b *bench) makeSource(dir string, units int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	small := "#include <stdio.h>\n#include <stdlib.h>\nint main(void) { return puts(\"small\"); }\n"
	if err := os.WriteFile(filepath.Join(dir, "small.c"), []byte(small), 0o644); err != nil {
		return err
	}
	objects := ""
	for i := range units {
		var src strings.Builder
		src.WriteString("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n")
		for f := range b.size(60) + 4 {
			fmt.Fprintf(&src, "int f%d(int n) { int s = %d; for (int i = 0; i < n; i++) s += i * %d ^ s >> 3; printf(\"%%d\", s); return s; }\n", f, f, i)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("unit%d.c", i)), []byte(src.String()), 0o644); err != nil {
			return err
		}
		objects += fmt.Sprintf(" unit%d.o", i)
	}
	mk := "all:" + objects + "\n%.o: %.c\n\tgcc -O1 -c -o $@ $<\nclean:\n\trm -f *.o\n"
	return os.WriteFile(filepath.Join(dir, "Makefile"), []byte(mk), 0o644)
}

// tracer is a way to run a program traced.
type tracer struct {
	name string
	args []string // before the program's; none: untraced
}

// have reports whether a program is installed, and installs it if we may.
func have(name string) bool {
	if _, err := exec.LookPath(name); err == nil {
		return true
	}
	if os.Geteuid() == 0 {
		install := exec.Command("apt-get", "install", "-y", "--no-install-recommends", name)
		install.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		install.Run()
	}
	_, err := exec.LookPath(name)
	return err == nil
}
