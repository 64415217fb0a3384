package main

import (
	"fmt"
	"path/filepath"
)

// The ways to run a program, by number.
const (
	untraced = iota
	entryUtrace
	bothUtrace
	nullStrace
	fileUtrace
	fileStrace
	proot
	ltrace
	ways
)

func (b *bench) tracers() [ways]tracer {
	log := b.path("log")
	ut := func(args ...string) []string { return append([]string{b.utrace, "run"}, args...) }
	return [ways]tracer{
		untraced:    {"untraced", nil},
		entryUtrace: {"utrace, every entry", ut("-e", "nop:at=entry", "--")},
		bothUtrace:  {"utrace, every entry and exit", ut("-e", "nop", "--")},
		nullStrace:  {"strace, to /dev/null", []string{"strace", "-f", "-o", "/dev/null", "--"}},
		fileUtrace:  {"utrace trace, to a file", ut("-o", log, "--")},
		fileStrace:  {"strace, to a file", []string{"strace", "-f", "-o", log, "--"}},
		proot:       {"proot", []string{"proot", "-r", "/"}},
		ltrace:      {"ltrace -S", []string{"ltrace", "-f", "-S", "-L", "-o", "/dev/null", "--"}},
	}
}

// target is what a case is to take, at most, of its peer's time.
type target struct {
	text         string
	way, peer    int
	pinned, free float64 // on one CPU, and on any
}

var targets = []target{
	{"every entry, of strace -o /dev/null", entryUtrace, nullStrace, 0.6, 0.6},
	{"decoded to a file, of strace -o FILE", fileUtrace, fileStrace, 1.0, 0.5},
}

// programs runs every workload in every way.
func (b *bench) runPrograms() error {
	list, err := b.workloads()
	if err != nil {
		return err
	}
	all := b.tracers()
	var use []int
	for i, t := range all {
		if t.args != nil && !filepath.IsAbs(t.args[0]) && !have(t.args[0]) {
			b.head += fmt.Sprintf("%s is not installed and is left out.\n", t.args[0])
			continue
		}
		use = append(use, i)
	}
	for _, l := range list {
		if !b.only.MatchString(l.name) {
			continue
		}
		for _, pinned := range []bool{true, false} {
			var commands []command
			var which []int
			for _, i := range use {
				if i == ltrace && l.forks {
					continue // it reads every program's symbols: minutes
				}
				which = append(which, i)
				commands = append(commands, l.by(all[i].name, all[i].args...))
			}
			cpu := clocks{}
			got, err := rounds(b.rounds, pinned, commands, cpu.seconds)
			if err != nil {
				return err
			}
			var took [ways][]float64
			for k, i := range which {
				took[i] = got[k]
			}
			b.costs = append(b.costs, costRows(l.name, pinned, all, took, cpu)...)
			b.verdicts = append(b.verdicts, verdictRows(l.name, pinned, took)...)
			if err := b.done("%s on %s CPU", l.name, where(pinned)); err != nil {
				return err
			}
		}
	}
	return nil
}

func where(pinned bool) string {
	if pinned {
		return "one"
	}
	return "any"
}

func costRows(name string, pinned bool, all [ways]tracer, took [ways][]float64, cpu clocks) (rows []string) {
	bare := cpu[all[untraced].name]
	for i, t := range took {
		if i != untraced && t != nil {
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %v | %v |\n", name, where(pinned), all[i].name,
				spreadOf(ratios(t, took[untraced])), spreadOf(ratios(cpu[all[i].name], bare))))
		}
	}
	return rows
}

// verdictRows gives beside each ratio what the untraced program takes of the
// peer's time: no tracer can come to less.
func verdictRows(name string, pinned bool, took [ways][]float64) (rows []string) {
	for _, t := range targets {
		if took[t.peer] == nil {
			continue
		}
		limit := t.free
		if pinned {
			limit = t.pinned
		}
		s := spreadOf(ratios(took[t.way], took[t.peer]))
		alone := spreadOf(ratios(took[untraced], took[t.peer])).median
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %v; untraced %s | %s | %s |\n",
			t.text, name, where(pinned), s, digits(alone), aim(limit), verdict(s.median, limit)))
	}
	return rows
}

// aim writes a limit; 0 is none.
func aim(limit float64) string {
	if limit == 0 {
		return ""
	}
	return digits(limit)
}

func verdict(value, limit float64) string {
	switch {
	case limit == 0:
		return "for comparison"
	case value < 0:
		return "lost in noise"
	case value <= limit:
		return "met"
	}
	return "**not met**"
}

func minus(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}
