// Package getopt takes a command line apart as getopt_long(3) does when its
// optstring begins with "+": options may be bundled, values attached or not,
// long names shortened as far as they stay unambiguous, and the first word that
// is no option ends them. Errors are in the words of the C library, since
// people and scripts know them.
//
// The flag packages at hand are none of that at once: they lack optional
// values, or shortened names, or the order in which options came.
package getopt

import (
	"fmt"
	"slices"
	"strings"
)

// Arg says whether an option takes a value.
type Arg uint8

const (
	None     Arg = iota
	Required     // -s32, -s 32, --size=32, --size 32
	Optional     // --size, --size=32: never the next word
)

// Spec describes one option. Several may have one ID: other spellings of one
// thing.
type Spec struct {
	Short byte // 0: none
	Long  string
	Arg   Arg
	ID    string // what the option is known by; "" is Long, or Short
}

// Option is one option of a command line, in its order.
type Option struct {
	ID       string
	Value    string
	HasValue bool
	Long     bool   // it was written long
	Spelling string // as it is called in full: "-s", "--string-limit"
}

// Parse returns the options of args and the words behind them.
func Parse(specs []Spec, args []string) (options []Option, rest []string, err error) {
	for len(args) > 0 {
		word := args[0]
		switch {
		case word == "--":
			return options, args[1:], nil
		case strings.HasPrefix(word, "--"):
			o, used, err := long(specs, word[2:], args[1:])
			if err != nil {
				return nil, nil, err
			}
			options, args = append(options, o), args[1+used:]
		case len(word) > 1 && word[0] == '-':
			bundle, used, err := short(specs, word[1:], args[1:])
			if err != nil {
				return nil, nil, err
			}
			options, args = append(options, bundle...), args[1+used:]
		default:
			return options, args, nil
		}
	}
	return options, nil, nil
}

// short takes a bundle apart: what is behind an option with a value is that
// value. used is how many of the next words it took.
func short(specs []Spec, bundle string, next []string) (options []Option, used int, err error) {
	for i := 0; i < len(bundle); i++ {
		s, ok := byShort(specs, bundle[i])
		if !ok {
			return nil, 0, fmt.Errorf("invalid option -- '%c'", bundle[i])
		}
		o := Option{ID: s.id(), Spelling: "-" + bundle[i:i+1]}
		tail := bundle[i+1:]
		switch {
		case s.Arg == None:
		case tail != "":
			o.Value, o.HasValue = tail, true
			return append(options, o), 0, nil
		case s.Arg == Required && len(next) == 0:
			return nil, 0, fmt.Errorf("option requires an argument -- '%c'", bundle[i])
		case s.Arg == Required:
			o.Value, o.HasValue, used = next[0], true, 1
		}
		options = append(options, o)
	}
	return options, used, nil
}

func long(specs []Spec, word string, next []string) (o Option, used int, err error) {
	name, value, attached := strings.Cut(word, "=")
	s, err := byLong(specs, name)
	if err != nil {
		return o, 0, err
	}
	o = Option{ID: s.id(), Value: value, HasValue: attached, Long: true, Spelling: "--" + s.Long}
	switch {
	case s.Arg == None && attached:
		return o, 0, fmt.Errorf("option '%s' doesn't allow an argument", o.Spelling)
	case s.Arg == Required && !attached:
		if len(next) == 0 {
			return o, 0, fmt.Errorf("option '%s' requires an argument", o.Spelling)
		}
		o.Value, o.HasValue, used = next[0], true, 1
	}
	return o, used, nil
}

func (s Spec) id() string {
	switch {
	case s.ID != "":
		return s.ID
	case s.Long != "":
		return s.Long
	}
	return string(rune(s.Short))
}

func byShort(specs []Spec, letter byte) (Spec, bool) {
	i := slices.IndexFunc(specs, func(s Spec) bool { return s.Short == letter && letter != 0 })
	if i < 0 {
		return Spec{}, false
	}
	return specs[i], true
}

// byLong finds a name, or the one that it is the beginning of. Names that mean
// the same are not ambiguous.
func byLong(specs []Spec, name string) (Spec, error) {
	var found []Spec
	for _, s := range specs {
		switch {
		case s.Long == "" || !strings.HasPrefix(s.Long, name):
		case s.Long == name:
			return s, nil
		default:
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return Spec{}, fmt.Errorf("unrecognized option '--%s'", name)
	}
	possible := ""
	ambiguous := false
	for _, s := range found {
		possible += " '--" + s.Long + "'"
		ambiguous = ambiguous || s.id() != found[0].id() || s.Arg != found[0].Arg
	}
	if ambiguous {
		return Spec{}, fmt.Errorf("option '--%s' is ambiguous; possibilities:%s", name, possible)
	}
	return found[0], nil
}
