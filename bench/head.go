package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// machine says what was measured, where and how.
func (b *bench) machine() string {
	var w strings.Builder
	fmt.Fprintf(&w, `# Benchmarks

Written by `+"`make bench`"+`. Ratios are taken inside a round, in which all commands run one after the other;
given are the median of %d rounds, and the least and the greatest. CPU says whether all ran on one
CPU or wherever the scheduler put them; CPU time is that of the program and its tracer together, which a busy
machine disturbs less, and which does not show what waiting for another CPU costs.

Machine: %s, %d CPUs, Linux %s, load %s. Versions: %s.

`, b.rounds, cpuModel(), runtime.NumCPU(), kernel(), load(), strings.Join(versions(), "; "))
	if v, err := strconv.ParseFloat(load(), 64); err == nil && v > float64(runtime.NumCPU()) {
		fmt.Fprintf(&w, "**The machine was busy with other things: times say little, CPU times more.**\n\n")
	}
	if b.quick {
		fmt.Fprintf(&w, "**This was a quick run: few rounds of small programs. Do not quote it.**\n")
	}
	if part := b.only.String(); part != "" {
		fmt.Fprintf(&w, "Only a part was run: `%s`.\n", part)
	}
	return w.String()
}

func cpuModel() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if key, value, _ := strings.Cut(line, ":"); strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func kernel() string {
	b, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return strings.TrimSpace(string(b))
}

func load() string {
	b, _ := os.ReadFile("/proc/loadavg")
	one, _, _ := strings.Cut(string(b), " ")
	return one
}

// versions are those of utrace and the peers.
func versions() (list []string) {
	rev, _ := exec.Command("git", "describe", "--always", "--dirty").Output()
	list = append(list, "utrace "+strings.TrimSpace(string(rev)))
	for _, peer := range []string{"strace", "proot", "ltrace"} {
		out, err := exec.Command("dpkg-query", "-W", "-f", "${Package} ${Version}", peer).Output()
		if err == nil {
			list = append(list, string(out))
		}
	}
	return list
}
