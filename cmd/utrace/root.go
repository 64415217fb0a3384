package main

import (
	"strings"

	"github.com/spf13/cobra"

	"utrace/internal/nearest"
)

const about = `utrace puts any number of independent engines on each thread of a program. An
engine sees the thread's system calls and signals and may change, abort or
answer them; engines do not know each other, and nest in the order in which
they are given: the first is closest to the kernel, the last closest to the
program.`

const examples = `  utrace run ls                                 print each system call, to stderr
  utrace run -o log -e trace:%file make         only calls that take a file name, to a file
  utrace run -e nop -e trace:open,openat -- cat /etc/hosts
  utrace attach 1234                            a program that runs already
  utrace engines                                what -e takes
  utrace doctor                                 does tracing work here, and if not, why`

const statuses = `Exit status: that of the program; if a signal killed it, utrace dies of the same
signal. 2: wrong command line, nothing was run. 125: utrace failed. 126: the
program could not be executed. 127: there is no such program.`

// commands are what utrace can do.
func commands() map[string]func() *cobra.Command {
	return map[string]func() *cobra.Command{
		"run":     runCommand,
		"attach":  attachCommand,
		"strace":  straceCommand,
		"ctl":     ctlCommand,
		"ask":     askCommand,
		"engines": enginesCommand,
		"doctor":  doctorCommand,
		"version": versionCommand,
	}
}

// command builds the command tree; of it only the command that the arguments
// name, if they begin with one.
func command(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:           "utrace",
		Short:         "Any number of engines on one thread: observe, change and answer its system calls",
		Long:          about + "\n\n" + statuses,
		Example:       examples,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
		SuggestionsMinimumDistance: 2,
	}
	root.Flags().SetInterspersed(false) // utrace ls -l: the error is about ls
	root.SetFlagErrorFunc(flagError)
	all := commands()
	if len(args) > 0 && all[args[0]] != nil {
		root.CompletionOptions.DisableDefaultCmd = true
		root.AddCommand(all[args[0]]())
		return root
	}
	for _, c := range all {
		root.AddCommand(c())
	}
	return root
}

// unknownCommand is the answer to a first word that is no command, which most
// often is a program that somebody forgot "run" in front of.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near := nearest.Nearest(args[0], names); near != "" {
		return usagef("unknown command %q: did you mean %q?", args[0], near)
	}
	return usagef("unknown command %q: to run a program, write: utrace run %s", args[0], strings.Join(args, " "))
}

// flagError adds the nearest right option to cobra's error.
func flagError(cmd *cobra.Command, err error) error {
	msg := err.Error()
	if word, ok := strings.CutPrefix(msg, "unknown flag: --"); ok {
		if near := nearest.Nearest(word, flagNames(cmd)); near != "" {
			return usagef("%s: did you mean --%s?", msg, near)
		}
	}
	return usagef("%s (see: %s --help)", msg, cmd.CommandPath())
}

// usage makes a wrong command line of a cobra argument check's error.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usagef("%s (see: %s --help)", err, cmd.CommandPath())
		}
		return nil
	}
}

// wantArgs says what is missing, in the words of the synopsis.
func wantArgs(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s: want %s (see: %[1]s --help)", cmd.CommandPath(), what)
		}
		return nil
	}
}
