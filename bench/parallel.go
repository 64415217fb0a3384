package main

import (
	"fmt"
	"runtime"
)

// runParallel measures whether two busy processes get more done than one.
func (b *bench) runParallel() error {
	if !b.only.MatchString("parallel") {
		return nil
	}
	if runtime.NumCPU() < 2 {
		b.head += "There is one CPU: two busy processes are left out.\n"
		return nil
	}
	n := b.size(20000)
	busy := func(script string) []string {
		return []string{b.utrace, "run", "-e", "nop", "--", "/bin/sh", "-c", fmt.Sprintf(script, b.path("calls"), n)}
	}
	got, err := rounds(b.rounds, false, []command{
		{name: "one", argv: busy("%[1]s %[2]d & wait")},
		{name: "two", argv: busy("%[1]s %[2]d & %[1]s %[2]d & wait")},
	}, clocks{}.seconds)
	if err != nil {
		return err
	}
	// Twice the work in got[1].
	s := spreadOf(ratios(got[0], got[1]))
	s = spread{2 * s.median, 2 * s.min, 2 * s.max}
	verdict := "met"
	if s.median < 1.6 {
		verdict = "**not met**"
	}
	b.parallel = append(b.parallel, fmt.Sprintf("| throughput of two, of that of one | any | %v | 1.60 or more | %s |\n", s, verdict))
	return b.done("two busy processes")
}
