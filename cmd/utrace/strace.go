package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"utrace/cmd/utrace/internal/straceopt"
)

func straceCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "strace [OPTION]... { -p PID... | CMD [ARG]... }",
		DisableFlagsInUseLine: true,
		Short:                 "Print system calls and signals, with strace's options and output",
		Long:                  straceopt.Help,
		DisableFlagParsing:    true, // it has a grammar of its own
		RunE:                  func(_ *cobra.Command, args []string) error { return strace(args) },
	}
}

// strace is the whole command. It ends as strace does: 1 for whatever is wrong
// with the command line, or fails.
func strace(args []string) error {
	role, pid, args := daemonArgs(args)
	o, err := straceopt.Parse(args)
	if err != nil {
		failed := straceFailed(err)
		var e *straceopt.Error
		if errors.As(err, &e) && e.Hint {
			fmt.Fprintln(os.Stderr, "Try 'utrace strace -h' for more information.")
		}
		return failed
	}
	switch {
	case o.Help:
		_, _ = os.Stdout.WriteString(straceopt.Help)
		return nil
	case o.Version:
		fmt.Printf("strace -- utrace %s\n", version())
		return nil
	}
	s := &straceRun{Options: o, args: args}
	switch role {
	case "between":
		err = between(o.Daemon, pid, args)
	case "tracer":
		s.daemonOf = pid
		err = s.run()
	default:
		for _, w := range o.Warnings {
			fmt.Fprintf(os.Stderr, "strace: %s\n", w)
		}
		err = s.run()
	}
	var (
		ended *ended
		k     *killed
		told  quiet
	)
	if err == nil || errors.As(err, &ended) || errors.As(err, &k) || errors.As(err, &told) {
		return err
	}
	return straceFailed(err)
}

// straceFailed prints err as strace would.
func straceFailed(err error) error {
	fmt.Fprintf(os.Stderr, "strace: %v\n", err)
	return quiet(1)
}
