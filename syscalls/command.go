package syscalls

import (
	"sort"

	"utrace/syscalls/flags"
)

// Form is what the arguments and the result of a call are. Most calls have one. Of those whose arguments
// depend on a command among them, commands.txt has a Form for each command.
type Form struct {
	Args     []Arg
	Ret      Kind
	RetFlags *flags.Table
}

// commands are the forms of a call, by the value of one or two of its arguments.
type commands struct {
	args  [2]int8   // which; -1: none
	mask  [2]uint32 // of the argument, before shift
	shift [2]uint8
	word  [2]bool   // it is a word, not an int: one with bits above 32 is no command
	byKey []command // in the order of the keys
}

// command is the form of one command. In its key the first value is in the high half, and anyOther is in
// place of one that does not matter.
type command struct {
	key  uint64
	form *Form
}

const anyOther = 0xffffffff

// Form returns what the call's arguments are, given their values: the one that is for the command in them,
// or the one of all others.
func (c *Call) Form(args *[6]uint64) Form {
	if c.commands != nil {
		if f := c.commands.find(args); f != nil {
			return *f
		}
	}
	return Form{c.Args, c.Ret, c.RetFlags}
}

// Commands yields, for each command of commands.txt, values of the arguments that select it, by their index.
// A call that has no commands yields none of them, once.
func (c *Call) Commands(yield func(map[int]uint64) bool) {
	if c.commands == nil {
		yield(nil)
		return
	}
	for _, command := range c.commands.byKey {
		args := map[int]uint64{}
		for i, v := range [...]uint64{command.key >> 32, command.key & anyOther} {
			if arg := c.commands.args[i]; arg >= 0 {
				args[int(arg)] |= v << c.commands.shift[i]
			}
		}
		if !yield(args) {
			return
		}
	}
}

func (s *commands) find(args *[6]uint64) *Form {
	var v [2]uint64
	for i := range v {
		v[i] = anyOther
		if s.args[i] >= 0 && (!s.word[i] || args[s.args[i]] <= anyOther) {
			v[i] = uint64(uint32(args[s.args[i]])&s.mask[i]) >> s.shift[i]
		}
	}
	for _, key := range [...]uint64{v[0]<<32 | v[1], v[0]<<32 | anyOther, anyOther<<32 | v[1], anyOther<<32 | anyOther} {
		i := sort.Search(len(s.byKey), func(i int) bool { return s.byKey[i].key >= key })
		if i < len(s.byKey) && s.byKey[i].key == key {
			return s.byKey[i].form
		}
	}
	return nil
}
