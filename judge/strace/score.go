package main

import (
	"regexp"
	"slices"
	"strings"
)

// result is how two traces of one program compare, under a set of options.
type result struct {
	program string
	options string
	skipped string // why it was not run, or ""
	err     error

	same, lines int
	differ      []pair
	shapes      map[string]bool // whether both have it, by shape

	selfSame, selfLines int
	selfDiffer          []pair
}

// compare runs a program under strace, under utrace and, with twice, under strace
// again, and compares their traces.
func (b *bench) compare(p program, set optionSet, twice bool) result {
	r := result{program: p.name, options: set.name}
	if name := p.missing(); name != "" {
		r.skipped = name + " is not installed"
		return r
	}
	theirs, err := b.trace(p, set.name+".strace", []string{"strace", "-f"}, set.argv)
	if err != nil {
		r.err = err
		return r
	}
	ours, err := b.trace(p, set.name+".utrace", []string{b.utrace, "strace", "--no-ptrace", "-f"}, set.argv)
	if err != nil {
		r.err = err
		return r
	}
	r.same, r.lines, r.differ = match(ours, theirs)
	r.shapes = commonShapes(theirs, ours)
	if !twice {
		return r
	}
	again, err := b.trace(p, set.name+".again", []string{"strace", "-f"}, set.argv)
	if err != nil {
		r.err = err
		return r
	}
	r.same, r.lines, r.differ = match(ours, theirs, again)
	r.selfSame, r.selfLines, r.selfDiffer = match(again, theirs)
	return r
}

// match compares a trace with others, thread by thread, each thread with the one
// that it is nearest to: where chance has a say, any of strace's runs is right.
// lines counts those that are the same, and the differing pairs.
func match(ours *trace, runs ...*trace) (same, lines int, differ []pair) {
	for _, name := range threads(append(runs, ours)) {
		var best []pair
		most := -1
		for _, theirs := range runs {
			n, pairs := align(theirs.lines[name], ours.lines[name])
			if most < 0 || len(pairs) < len(best) {
				most, best = n, pairs
			}
		}
		same += most
		differ = append(differ, best...)
	}
	return same, same + len(differ), differ
}

// threads returns the names of all threads in the traces.
func threads(traces []*trace) (names []string) {
	for _, t := range traces {
		for _, name := range t.threads {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// commonShapes tells of each shape in one of the traces whether it is in both.
func commonShapes(theirs, ours *trace) map[string]bool {
	a, b := shapes(theirs), shapes(ours)
	common := map[string]bool{}
	for s := range a {
		common[s] = b[s]
	}
	for s := range b {
		common[s] = a[s]
	}
	return common
}

func shapes(t *trace) map[string]bool {
	set := map[string]bool{}
	for _, lines := range t.lines {
		for _, l := range lines {
			set[shape(l)] = true
		}
	}
	return set
}

var (
	quoted  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"(\.\.\.)?`)
	numeric = regexp.MustCompile(`\b(0x[0-9a-f]+|-?\d+)\b`)
	fdPath  = regexp.MustCompile(`(\d)<(?:[^<>]|<[^<>]*>)*>`)
)

// shape takes numbers and strings out of a line: what is left is the call and
// the format of its arguments, with the names of flags.
func shape(line string) string {
	line = quoted.ReplaceAllString(line, `"S"$1`)
	line = fdPath.ReplaceAllString(line, `$1<PATH>`)
	return numeric.ReplaceAllStringFunc(line, func(n string) string {
		if strings.HasPrefix(n, "0x") {
			return "X"
		}
		return "N"
	})
}
