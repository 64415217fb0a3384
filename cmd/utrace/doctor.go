package main

import (
	"github.com/spf13/cobra"

	"utrace/cmd/utrace/internal/doctor"
)

func doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what this kernel, container and user allow, and what to do about the rest",
		Long: `doctor tries what tracing needs, on processes of its own, and says for each thing
whether it is there (ok), missing but not needed (warn), or missing (no), and
then what to do. Nothing is changed.

Exit status: 0 if programs can be traced, 1 if not.`,
		Args:              usage(cobra.NoArgs),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings := doctor.Examine()
			if err := doctor.Print(cmd.OutOrStdout(), findings); err != nil {
				return err
			}
			if !doctor.Works(findings) {
				return quiet(1)
			}
			return nil
		},
	}
}
