package syscalls

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"utrace/internal/nearest"
)

// ParseSet makes a set of a specification in strace(1)'s grammar: words with commas between them, each one
//
//	openat      the call of that name, on every architecture that has it; on i386 also if it is made through
//	            socketcall(2) or ipc(2)
//	%file       the calls of a class; the oldest classes (file, process, network, signal, ipc, desc,
//	            memory) go without the "%" too
//	/regex      the calls whose name the regular expression matches somewhere
//	257         the call of that number
//	all none    every call, no call
//	?word       the same as word, but it is no error if there is no such call
//	word@64     only amd64's, word@32 only i386's
//
// A "!" at the very start inverts the whole. Numbers without a name are in all, and in what is inverted.
//
// An error names the word and, if one is near, what it should have been.
func ParseSet(spec string) (*Set, error) {
	words, inverted := strings.CutPrefix(spec, "!")
	s, err := Of(strings.Split(words, ",")...)
	if err != nil {
		return nil, err
	}
	if inverted {
		return s.Invert(), nil
	}
	return s, nil
}

// Of returns the set of the words, each one as ParseSet takes it. There may be none.
func Of(words ...string) (*Set, error) {
	s := new(Set)
	for _, word := range words {
		if err := s.addWord(word); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// addWord adds what one word stands for. Only a set under construction may be asked to.
func (s *Set) addWord(word string) error {
	name, tolerant := strings.CutPrefix(word, "?")
	archs := Archs()
	if base, at, ok := cutLast(name, "@"); ok {
		switch name = base; at {
		case "64":
			archs = []Arch{AMD64}
		case "32":
			archs = []Arch{I386}
		case "x32":
			archs = nil
		default:
			return fmt.Errorf("%q: no such architecture: want @64 or @32", word)
		}
	}
	switch name {
	case "all":
		for _, arch := range archs {
			s.addAll(arch)
		}
		s.beyond[slotOther] = s.beyond[slotOther] || len(archs) == len(Archs())
		return nil
	case "none":
		return nil
	case "":
		return fmt.Errorf("an empty word among the system calls: want a name, a %%class, a /regex, all or none")
	}
	match, err := matcher(name)
	if err != nil {
		return err
	}
	found := false
	for _, arch := range archs {
		var some bool
		if match == nil {
			some = s.addNamed(arch, name)
		} else {
			some = s.addMatching(arch, match)
		}
		found = found || some
	}
	if found || tolerant || archs == nil {
		return nil
	}
	return unknown(name, archs)
}

// addNamed adds an architecture's call of this name, and reports whether there is one. It does not walk through
// the names of all, whose pages a short run would have to bring in for that.
func (s *Set) addNamed(arch Arch, name string) (found bool) {
	if c, ok := ByName(arch, name); ok {
		s.add(c, arch)
		found = true
	}
	if arch != I386 {
		return found
	}
	for i := range within {
		if within[i].Name == name {
			s.within |= 1 << i
			found = true
		}
	}
	return found
}

// addMatching adds an architecture's calls that match, and reports whether there are any.
func (s *Set) addMatching(arch Arch, match func(*Call) bool) (found bool) {
	for c := range Table(arch) {
		if match(c) {
			s.add(c, arch)
			found = true
		}
	}
	if arch == I386 && s.addWithin(match) {
		found = true
	}
	return found
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// matcher returns what tells whether a call is meant by a class, a number or an expression; nil for a name.
func matcher(name string) (func(*Call) bool, error) {
	if expr, ok := strings.CutPrefix(name, "/"); ok {
		re, err := regexp.Compile(expr)
		if err != nil {
			return nil, fmt.Errorf("system calls /%s: %w", expr, err)
		}
		return func(c *Call) bool { return re.MatchString(c.Name) }, nil
	}
	if class, ok := strings.CutPrefix(name, "%"); ok {
		bits, ok := ClassByName(class)
		if !ok {
			return nil, fmt.Errorf("unknown class of system calls %q%s", name, didYouMean(name, ClassNames()))
		}
		return func(c *Call) bool { return c.Classes&bits != 0 }, nil
	}
	for _, class := range classNames {
		if class.bare && class.name == name {
			return func(c *Call) bool { return c.Classes&class.class != 0 }, nil
		}
	}
	if nr, err := strconv.Atoi(name); err == nil {
		return func(c *Call) bool { return c.Nr == nr }, nil
	}
	return nil, nil
}

// unknown is the error for a word that no call of these architectures is meant by.
func unknown(name string, archs []Arch) error {
	where := ""
	if len(archs) == 1 {
		where = " of " + archs[0].String()
	}
	if strings.HasPrefix(name, "/") {
		return fmt.Errorf("no system call%s matches %q", where, name)
	}
	var names []string
	for _, arch := range archs {
		for c := range Table(arch) {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	names = append(slices.Compact(names), "all", "none")
	hint := didYouMean(name, names)
	if _, ok := ClassByName(name); ok {
		hint = fmt.Sprintf(": did you mean %q?", "%"+name)
	} else if hint == "" {
		hint = didYouMean("%"+name, ClassNames())
	}
	return fmt.Errorf("unknown system call%s %q%s", where, name, hint)
}

func didYouMean(word string, among []string) string {
	if near := nearest.Nearest(word, among); near != "" {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
}
