package main

import (
	"fmt"
	"os"
	"slices"
)

// runUntouched measures what programs pay of whose calls no engine wants any, or
// their execves or openats alone. They are longer than those that are to be traced
// at every call, half a second or so: it takes some milliseconds to start a tracer
// (runStarts).
func (b *bench) runUntouched() error {
	list, err := b.untouched()
	if err != nil {
		return err
	}
	for _, l := range list {
		if !b.only.MatchString("untouched " + l.name) {
			continue
		}
		for _, pinned := range []bool{true, false} {
			if err := b.runFew(l, pinned); err != nil {
				return err
			}
		}
	}
	return nil
}

// The ways to run a program that runUntouched compares, by number.
const (
	fewBare = iota
	fewNone
	fewExecve
	fewAllow
	fewOpenat
	fewStrace
	fewLeast
	fewDumb
)

func (b *bench) runFew(l workload, pinned bool) error {
	by := func(name string, args ...string) command { return command{name, append(args, l.argv...), l.dir} }
	commands := []command{
		fewBare:   by("untraced"),
		fewNone:   by("a call that is not made", b.utrace, "run", "-e", "nop:reboot", "--"),
		fewExecve: by("trace:execve", b.utrace, "run", "-o", b.path("log"), "-e", "trace:execve", "--"),
		fewAllow:  by("no tracer, a filter of one instruction", b.path("allow")),
		fewOpenat: by("openat", b.utrace, "run", "-e", "nop:openat", "--"),
		fewStrace: by("strace --seccomp-bpf", "strace", "-f", "--seccomp-bpf", "-e", "trace=openat", "-o", "/dev/null", "--"),
		fewLeast:  by("openat by the least tracer in C", b.path("least")),
		fewDumb:   by("openat by one in C that does not even ask which call it is", b.path("least"), "-n"),
	}
	limits := [...]float64{fewNone: 1.05, fewExecve: 1.05, fewOpenat: 0.7, fewDumb: 0}
	cpu := clocks{}
	n := b.rounds
	if !b.quick {
		n = max(n, 9)
	}
	got, err := rounds(n, pinned, commands, cpu.seconds)
	if err != nil {
		return err
	}
	for i := fewNone; i <= fewAllow; i++ {
		name, value, limit := commands[i].name, slices.Min(got[i])/slices.Min(got[fewBare]), limits[i]
		b.free = append(b.free, fmt.Sprintf("| %s | %s | %s | %.3f (rounds: %v; CPU time %.3f) | %s | %s |\n",
			name, l.name, where(pinned), value, spreadOf(ratios(got[i], got[fewBare])),
			slices.Min(cpu[name])/slices.Min(cpu[commands[fewBare].name]), aim(limit), verdict(value, limit)))
	}
	for _, i := range []int{fewOpenat, fewLeast, fewDumb} {
		value, text := addedOf(got[i], got[fewStrace], got[fewBare])
		b.few = append(b.few, fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n",
			commands[i].name, l.name, where(pinned), text, aim(limits[i]), verdict(value, limits[i])))
	}
	return b.done("untouched %s on %s CPU", l.name, where(pinned))
}

// addedOf is what one run adds to the untraced program, of what another adds: of
// the medians, since in a round by itself the other may add nothing.
func addedOf(mine, peer, bare []float64) (value float64, text string) {
	base := spreadOf(bare).median
	value = (spreadOf(mine).median - base) / (spreadOf(peer).median - base)
	return value, fmt.Sprintf("%s (rounds: %v)", digits(value), spreadOf(ratios(minus(mine, bare), minus(peer, bare))))
}

// untouched prepares the programs.
func (b *bench) untouched() ([]workload, error) {
	repo, src, err := b.bigTrees()
	if err != nil {
		return nil, err
	}
	sh := func(script string) []string { return []string{"/bin/sh", "-c", script} }
	return []workload{
		{"find", []string{"/usr/bin/find", "/usr", "-newer", "/etc/passwd"}, "", false},
		{"tar pipe", sh("tar cf - /usr/include /usr/share/doc 2>/dev/null | tar tf - >/dev/null"), "/", false},
		{"git status", []string{"/usr/bin/git", "status", "--short"}, repo, false},
		{"gcc -c", sh("for i in 0 1 2 3 4 5; do gcc -O1 -c -o /dev/null unit$i.c; done"), src, true},
		{"make -j2", sh("make -s clean && exec make -s -j2"), src, true},
	}, nil
}

// bigTrees are a work tree and sources for programs that are to run long. They
// are made when they are first asked for.
func (b *bench) bigTrees() (repo, src string, err error) {
	repo, src = b.path("bigrepo"), b.path("bigsrc")
	if _, err := os.Stat(src); err == nil {
		return repo, src, nil
	}
	if err := b.makeRepo(repo, b.size(200_000), 50); err != nil {
		return "", "", err
	}
	return repo, src, b.makeSource(src, 12)
}
