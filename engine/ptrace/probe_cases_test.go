package ptrace_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var writePending = flag.Bool("write-pending", false, "write testdata/pending.txt from what differs now")

const pendingFile = "testdata/pending.txt"

// pending reads the names of the cases that are known to differ.
func pending(t *testing.T) (names map[string]bool) {
	text, err := os.ReadFile(pendingFile)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	names = map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) != "" {
			names[strings.TrimSpace(line)] = true
		}
	}
	return names
}

// buildProbe compiles the probe for a word size, without anything that differs
// between two runs.
func buildProbe(t *testing.T, name string, flags ...string) string {
	t.Helper()
	sources, err := filepath.Glob("testdata/probe/*.c")
	if err != nil || len(sources) == 0 {
		t.Fatal("no probe in testdata: ", err)
	}
	bin := filepath.Join(binDir, name)
	args := append([]string{"-D_GNU_SOURCE", "-std=gnu11", "-O1", "-static", "-no-pie", "-pthread", "-o", bin}, flags...)
	if out, err := exec.Command("gcc", append(args, sources...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: scripts/deps installs what is missing\n%s", err, out)
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
		"amd64": buildProbe(t, "probe64"),
		"386":   buildProbe(t, "probe32", "-m32", "-msse2"),
	}
	other := map[string]string{"amd64": bins["386"], "386": bins["amd64"]}
	known := pending(t)
	var mu sync.Mutex
	var differ []string
	t.Run("cases", func(t *testing.T) {
		for _, arch := range []string{"amd64", "386"} {
			list, err := exec.Command(bins[arch], "-l").Output()
			if err != nil {
				t.Fatal(err)
			}
			for name := range strings.FieldsSeq(string(list)) {
				full := arch + "/" + name
				t.Run(full, func(t *testing.T) {
					t.Parallel()
					probe := command{
						argv:  []string{bins[arch], name},
						env:   []string{"PROBE_SELF=" + bins[arch], "PROBE_OTHER=" + other[arch]},
						limit: 30 * time.Second,
					}
					diff := judgeCase(t, probe, known[full] || *writePending)
					switch {
					case *writePending && diff != "":
						mu.Lock()
						differ = append(differ, full)
						mu.Unlock()
					case *writePending:
					case known[full] && diff == "":
						t.Errorf("the same under utrace now: take it out of %s", pendingFile)
					case !known[full] && diff != "":
						t.Error(diff)
					}
				})
			}
		}
	})
	if !*writePending {
		return
	}
	slices.Sort(differ)
	text := "# Cases of the probe that do not yet print the same under utrace.\n" + strings.Join(differ, "\n") + "\n"
	if err := os.WriteFile(pendingFile, []byte(text), 0o644); err != nil {
		t.Error(err)
	}
}

// judgeCase runs a case both ways and returns the difference.
func judgeCase(t *testing.T, probe command, expectDiffers bool) string {
	bare := probe.run()
	if bare.ending != "0" || strings.Contains(bare.out, "BROKEN") {
		t.Fatalf("untraced: %s\n%s%s", bare.ending, bare.out, bare.err)
	}
	if expectDiffers {
		probe.limit = 2 * time.Second
	}
	under := probe.under().run()
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
