package main

import (
	"fmt"
	"slices"
)

// runInside measures ptrace for the programs inside: what an inner strace pays
// for a call of its tracee, of what it pays on bare Linux, and what programs pay
// that make no ptrace calls at all, of what they do without the ptrace engine.
// All on one CPU.
func (b *bench) runInside() error {
	if err := b.runInner(); err != nil {
		return err
	}
	list, err := b.untracing()
	if err != nil {
		return err
	}
	for _, l := range list {
		if err := b.runUntracing(l); err != nil {
			return err
		}
	}
	return nil
}

// runInner is strace on getppid, on bare Linux and inside.
func (b *bench) runInner() error {
	if !b.only.MatchString("inside strace") {
		return nil
	}
	strace := []string{"strace", "-f", "-o", "/dev/null", b.path("calls"), fmt.Sprint(b.size(20_000))}
	got, err := rounds(b.rounds, true, []command{
		{name: "bare", argv: strace},
		{name: "inside", argv: append([]string{b.utrace, "run", "-e", "none", "--"}, strace...)},
	}, printed)
	if err != nil {
		return err
	}
	s := spreadOf(ratios(got[1], got[0]))
	b.inside = append(b.inside, fmt.Sprintf("| getppid under an inner strace -f, of a bare strace | one | %v | 7 | %s |\n", s, verdict(s.median, 7)))
	for i := range got[1] {
		got[1][i] /= 1000
	}
	s = spreadOf(got[1])
	b.inside = append(b.inside, fmt.Sprintf("| the same, µs a call | one | %v | 110 | %s |\n", s, verdict(s.median, 110)))
	return b.done("inside strace")
}

// runUntracing is a program that makes no ptrace calls.
func (b *bench) runUntracing(l workload) error {
	if !b.only.MatchString("inside " + l.name) {
		return nil
	}
	cpu := clocks{}
	got, err := rounds(b.rounds, true, []command{
		l.by("without", b.utrace, "run", "--no-ptrace", "-e", "none", "--"),
		l.by("with", b.utrace, "run", "-e", "none", "--"),
	}, cpu.seconds)
	if err != nil {
		return err
	}
	s := spreadOf(ratios(got[1], got[0]))
	b.inside = append(b.inside, fmt.Sprintf("| %s, no ptrace calls, of --no-ptrace | one | %.3f (%.3f to %.3f; best to best %.3f; CPU time %.3f) | 1.02 | %s |\n",
		l.name, s.median, s.min, s.max, slices.Min(got[1])/slices.Min(got[0]),
		spreadOf(ratios(cpu["with"], cpu["without"])).median, verdict(s.median, 1.02)))
	return b.done("inside %s", l.name)
}

// untracing prepares the programs.
func (b *bench) untracing() ([]workload, error) {
	repo, src, err := b.bigTrees()
	if err != nil {
		return nil, err
	}
	return []workload{
		{"gcc -c", sh("for i in 1 2 3 4; do gcc -O1 -c -o /dev/null unit0.c; done"), src, true},
		{"git status", sh("git status --short; git status --short"), repo, true},
		{"sh loop", sh(fmt.Sprintf("i=0; while [ $i -lt %d ]; do /bin/true; i=$((i+1)); done", b.size(500))), "", true},
	}, nil
}
