package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"utrace/cmd/utrace/internal/why"
	"utrace/linux"
)

func attachCommand() *cobra.Command {
	var f engineFlags
	cmd := &cobra.Command{
		Use:                   "attach [-e ENGINE[:SET][:KEY=VALUE]...]... [-o FILE] PID...",
		DisableFlagsInUseLine: true,
		Short:                 "Put engines on processes that run already",
		Long: `attach puts engines on every thread of the processes, and on all that they start
from then on, without stopping them. It ends when they have ended, or by ^C, or
SIGTERM, SIGHUP, SIGQUIT or SIGPIPE: then it lets them go, and they run on as
before; utrace dies of that signal. If utrace is killed they run on too.

` + engineHelp + `

Exit status: 0 when the processes have ended. 2: wrong command line. 125: a
process could not be attached to.`,
		Example: `  utrace attach 1234
  utrace attach -o log -e trace:%network $(pidof nginx)`,
		Args:              wantArgs("a process id"),
		ValidArgsFunction: completePID,
		RunE:              func(_ *cobra.Command, args []string) error { return f.attach(args) },
	}
	f.add(cmd)
	return cmd
}

func (f *engineFlags) attach(args []string) error {
	specs, err := f.specs()
	if err != nil {
		return err
	}
	pids, err := parsePIDs(args)
	if err != nil {
		return err
	}
	st, err := f.stack(specs)
	if err != nil {
		return err
	}
	err = st.attachAll(pids)
	if cerr := st.close(); cerr != nil {
		fmt.Fprintf(os.Stderr, "utrace: %v\n", cerr)
	}
	return err
}

func parsePIDs(args []string) ([]int, error) {
	pids := make([]int, 0, len(args))
	seen := map[int]bool{}
	for _, arg := range args {
		pid, err := strconv.Atoi(arg)
		if err != nil || pid <= 0 {
			return nil, usagef("%q is not a process id", arg)
		}
		if !seen[pid] {
			pids = append(pids, pid)
		}
		seen[pid] = true
	}
	return pids, nil
}

// attachAll attaches to what it can, says what it cannot, and stays until all
// have ended or a signal ends it.
func (st *stack) attachAll(pids []int) error {
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		return err
	}
	tuneRuntime()
	st.serve(tr)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := takeEndingSignals(cancel)
	failed := 0
	for _, pid := range pids {
		who := why.Describe(pid)
		_, err := tr.Attach(ctx, pid, st.attach)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			failed++
			fmt.Fprintf(os.Stderr, "utrace: %v\n", why.Attach(pid, err))
		default:
			fmt.Fprintf(os.Stderr, "utrace: attached to %s\n", who)
		}
	}
	sig, interrupted := waitAll(tr, signals)
	if !interrupted && ctx.Err() != nil {
		sig, interrupted = <-signals, true
	}
	closeTracer(tr)
	switch {
	case interrupted:
		fmt.Fprintln(os.Stderr, "utrace: detached")
		return &killed{sig}
	case failed > 0:
		return quiet(statusFailed)
	}
	return nil
}

// takeEndingSignals takes the signals that end an attach. Their first makes
// cancel be called, which breaks an Attach that waits, and is sent on.
func takeEndingSignals(cancel func()) <-chan unix.Signal {
	ch := make(chan os.Signal, 1)
	notify(ch, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGPIPE)
	out := make(chan unix.Signal, 1)
	go func() {
		out <- (<-ch).(unix.Signal)
		cancel()
	}()
	return out
}

func completePID(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	entries, _ := os.ReadDir("/proc")
	var pids []string
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && pid != os.Getpid() {
			pids = append(pids, fmt.Sprintf("%d\t%s", pid, why.Comm(pid)))
		}
	}
	return pids, cobra.ShellCompDirectiveNoFileComp
}
