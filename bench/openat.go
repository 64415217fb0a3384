package main

import "fmt"

// runOpenat measures what an engine adds that wants openat alone, beside strace with
// its own filter, and two tracers in C that do nothing: what they take no tracer by
// ptrace can save. The programs are those of runUntouched, but for gcc: what is added
// to a long compilation is lost in its own time.
func (b *bench) runOpenat() error {
	list, err := b.untouched()
	if err != nil {
		return err
	}
	for _, l := range list {
		switch l.name {
		case "make -j2":
			continue
		case "gcc -c":
			l.argv = sh("for i in 0 1 2 3 4 5 6 7 8 9; do gcc -c -o /dev/null small.c; done")
		}
		if !b.only.MatchString("openat " + l.name) {
			continue
		}
		commands := []command{
			l.by("untraced"),
			l.by("strace", "strace", "-f", "--seccomp-bpf", "-e", "trace=openat", "-o", "/dev/null", "--"),
			l.by("openat", b.utrace, "run", "-e", "nop:openat", "--"),
			l.by("openat by the least tracer in C", b.path("least")),
			l.by("openat by one in C that does not even ask which call it is", b.path("least"), "-n"),
		}
		limits := []float64{0.7, 0, 0}
		for _, pinned := range []bool{true, false} {
			got, err := rounds(b.atLeast(15), pinned, commands, clocks{}.seconds)
			if err != nil {
				return err
			}
			for i, c := range commands[2:] {
				value, text := addedOf(got[i+2], got[1], got[0])
				b.few = append(b.few, fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n",
					c.name, l.name, where(pinned), text, aim(limits[i]), verdict(value, limits[i])))
			}
			if err := b.done("openat %s on %s CPU", l.name, where(pinned)); err != nil {
				return err
			}
		}
	}
	return nil
}

// addedOf is what one run adds to the untraced program, of what another adds: of
// the medians, since in a round by itself the other may add nothing.
func addedOf(mine, peer, bare []float64) (value float64, text string) {
	base := spreadOf(bare).median
	value = (spreadOf(mine).median - base) / (spreadOf(peer).median - base)
	return value, fmt.Sprintf("%s (rounds: %v)", digits(value), spreadOf(ratios(minus(mine, bare), minus(peer, bare))))
}
