// Command bench measures what tracing costs: utrace beside strace, proot and
// ltrace, on the same programs in the same run. It prints a table and writes it
// to a file. Run it from the top of the module: make bench.
//
// Only ratios are worth something, and only those of one run: all commands of a
// round run one after the other, in an order that changes from round to round,
// and every ratio is taken inside a round.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	var b bench
	only := flag.String("run", "", "only what matches this regular `expression`: cases, or workloads")
	out := flag.String("o", "docs/benchmarks.md", "write the tables to `file`; empty: print them only")
	flag.BoolVar(&b.quick, "quick", false, "few rounds and small programs: to see that it works, not to quote")
	flag.IntVar(&b.rounds, "rounds", 9, "how many `rounds`")
	flag.Parse()
	if b.quick {
		b.rounds = min(b.rounds, 3)
	}
	var err error
	if b.only, err = regexp.Compile(*only); err == nil {
		b.out = *out
		err = b.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	quick  bool
	rounds int
	only   *regexp.Regexp
	dir    string // what is built, and what the workloads work on
	utrace string
	out    string

	// The report: what was measured so far.
	head                                                              string
	verdicts, costs, calls, idle, parallel, free, few, inside, starts []string
}

func (b *bench) run() error {
	dir, err := os.MkdirTemp("", "utrace-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir = dir
	if err := b.build(); err != nil {
		return err
	}
	b.head = b.machine()
	for _, part := range []func() error{b.runCalls, b.runUntouched, b.runOpenat, b.runParallel, b.runCrowds, b.runInside, b.runStarts, b.runPrograms} {
		if err := part(); err != nil {
			return err
		}
	}
	fmt.Print(b.report())
	return nil
}

// done says that something has been measured, and writes the report as far as
// it has come.
func (b *bench) done(format string, args ...any) error {
	fmt.Fprintf(os.Stderr, "bench: "+format+": done\n", args...)
	if b.out == "" {
		return nil
	}
	return os.WriteFile(b.out, []byte(b.report()), 0o644)
}

// report puts the tables together.
func (b *bench) report() string {
	const verdicts = "| case | program | CPU | measured | target | |\n|---|---|---|---|---|---|\n"
	const cases = "| case | CPU | measured | target | |\n|---|---|---|---|---|\n"
	const starts = "| started by | CPU | ms more | of strace's |\n|---|---|---|---|\n"
	const costs = "| program | CPU | run by | time | CPU time |\n|---|---|---|---|---|\n"
	var s strings.Builder
	s.WriteString(b.head)
	table := func(title, head string, rows []string) {
		if len(rows) > 0 {
			s.WriteString("\n## " + title + "\n\n" + head + strings.Join(rows, ""))
		}
	}
	table("Programs, against the targets", verdicts, b.verdicts)
	table("Programs whose calls nobody wants, best round to best round", verdicts, b.free)
	table("openat alone, of the time that strace --seccomp-bpf adds", verdicts, b.few)
	table("Single calls", cases, b.calls)
	table("Idle tracees", cases, b.idle)
	table("Two busy processes", cases, b.parallel)
	table("ptrace inside", cases, b.inside)
	table("Start-up: what `true` takes longer, in ms", starts, b.starts)
	table("Times the untraced program's", costs, b.costs)
	return s.String()
}

// build makes the command and the helpers. The command is copied, as who installs it
// does: the pages of a file that the linker has just written lie apart, and take 0.4 ms
// more to start.
func (b *bench) build() error {
	b.utrace = filepath.Join(b.dir, "utrace")
	if err := do("", "env", "CGO_ENABLED=0", "go", "build", "-o", b.path("linked"), "./cmd/utrace"); err != nil {
		return err
	}
	if err := do("", "cp", b.path("linked"), b.utrace); err != nil {
		return err
	}
	for _, name := range []string{"calls", "skip", "pingpong", "allow", "least"} {
		if err := do("", "gcc", "-O2", "-pthread", "-o", b.path(name), "bench/testdata/"+name+".c"); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// do runs a command that must succeed.
func do(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}
