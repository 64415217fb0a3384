package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"utrace/engine/ptrace"
	"utrace/linux"
	"utrace/syscalls"
)

// engineFlags are the options that run and attach have in common.
type engineFlags struct {
	engines  []string
	out      string
	noPtrace bool
	control  string
	host     linux.Options
}

const engineHelp = `ENGINE[:SET][:KEY=VALUE]... names an engine, the system calls that it is for, and
its parameters; utrace engines lists them. -e may be given many times: the first
is closest to the kernel, the last closest to the program. Without -e it is
trace; -e none is no engine at all.

SET is strace's: names, %class, /regex, all, none, separated by commas; a "!" in
front means all others. A colon inside a regex or a value is written "\:".`

func (f *engineFlags) add(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringArrayVarP(&f.engines, "engine", "e", nil, "put an `ENGINE[:SET][:KEY=VALUE]...` on each thread; may be repeated")
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "engines that write and have no out=FILE write to `FILE`, not to stderr")
	cmd.Flags().BoolVar(&f.noPtrace, "no-ptrace", false, "do not be ptrace(2) for the programs inside: debuggers and tracers get EPERM there")
	cmd.Flags().StringVar(&f.control, "control", "", "serve controllers at the Unix socket `PATH` (utrace ctl, utrace ask)")
	_ = cmd.RegisterFlagCompletionFunc("engine", completeEngine)
}

// specs understands all -e. The engine that is ptrace for the programs inside is
// closest to the kernel, unless it is given a place by -e, or not wanted.
func (f *engineFlags) specs() ([]spec, error) {
	specs, err := parseSpecs(kinds(), f.engines)
	if err != nil || f.noPtrace {
		return specs, err
	}
	for _, s := range specs {
		if s.kind.Name == ptrace.Kind.Name {
			return specs, nil
		}
	}
	return append([]spec{{text: ptrace.Kind.Name, kind: &ptrace.Kind}}, specs...), nil
}

// stack makes the engines, and the control socket if there is to be one.
func (f *engineFlags) stack(specs []spec) (*stack, error) {
	st, err := newStack(specs, f.out)
	if err != nil {
		return nil, err
	}
	st.host = f.host
	if f.control == "" {
		return st, nil
	}
	if err := st.control(f.control); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

// completeEngine completes the word after -e: an engine's name, then the last
// word of a set, or a key.
func completeEngine(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	const more = cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	fields := splitFields(word)
	if len(fields) == 1 {
		return append(kindNames(kinds()), noEngine), cobra.ShellCompDirectiveNoSpace
	}
	kind, err := findKind(kinds(), fields[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	last := fields[len(fields)-1]
	var words []string
	if kind.TakesSet && len(fields) == 2 {
		done := word[:len(word)-len(last)+strings.LastIndexByte(last, ',')+1]
		for _, name := range setWords() {
			words = append(words, done+name)
		}
	}
	done := word[:len(word)-len(last)]
	for _, p := range params(kind) {
		words = append(words, done+p.Key+"=")
	}
	return words, more
}

// setWords are the words that a set of calls may be made of.
func setWords() []string {
	words := []string{"all", "none"}
	for _, class := range syscalls.ClassNames() {
		words = append(words, "%"+strings.TrimPrefix(class, "%"))
	}
	for _, a := range syscalls.Archs() {
		for c := range syscalls.Table(a) {
			words = append(words, c.Name)
		}
	}
	return words
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}
