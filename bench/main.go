// Command bench measures what tracing costs: utrace beside strace, proot and
// ltrace, on the same programs in the same run. It prints a table and writes it
// to a file. Run it from the top of the module: make bench.
//
// Only ratios are worth something, and only those of one run: all commands of a
// round run one after the other, in an order that changes from round to round,
// and every ratio is taken inside a round.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
		err = b.run(*out)
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
	report bytes.Buffer
}

func (b *bench) run(out string) error {
	dir, err := os.MkdirTemp("", "utrace-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir = dir
	if err := b.build(); err != nil {
		return err
	}
	w := io.MultiWriter(os.Stdout, &b.report)
	b.head(w)
	for _, part := range []func(io.Writer) error{b.programs, b.calls, b.crowds, b.parallel} {
		if err := part(w); err != nil {
			return err
		}
	}
	if out == "" {
		return nil
	}
	return os.WriteFile(out, b.report.Bytes(), 0o644)
}

// build makes the command and the helpers.
func (b *bench) build() error {
	b.utrace = filepath.Join(b.dir, "utrace")
	if err := do("", "go", "build", "-o", b.utrace, "./cmd/utrace"); err != nil {
		return err
	}
	for _, name := range []string{"calls", "skip", "pingpong"} {
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
