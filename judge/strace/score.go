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
}

// compare runs a program under both and compares their traces. With self, strace
// is compared with a second run of strace too.
func (b *bench) compare(p program, set optionSet, self bool) result {
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
	ours, err := b.trace(p, set.name+".utrace", []string{b.utrace, "strace", "-f"}, set.argv)
	if err != nil {
		r.err = err
		return r
	}
	r.same, r.lines, r.differ = match(theirs, ours)
	r.shapes = commonShapes(theirs, ours)
	if self {
		again, err := b.trace(p, set.name+".again", []string{"strace", "-f"}, set.argv)
		if err != nil {
			r.err = err
			return r
		}
		r.selfSame, r.selfLines, _ = match(theirs, again)
	}
	return r
}

// match compares two traces thread by thread. lines counts those that are the
// same, and the differing pairs.
func match(theirs, ours *trace) (same, lines int, differ []pair) {
	threads := slices.Clone(theirs.threads)
	for _, name := range ours.threads {
		if theirs.lines[name] == nil {
			threads = append(threads, name)
		}
	}
	for _, name := range threads {
		n, pairs := align(theirs.lines[name], ours.lines[name])
		same += n
		differ = append(differ, pairs...)
	}
	return same, same + len(differ), differ
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
