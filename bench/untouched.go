package main

import (
	"fmt"
	"os"
	"slices"
)

// runUntouched measures what programs pay of whose calls no engine wants any, or
// their execves alone. They are longer than those that are to be traced at every
// call, half a second or so: it takes some milliseconds to start a tracer (runStarts).
func (b *bench) runUntouched() error {
	list, err := b.untouched()
	if err != nil {
		return err
	}
	for _, l := range list {
		if !b.only.MatchString("untouched " + l.name) {
			continue
		}
		commands := []command{
			l.by("untraced"),
			l.by("a call that is not made", b.utrace, "run", "-e", "nop:reboot", "--"),
			l.by("trace:execve", b.utrace, "run", "-o", b.path("log"), "-e", "trace:execve", "--"),
			l.by("no tracer, a filter of one instruction", b.path("allow")),
		}
		limits := []float64{1.05, 1.05, 0}
		for _, pinned := range []bool{true, false} {
			cpu := clocks{}
			got, err := rounds(b.atLeast(21), pinned, commands, cpu.seconds)
			if err != nil {
				return err
			}
			for i, c := range commands[1:] {
				value := slices.Min(got[i+1]) / slices.Min(got[0])
				b.free = append(b.free, fmt.Sprintf("| %s | %s | %s | %.3f (rounds: %v; CPU time %.3f) | %s | %s |\n",
					c.name, l.name, where(pinned), value, spreadOf(ratios(got[i+1], got[0])),
					slices.Min(cpu[c.name])/slices.Min(cpu[commands[0].name]), aim(limits[i]), verdict(value, limits[i])))
			}
			if err := b.done("untouched %s on %s CPU", l.name, where(pinned)); err != nil {
				return err
			}
		}
	}
	return nil
}

// untouched prepares the programs.
func (b *bench) untouched() ([]workload, error) {
	repo, src, err := b.bigTrees()
	if err != nil {
		return nil, err
	}
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
