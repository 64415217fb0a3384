package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// runCrowds measures a busy process beside many that only sleep: the cost of its
// calls, and the memory that each of them takes in the tracer.
func (b *bench) runCrowds() error {
	if !b.only.MatchString("crowds") {
		return nil
	}
	sizes := []int{1, 1000, 10000}
	limits := []float64{0, 1.3, 2}
	for _, pinned := range []bool{true, false} {
		ns := make([][]float64, len(sizes))
		kb := make([][]float64, len(sizes))
		for range b.rounds {
			for i, n := range sizes {
				cost, rss, err := b.crowd(n, pinned)
				if err != nil {
					return err
				}
				ns[i], kb[i] = append(ns[i], cost), append(kb[i], rss)
			}
		}
		for i := 1; i < len(sizes); i++ {
			s := spreadOf(ratios(ns[i], ns[0]))
			b.idle = append(b.idle, fmt.Sprintf("| a call beside %d idle processes, of one beside 1 | %s | %v | %s | %s |\n", sizes[i], where(pinned), s, digits(limits[i]), verdict(s.median, limits[i])))
			each := minus(kb[i], kb[0])
			for k := range each {
				each[k] /= float64(sizes[i] - 1)
			}
			s = spreadOf(each)
			b.idle = append(b.idle, fmt.Sprintf("| memory of the tracer for each of %d, KB | %s | %v | 8 | %s |\n", sizes[i], where(pinned), s, verdict(s.median, 8)))
		}
		if err := b.done("crowds on %s CPU", where(pinned)); err != nil {
			return err
		}
	}
	return nil
}

// crowd runs one busy process beside idle ones and returns what a call took, in
// ns, and the memory of the tracer when all were there, in KB.
func (b *bench) crowd(idle int, pinned bool) (ns, kb float64, err error) {
	cmd := exec.Command(b.utrace, "run", "-e", "nop", "--", b.path("calls"), fmt.Sprint(b.size(20000)), fmt.Sprint(idle))
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	cmd.Stderr = os.Stderr
	if err := startOn(cmd, pinned); err != nil {
		return 0, 0, err
	}
	defer cmd.Process.Kill()
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		return 0, 0, fmt.Errorf("%d idle processes: %q, %v", idle, line, err)
	}
	kb, err = memory(cmd.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	fmt.Fprintln(in)
	if _, err := fmt.Fscan(lines, &ns); err != nil {
		return 0, 0, fmt.Errorf("%d idle processes: %w", idle, err)
	}
	return ns, kb, cmd.Wait()
}

// memory returns how much of a process is in memory, in KB.
func memory(pid int) (float64, error) {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kb float64
	_, err = fmt.Sscan(rest, &kb)
	return kb, err
}
