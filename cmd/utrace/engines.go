package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"utrace/engine"
)

func enginesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "engines [ENGINE]...",
		Short: "List the engines that -e takes, with their parameters",
		Long:  "engines lists what -e takes.\n\n" + engineHelp,
		Example: `  utrace engines
  utrace engines trace`,
		ValidArgs: kindNames(kinds()),
		RunE: func(cmd *cobra.Command, names []string) error {
			list := kinds()
			if len(names) > 0 {
				list = nil
				for _, name := range names {
					k, err := findKind(kinds(), name)
					if err != nil {
						return &usageError{err}
					}
					list = append(list, k)
				}
			}
			for i, k := range list {
				if i > 0 {
					fmt.Fprintln(cmd.OutOrStdout())
				}
				describe(cmd.OutOrStdout(), k)
			}
			return nil
		},
	}
}

func describe(w io.Writer, k *engine.Kind) {
	fmt.Fprint(w, k.Name)
	if k.TakesSet {
		fmt.Fprint(w, "[:SET]")
	}
	if len(params(k)) > 0 {
		fmt.Fprint(w, "[:KEY=VALUE]...")
	}
	fmt.Fprintf(w, "\n    %s\n", k.Summary)
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, p := range params(k) {
		fmt.Fprintf(tw, "    %s=%s\t%s", p.Key, p.Value, p.Help)
		if p.Default != "" {
			fmt.Fprintf(tw, " (default: %s)", p.Default)
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
}
