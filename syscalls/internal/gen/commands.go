package main

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// commandSet is a block of commands.txt, for one call.
type commandSet struct {
	variable string
	by       [2]selector
	forms    []form
	keys     []commandKey
}

// selector is the argument that holds a command.
type selector struct {
	arg   int // -1 for none
	word  bool
	mask  uint64
	shift int
}

type commandKey struct {
	key  uint64
	form int
}

const anyOther = 0xffffffff

var (
	blockForm    = regexp.MustCompile(`^(\w[\w ]*) by (.+)$`)
	selectorForm = regexp.MustCompile(`^(\w+)(?:&(\w+))?(?:>>(\d+))?$`)
	commandForm  = regexp.MustCompile(`^\s+([^(]+)\((.*)\)(?:\s+([A-Z]\w*)(?::(\w+))?)?\s*$`)
)

func (g *generator) parseCommands(lines []line) error {
	var sets []*commandSet
	var calls []*entry
	for _, l := range joinCommands(lines) {
		var err error
		if !strings.HasPrefix(l.text, " ") {
			calls, sets, err = g.parseBlock(l.text)
		} else {
			for i := range sets {
				if err = g.parseCommand(sets[i], calls[i], l.text); err != nil {
					break
				}
			}
		}
		if err != nil {
			return fmt.Errorf("%d: %w", l.nr, err)
		}
	}
	return nil
}

// joinCommands puts together the lines of a command whose arguments begin on the next line.
func joinCommands(lines []line) (joined []line) {
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		for strings.HasPrefix(l.text, " ") && !strings.Contains(l.text, "(") && i+1 < len(lines) {
			i++
			l.text += " " + strings.TrimSpace(lines[i].text)
		}
		joined = append(joined, l)
	}
	return joined
}

// parseBlock reads "call call by argument, argument".
func (g *generator) parseBlock(text string) (calls []*entry, sets []*commandSet, err error) {
	m := blockForm.FindStringSubmatch(text)
	if m == nil {
		return nil, nil, fmt.Errorf("neither a block nor a command of one: %q", text)
	}
	for _, name := range strings.Fields(m[1]) {
		found := false
		for _, e := range g.calls {
			if e.name != name {
				continue
			}
			found = true
			s := &commandSet{variable: fmt.Sprintf("commands%d", len(g.sets)), by: [2]selector{{arg: -1}, {arg: -1}}}
			for i, text := range splitList(m[2]) {
				if s.by[i], err = parseSelector(e, text); err != nil {
					return nil, nil, err
				}
			}
			if e.commands == "" {
				e.commands = s.variable
				g.sets = append(g.sets, s)
			} else if s, err = g.sameBlock(e, s); err != nil {
				return nil, nil, err
			}
			calls, sets = append(calls, e), append(sets, s)
		}
		if !found {
			return nil, nil, fmt.Errorf("no call %s", name)
		}
	}
	return calls, sets, nil
}

// sameBlock returns the block that a call has already, to add to.
func (g *generator) sameBlock(e *entry, again *commandSet) (*commandSet, error) {
	for _, s := range g.sets {
		if s.variable == e.commands && s.by == again.by {
			return s, nil
		}
	}
	return nil, fmt.Errorf("a second block for %s, with the command in other arguments", e.name)
}

func parseSelector(e *entry, text string) (s selector, err error) {
	m := selectorForm.FindStringSubmatch(text)
	if m == nil || e.index(m[1]) < 0 {
		return s, fmt.Errorf("%s has no argument %q", e.name, text)
	}
	s = selector{arg: e.index(m[1]), mask: 0xffffffff, shift: max(0, number(m[3]))}
	s.word = m[2] == "" && e.args[s.arg].kind == "Flags64"
	if m[2] != "" {
		s.mask, err = strconv.ParseUint(m[2], 0, 32)
	}
	return s, err
}

// parseCommand reads "COMMAND COMMAND/SECOND (argument, argument) Result".
func (g *generator) parseCommand(s *commandSet, e *entry, text string) error {
	m := commandForm.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("not a command: %q", text)
	}
	args, err := g.parseArgs(m[2])
	if err != nil {
		return err
	}
	f := form{ret: cmp.Or(m[3], e.ret), retTable: m[4]}
	if m[3] == "" {
		f.retTable = e.retTable
	}
	if f.ret == "Varies" {
		f.ret = "Long"
	}
	if f.args, err = replace(e.args, args); err != nil {
		return err
	}
	if err := g.checkForm(&f); err != nil {
		return err
	}
	s.forms = append(s.forms, f)
	for _, word := range strings.Fields(m[1]) {
		keys, err := g.commandKeys(word)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if slices.ContainsFunc(s.keys, func(k commandKey) bool { return k.key == key }) {
				return fmt.Errorf("%s is there twice", word)
			}
			s.keys = append(s.keys, commandKey{key, len(s.forms) - 1})
		}
	}
	return nil
}

// replace puts the arguments of a command in the place of the call's of the same name. Those that vary and
// are not named are not there.
func replace(call, command []arg) (args []arg, err error) {
	used := 0
	for _, a := range call {
		i := slices.IndexFunc(command, func(c arg) bool { return c.name == a.name })
		switch {
		case i >= 0:
			used++
			args = append(args, command[i])
		case a.kind == "Varies":
			args = append(args, arg{name: a.name, kind: "Pad"})
		default:
			args = append(args, a)
		}
	}
	if used != len(command) {
		return nil, fmt.Errorf("an argument that the call does not have, in %v", command)
	}
	return args, nil
}

// commandKeys returns the keys of "FIRST" or "FIRST/SECOND".
func (g *generator) commandKeys(word string) (keys []uint64, err error) {
	first, second, two := strings.Cut(word, "/")
	if !two {
		second = "*"
	}
	var v [2][]uint64
	for i, name := range []string{first, second} {
		if name == "*" {
			v[i] = []uint64{anyOther}
		} else if v[i], err = g.consts.all(name); err != nil {
			return nil, err
		}
	}
	for _, x := range v[0] {
		for _, y := range v[1] {
			keys = append(keys, uint64(uint32(x))<<32|uint64(uint32(y)))
		}
	}
	return keys, nil
}

// writeCommands writes commands_table.go.
func (g *generator) writeCommands(b *bytes.Buffer) {
	for _, s := range g.sets {
		fmt.Fprintf(b, "var %s = commands{args: [2]int8{%d, %d}, mask: [2]uint32{%#x, %#x}, shift: [2]uint8{%d, %d}, word: [2]bool{%t, %t}, byKey: []command{\n",
			s.variable, s.by[0].arg, s.by[1].arg, s.by[0].mask, s.by[1].mask, s.by[0].shift, s.by[1].shift, s.by[0].word, s.by[1].word)
		slices.SortFunc(s.keys, func(x, y commandKey) int { return cmp.Compare(x.key, y.key) })
		for _, k := range s.keys {
			fmt.Fprintf(b, "{%#x, &%sForms[%d]},\n", k.key, s.variable, k.form)
		}
		fmt.Fprintf(b, "}}\n\nvar %sForms = [...]Form{\n", s.variable)
		for i := range s.forms {
			b.WriteString("{")
			g.writeForm(b, &s.forms[i])
			b.WriteString("},\n")
		}
		b.WriteString("}\n\n")
	}
}
