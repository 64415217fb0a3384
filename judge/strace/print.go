package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
)

// printer prints results.
type printer struct {
	diff  bool // print the pairs that differ
	noise bool // those of strace and itself
	limit int  // pairs of a call
}

// print prints a row for each program, one for all, and the differing pairs if
// they are asked for. Its error says which programs could not be compared.
func (p printer) print(w io.Writer, programs [][]result) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "program\toptions\tlines\tsame\tself\tshapes\tsame\t")
	all := result{program: "all", options: "", shapes: map[string]bool{}}
	var failed error
	for _, results := range programs {
		for _, r := range results {
			switch {
			case r.err != nil:
				fmt.Fprintf(tw, "%s\t%s\tFAILED\t\n", r.program, r.options)
				failed = fmt.Errorf("%s, %s: %w", r.program, r.options, r.err)
				fmt.Fprintln(w, failed)
			case r.skipped != "":
				fmt.Fprintf(tw, "%s\t%s\tnot run: %s\t\n", r.program, r.options, r.skipped)
			default:
				row(tw, r)
				all.same, all.lines = all.same+r.same, all.lines+r.lines
				all.selfSame, all.selfLines = all.selfSame+r.selfSame, all.selfLines+r.selfLines
				all.differ = append(all.differ, r.differ...)
				all.selfDiffer = append(all.selfDiffer, r.selfDiffer...)
				for s, both := range r.shapes {
					all.shapes[s] = all.shapes[s] || both
				}
			}
		}
	}
	row(tw, all)
	if err := tw.Flush(); err != nil {
		return err
	}
	if p.diff {
		p.pairs(w, all.differ)
	}
	if p.noise {
		p.pairs(w, all.selfDiffer)
	}
	return failed
}

func row(w io.Writer, r result) {
	both := 0
	for _, b := range r.shapes {
		if b {
			both++
		}
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%d\t%s\t\n", r.program, r.options, r.lines, percent(r.same, r.lines),
		percent(r.selfSame, r.selfLines), len(r.shapes), percent(both, len(r.shapes)))
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(of))
}

var callName = regexp.MustCompile(`^\w+`)

// pairs prints differing pairs by call, those of one shape once, with how often.
func (p printer) pairs(w io.Writer, differ []pair) {
	type group struct {
		count  int
		shapes map[pair]int
		first  map[pair]pair
	}
	groups := map[string]*group{}
	for _, d := range differ {
		line := d.theirs
		if line == "" {
			line = d.ours
		}
		name := callName.FindString(line)
		g := groups[name]
		if g == nil {
			g = &group{shapes: map[pair]int{}, first: map[pair]pair{}}
			groups[name] = g
		}
		s := pair{shape(d.theirs), shape(d.ours)}
		g.count++
		g.shapes[s]++
		if g.shapes[s] == 1 {
			g.first[s] = d
		}
	}
	names := slices.SortedFunc(maps.Keys(groups), func(a, b string) int {
		if c := groups[b].count - groups[a].count; c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		g := groups[name]
		fmt.Fprintf(w, "\n%s: %d differ\n", name, g.count)
		kinds := slices.SortedFunc(maps.Keys(g.shapes), func(a, b pair) int {
			if c := g.shapes[b] - g.shapes[a]; c != 0 {
				return c
			}
			return strings.Compare(a.theirs+a.ours, b.theirs+b.ours)
		})
		for i, s := range kinds {
			if i == p.limit {
				fmt.Fprintf(w, "  and %d kinds more\n", len(kinds)-i)
				break
			}
			fmt.Fprintf(w, "  %d times\n    strace: %s\n    utrace: %s\n", g.shapes[s], g.first[s].theirs, g.first[s].ours)
		}
	}
}
