package ptrace_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The probe for each word size, compiled once.
var (
	probe64 = sync.OnceValues(func() (string, error) { return buildProbe("probe64") })
	probe32 = sync.OnceValues(func() (string, error) { return buildProbe("probe32", "-m32", "-msse2") })
)

// buildProbe compiles the probe without anything that differs between two runs.
func buildProbe(name string, flags ...string) (string, error) {
	sources, err := filepath.Glob("testdata/probe/*.c")
	if err != nil || len(sources) == 0 {
		return "", fmt.Errorf("no probe in testdata: %v", err)
	}
	args := append([]string{"-D_GNU_SOURCE", "-std=gnu11", "-O1", "-static", "-no-pie", "-pthread", "-o", bin(name)}, flags...)
	return bin(name), run("gcc", append(args, sources...)...)
}

// probe returns one of them.
func probe(t *testing.T, build func() (string, error)) string {
	t.Helper()
	bin, err := build()
	if err != nil {
		t.Fatalf("%v: scripts/deps installs what is missing", err)
	}
	return bin
}

// TestProbe runs each case of the probe untraced, for the right answers, and
// under utrace: a 64-bit tracer and its tracees, and 32-bit ones.
func TestProbe(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the probe knows x86 registers only")
	}
	bins := map[string]string{
		"amd64": probe(t, probe64),
		"386":   probe(t, probe32),
	}
	other := map[string]string{"amd64": bins["386"], "386": bins["amd64"]}
	for _, arch := range []string{"amd64", "386"} {
		list, err := exec.Command(bins[arch], "-l").Output()
		if err != nil {
			t.Fatal(err)
		}
		for name := range strings.FieldsSeq(string(list)) {
			t.Run(arch+"/"+name, func(t *testing.T) {
				t.Parallel()
				theCase := command{
					argv:  []string{bins[arch], name},
					env:   []string{"PROBE_SELF=" + bins[arch], "PROBE_OTHER=" + other[arch]},
					limit: 30 * time.Second,
				}
				if diff := judgeCase(t, theCase); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// judgeCase runs a case both ways and returns the difference.
func judgeCase(t *testing.T, probe command) string {
	bare := probe.run()
	if bare.ending != "0" || strings.Contains(bare.out, "BROKEN") {
		t.Fatalf("untraced: %s\n%s%s", bare.ending, bare.out, bare.err)
	}
	second := probe.under()
	if *twice {
		second = probe
	}
	under := second.run()
	if diff := difference(byProcess(bare.out), byProcess(under.out)); diff != "" {
		return diff + under.err
	}
	return difference(bare.ending+"\n"+bare.err, under.ending+"\n"+under.err)
}

// byProcess puts the lines of each process together, the tracer's first: only
// the order of one's own lines counts.
func byProcess(text string) string {
	writer := func(line string) string {
		if name, _, ok := strings.Cut(line, "| "); ok && !strings.Contains(name, " ") {
			return name
		}
		return ""
	}
	lines := strings.SplitAfter(text, "\n")
	slices.SortStableFunc(lines, func(a, b string) int { return strings.Compare(writer(a), writer(b)) })
	return strings.Join(lines, "")
}
