package ptrace_test

import (
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// ownNamespace is a command in a PID namespace of its own. A shell is number 1
// there, to whom orphans go.
func ownNamespace(argv ...string) []string {
	return append([]string{"unshare", "-Urpf", "--mount-proc", "sh", "-c", `"$@"; exit $?`, "sh"}, argv...)
}

var allInNamespace = flag.Bool("all-in-namespace", false, "run every case of the probe in a PID namespace, not only those with ids in their answers")

// Cases of the probe whose answers are ids, or need one to be right.
const casesWithIDs = `
	attach attach-seize attach-death-held attach-parent-gone attach-detach-at attach-hand-over attach-chain
	exec-thread exec-only-thread exec-only-leader exec-others-die exec-vfork exec-start
	sigchld-signals sigchld-fd sigchld-exec sigchld-two-parents sigchld-exit-signal`

// TestNamespace: a tracer in a PID namespace of its own sees the ids of that, and
// the same as untraced. The probe's names stand for them: one that is not of its
// namespace shows as a question mark.
func TestNamespace(t *testing.T) {
	bin := probe(t, probe64)
	list, err := exec.Command(bin, "-l").Output()
	if err != nil {
		t.Fatal(err)
	}
	chosen := strings.Fields(casesWithIDs)
	all := strings.Fields(string(list))
	for _, name := range all {
		if *allInNamespace || contains(chosen, []string{name}) || strings.HasPrefix(name, "clone-") || strings.HasPrefix(name, "wait-") {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				diff := judgeCase(t, command{
					argv:  ownNamespace(bin, name),
					env:   []string{"PROBE_SELF=" + bin},
					limit: 30 * time.Second,
				})
				if diff != "" {
					t.Error(diff)
				}
			})
		}
	}
	for _, name := range chosen {
		if !contains(all, []string{name}) {
			t.Errorf("the probe has no case %s", name)
		}
	}
}

// Debuggers in PID namespaces of their own. In a fresh one the ids are the same in
// each run, so they are compared as they are.
func TestNamespaceDebuggers(t *testing.T) {
	const trace = `strace -f -o %s -e trace=getppid,clone,clone3,fork,vfork,wait4,kill,exit_group -e signal=!SIGCHLD "$BIN/family"`
	strace := func(log string) string { return strings.ReplaceAll(trace, "%s", log) }
	const own = "unshare -Urpf --mount-proc "
	show := func(log string) string { return `; cat ` + log }
	whole := func(text string) string {
		lines := wholeLines(text)
		slices.SortStableFunc(lines, func(a, b logLine) int { return strings.Compare(a.pid, b.pid) })
		var out strings.Builder
		for _, line := range lines {
			fmt.Fprintln(&out, line.pid, line.text)
		}
		return folding(`0x[0-9a-f]{6,}`, "ADDR", `\s+= `, " = ", `parent_tid=\[\d+\]`, "parent_tid=[N]")(out.String())
	}
	judge(t, []session{
		shell("strace", own+strace("log")+`; echo "ended with $?"`+show("log"), whole),
		// The same ids in two namespaces at once.
		shell("two", own+strace("a")+` > a.out & `+own+strace("b")+` > b.out; echo "ended with $?"; wait $!; echo "ended with $?"`+show("a")+show("b"), whole),
		// One inside of the other: what is in the inner one has an id in both.
		shell("inner", own+`strace -f -o log -e trace=getpid,exit_group -e signal=none unshare -pf sh -c 'echo $$; sh -c "echo \$\$"'; echo "ended with $?"; cat log`, folding()),
		shell("attach", own+`sh -c '"$BIN/loop" > pid & P=$!; until [ -s pid ]; do sleep 0.02; done; gdb -nx -q -batch -p $P -ex "print leave" -ex "info inferiors" -ex detach 2>&1 | grep "process\|^.1"; kill $P; wait $P; echo "ended with $?"'`, foldGDB),
		shell("gdb", own+`gdb -nx -q -batch -ex "set width 0" -ex "break has_child" -ex "catch fork" -ex run -ex continue -ex "print \$_siginfo" -ex "info inferiors" -ex delete -ex continue "$BIN/steps" 2>&1`, folding(`0x[0-9a-f]{10,}`, "ADDR")),
	})
}
