package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"utrace/linux"
)

// filterFlag is the value of --filter.
type filterFlag struct{ mode *linux.Filter }

var filterModes = []string{linux.FilterOn: "on", linux.FilterFast: "fast", linux.FilterOff: "off"}

func (f filterFlag) String() string {
	if f.mode == nil {
		return "" // asked by pflag, to know the zero value
	}
	return filterModes[*f.mode]
}

func (filterFlag) Type() string { return "MODE" }

func (f filterFlag) Set(s string) error {
	for mode, name := range filterModes {
		if s == name {
			*f.mode = linux.Filter(mode)
			return nil
		}
	}
	return fmt.Errorf("it is on, fast or off")
}

// addFilter adds --filter and --no-filter.
func addFilter(cmd *cobra.Command, mode *linux.Filter) {
	cmd.Flags().Var(filterFlag{mode}, "filter", "`MODE` on: what no engine wants does not stop; fast: nor in programs that install filters of their own, and what those refuse is not seen; off: every call stops")
	cmd.Flags().BoolFunc("no-filter", "the same as --filter=off", func(string) error {
		*mode = linux.FilterOff
		return nil
	})
	_ = cmd.RegisterFlagCompletionFunc("filter", cobra.FixedCompletions(filterModes, cobra.ShellCompDirectiveNoFileComp))
}
