package main

import "fmt"

// runStarts measures how much longer a program takes that does nothing if a tracer
// is started for it: what a user pays for each run in a suite of tests.
func (b *bench) runStarts() error {
	if !b.only.MatchString("start-up") {
		return nil
	}
	for _, pinned := range []bool{true, false} {
		const program = "/bin/true"
		commands := []command{
			{"untraced", []string{program}, ""},
			{"`strace -f --seccomp-bpf -o /dev/null -e openat`", []string{"strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "openat", program}, ""},
			{"`utrace run -e nop:openat`", []string{b.utrace, "run", "-e", "nop:openat", "--", program}, ""},
			{"`utrace strace -o /dev/null -e openat`", []string{b.utrace, "strace", "-o", "/dev/null", "-e", "openat", program}, ""},
		}
		took, err := rounds(5*b.rounds, pinned, commands, clocks{}.seconds)
		if err != nil {
			return err
		}
		strace := spreadOf(minus(took[1], took[0])).median
		for i, c := range commands[1:] {
			ms := minus(took[i+1], took[0])
			for j := range ms {
				ms[j] *= 1000
			}
			s := spreadOf(ms)
			b.starts = append(b.starts, fmt.Sprintf("| %s | %s | %v | %.2f |\n", c.name, where(pinned), s, s.median/1000/strace))
		}
	}
	return b.done("start-up")
}
