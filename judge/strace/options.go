package main

import (
	"fmt"
	"strings"
)

// optionSet is a set of strace's options to compare under.
type optionSet struct {
	name string
	argv []string
}

var optionSets = []optionSet{
	{"default", nil},
	{"v", []string{"-v"}},
	{"s200", []string{"-s", "200"}},
	{"yy", []string{"-yy"}},
	{"x", []string{"-x"}},
	{"raw", []string{"-X", "raw"}},
	{"verbose", []string{"-X", "verbose"}},
}

func optionNames() (names []string) {
	for _, o := range optionSets {
		names = append(names, o.name)
	}
	return names
}

// selectOptions returns the sets that are named, all for none.
func selectOptions(names string) ([]optionSet, error) {
	if names == "" {
		return optionSets, nil
	}
	var sets []optionSet
	for name := range strings.SplitSeq(names, ",") {
		found := false
		for _, o := range optionSets {
			if o.name == name {
				sets, found = append(sets, o), true
			}
		}
		if !found {
			return nil, fmt.Errorf("no options %q; there are: %s", name, strings.Join(optionNames(), " "))
		}
	}
	return sets, nil
}
