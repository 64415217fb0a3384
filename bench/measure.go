package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// command is something to be timed.
type command struct {
	name string
	argv []string
	dir  string
}

// limit is how long one run may take.
const limit = 3 * time.Minute

// rounds runs every command once in each round, each round beginning with
// another one, and returns what value made of each run: [command][round].
func rounds(n int, pinned bool, commands []command, value func(*ran) (float64, error)) ([][]float64, error) {
	all := make([][]float64, len(commands))
	for round := range n {
		for i := range commands {
			k := (i + round) % len(commands)
			r, err := run(commands[k], pinned)
			if err != nil {
				return nil, err
			}
			v, err := value(r)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", commands[k].name, err)
			}
			all[k] = append(all[k], v)
		}
	}
	return all, nil
}

// ran is a run that has ended.
type ran struct {
	name string
	took time.Duration
	cpu  time.Duration // of the command and what it has waited for
	out  []byte
}

// run runs a command, on one CPU if pinned.
func run(c command, pinned bool) (*ran, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Dir = c.dir
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	start := time.Now()
	if err := startOn(cmd, pinned); err != nil {
		return nil, err
	}
	err := cmd.Wait()
	took := time.Since(start)
	if err != nil {
		return nil, fmt.Errorf("%s: %q: %w\n%.2000s", c.name, c.argv, err, diag.String())
	}
	state := cmd.ProcessState
	return &ran{c.name, took, state.UserTime() + state.SystemTime(), out.Bytes()}, nil
}

// startOn starts a command, on the last CPU that we may use if pinned: a child
// has the affinity of the thread that forks it.
func startOn(cmd *exec.Cmd, pinned bool) error {
	if !pinned {
		return cmd.Start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return err
	}
	for cpu := range runtime.NumCPU() {
		if all.IsSet(cpu) {
			one.Zero()
			one.Set(cpu)
		}
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return err
	}
	defer unix.SchedSetaffinity(0, &all)
	return cmd.Start()
}

// spread is a median with the least and the greatest value.
type spread struct{ median, min, max float64 }

func spreadOf(values []float64) spread {
	s := slices.Sorted(slices.Values(values))
	return spread{s[len(s)/2], s[0], s[len(s)-1]}
}

func (s spread) String() string {
	return fmt.Sprintf("%s (%s to %s)", digits(s.median), digits(s.min), digits(s.max))
}

// digits writes a number with some three digits.
func digits(v float64) string {
	switch {
	case v >= 100 || v <= -100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10 || v <= -10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// ratios divides round by round.
func ratios(a, b []float64) []float64 {
	r := make([]float64, len(a))
	for i := range a {
		r[i] = a[i] / b[i]
	}
	return r
}

// clocks keeps the CPU times of runs, by command, beside what is returned of
// them: they say something on a busy machine too.
type clocks map[string][]float64

func (c clocks) seconds(r *ran) (float64, error) {
	c[r.name] = append(c[r.name], r.cpu.Seconds())
	return r.took.Seconds(), nil
}

// printed reads the number that the program has printed last.
func printed(r *ran) (float64, error) {
	lines := bytes.Fields(r.out)
	if len(lines) == 0 {
		return 0, fmt.Errorf("printed nothing")
	}
	var v float64
	_, err := fmt.Sscan(string(lines[len(lines)-1]), &v)
	return v, err
}
