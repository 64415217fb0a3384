package ptrace_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The calls that a run of family makes in the same order always.
const sameCalls = "-e trace=getppid,getuid,openat,write,execve,clone,clone3,fork,vfork,exit,exit_group,wait4,kill,tgkill,rt_sigreturn -e signal=!SIGCHLD"

func shell(name, script string, fold func(string) string) session {
	return session{name: name, argv: []string{"sh", "-c", script}, fold: fold}
}

var (
	straceLine   = regexp.MustCompile(`^(\d+) +(.*)$`)
	straceMade   = regexp.MustCompile(`^(?:clone|clone3|fork|vfork)\(.* = (\d+)$`)
	unfinished   = regexp.MustCompile(`^(.*?) *<unfinished \.\.\.>$`)
	resumed      = regexp.MustCompile(`^<\.\.\. \w+ resumed>(.*)$`)
	straceFolded = folding(
		`0x[0-9a-f]+( /\* \d+ vars \*/)`, "ENV$1",
		`0x[0-9a-f]{6,}`, "ADDR",
		`\s+= `, " = ",
		`parent_tid=\[[^]]*\]`, "parent_tid=[N]",
		`getppid\(\) = \d+`, "getppid() = N",
		`si_pid=\d+`, "si_pid=N",
	)
)

// logLine is a line of strace -f; pid is empty if it is none.
type logLine struct{ pid, text string }

// wholeLines returns the lines of strace's logs with those in one piece that
// another process broke; such a line stands where it ended.
func wholeLines(text string) (lines []logLine) {
	half := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		m := straceLine.FindStringSubmatch(line)
		if m == nil {
			lines = append(lines, logLine{"", line})
			continue
		}
		pid, what := m[1], m[2]
		if u := unfinished.FindStringSubmatch(what); u != nil {
			half[pid] = u[1]
			continue
		}
		if r := resumed.FindStringSubmatch(what); r != nil {
			what = half[pid] + r[1]
		}
		lines = append(lines, logLine{pid, what})
	}
	return lines
}

// foldStrace puts the lines of each process together in the order in which it
// was made, whole lines instead of those that another process broke, and names
// instead of numbers.
func foldStrace(text string) string {
	lines := map[string][]string{}
	names := map[string]string{}
	made := map[string]int{}
	var order []string
	var rest strings.Builder
	for _, line := range wholeLines(text) {
		pid, what := line.pid, line.text
		if pid == "" {
			rest.WriteString(what + "\n")
			continue
		}
		if !slices.Contains(order, pid) {
			order = append(order, pid)
			if len(order) == 1 {
				names[pid] = "p"
			}
		}
		lines[pid] = append(lines[pid], what)
		if c := straceMade.FindStringSubmatch(what); c != nil {
			made[pid]++
			names[c[1]] = fmt.Sprintf("%s.%d", pid, made[pid]) // the maker's number goes away below
		}
	}
	full := func(pid string) string {
		name := names[pid]
		for {
			maker, rest, ok := strings.Cut(name, ".")
			if !ok || names[maker] == "" {
				return name
			}
			name = names[maker] + "." + rest
		}
	}
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(full(a), full(b)) })
	var out strings.Builder
	for _, pid := range order {
		for _, line := range lines[pid] {
			for other := range names {
				line = regexp.MustCompile(`\b`+other+`\b`).ReplaceAllString(line, full(other))
			}
			fmt.Fprintf(&out, "%s %s\n", full(pid), line)
		}
	}
	return straceFolded(out.String() + rest.String())
}

func TestStrace(t *testing.T) {
	const show = `; echo "ended with $?"; cat log`
	const begin = `"$BIN/loop" > pid & P=$!; until [ -s pid ]; do sleep 0.02; done; `
	const end = `; kill $P; wait $P; echo "ended with $?"; tail -n +2 pid`
	// An strace of some seconds, which ends by a signal.
	const some = `S=$!; until [ "$(grep -c getppid log)" -gt 20 ]; do sleep 0.02; done; kill -%s $S; wait $S; echo "strace ended with $?"; `
	seen := `; sed 's/[0-9]\{3,\}/N/g' err; grep getppid log | sed 's/[0-9]\{3,\}/N/g' | head -n 3`
	judge(t, []session{
		shell("follow", `strace -f -o log `+sameCalls+` "$BIN/family"`+show, foldStrace),
		shell("follow-filter", `strace -f --seccomp-bpf -o log `+sameCalls+` "$BIN/family"`+show, foldStrace),
		shell("alone", `strace -o log -e trace=getppid,write,exit_group "$BIN/family"; echo "ended with $?"; sed 's/getppid().*/getppid/' log`, foldStraceAlone),
		shell("all-calls", `strace -o log "$BIN/steps"; echo "ended with $?"; sed 's/(.*//' log`, folding(`--- SIGCHLD .*\n`, "", `si_pid=\d+`, "si_pid=N")),
		shell("counts", `strace -f -c -o log -e trace=getppid,write,getuid "$BIN/family"; echo "ended with $?"; awk '$NF~/get|write/{print $4, $NF}' log | sort`, folding()),
		shell("inject", `strace -f -o log -e inject=getppid:error=EPERM `+sameCalls+` "$BIN/family"`+show, foldStrace),
		shell("inject-signal", `strace -o log -e trace=getuid -e inject=getuid:signal=SIGTERM "$BIN/family"; echo "ended with $?"; cat log`, foldStraceAlone),
		shell("files", `strace -f -y -o log -e trace=openat,write,close "$BIN/family" > /dev/null; echo "ended with $?"; cat log | grep -c '/dev/null>'`, folding()),
		shell("stacks", `strace -k -o log -e trace=getuid "$BIN/family"; echo "ended with $?"; grep -c on_usr2 log`, folding()),
		shell("killed-child", `strace -f -qq -o log -e trace=none sh -c 'kill -TERM $$'; echo "ended with $?"; sed 's/^[0-9]* *//; s/si_pid=[0-9]*/si_pid=N/' log`, folding()),
		shell("fault", `strace -qq -o log -e trace=none "$BIN/steps" crash; echo "ended with $?"; grep SEGV log`, folding()),
		shell("daemonized", `strace -D -o log -e trace=getuid "$BIN/family"; echo "ended with $?"; until grep -q exited log; do sleep 0.02; done; cat log`, foldStraceAlone),
		shell("attach", begin+`touch log; strace -o log -p $P 2> err & `+fmt.Sprintf(some, "INT")+end[2:]+seen, folding()),
		shell("attach-term", begin+`touch log; strace -o log -p $P 2> err & `+fmt.Sprintf(some, "TERM")+end[2:]+seen, folding()),
		shell("attach-killed", begin+`touch log; strace -o log -p $P 2> err & `+fmt.Sprintf(some, "KILL")+end[2:]+seen, folding()),
		shell("attach-target-ends", begin+`touch log; strace -o log -p $P 2> err & S=$!; until [ "$(grep -c getppid log)" -gt 20 ]; do sleep 0.02; done; kill $P; wait $P; echo "$?"; wait $S; echo "$?"; tail -n 1 log`+seen, folding()),
		shell("two", begin+`touch log; strace -o log -p $P 2> err & S=$!; until [ "$(grep -c getppid log)" -gt 20 ]; do sleep 0.02; done; strace -p $P 2>&1 | sed 's/[0-9]\{3,\}/N/g'; kill -INT $S; wait $S; echo "$?"`+end, folding()),
		shell("in-gdb", `gdb -nx -q -batch -ex run --args strace -qq -o log -e trace=getuid "$BIN/family" > out 2>&1; echo "$?"; grep -o 'exited with code.*' out; cat log`, foldStraceAlone),
		shell("in-strace", `strace -qq -o outer -e trace=ptrace -e signal=none strace -qq -o log -e trace=getuid "$BIN/family"; echo "$?"; sed 's/(.*//' outer | sort -u; cat log`, foldStraceAlone),
	})
}

// foldStraceAlone is for a log without process ids.
var foldStraceAlone = folding(`si_pid=\d+`, "si_pid=N", `\s+= `, " = ")

var foldLtrace = folding(
	`0x[0-9a-f]{5,}`, "ADDR",
	`\[?(pid )?\d{3,}\]? `, "N ",
	`(waitpid|fork)\((\d+)?`, "$1(N",
	`= \d{3,}`, "= N",
	`\s+= `, " = ",
)

func TestLtrace(t *testing.T) {
	judge(t, []session{
		shell("calls", `ltrace -o log -e strdup+strlen+printf+free+getenv+puts "$BIN/calls"; echo "ended with $?"; grep -v SIGCHLD log`, foldLtrace),
		shell("system-calls", `ltrace -S -o log -e strlen+puts "$BIN/calls"; echo "ended with $?"; sed 's/[(@].*//' log | grep -v brk`, folding()),
		shell("counts", `ltrace -c -o log "$BIN/calls"; echo "ended with $?"; awk '{print $(NF-1), $NF}' log | sort`, folding(`\d+\.\d+`, "T")),
		shell("follow", `ltrace -f -o log -e atoi+strlen "$BIN/calls"; echo "ended with $?"; sed 's/^[0-9]* //' log | grep -c 'atoi\|strlen'`, folding()),
	})
}

func TestGoTracer(t *testing.T) {
	judge(t, []session{
		{name: "tracer", argv: []string{bin("gotracer"), bin("family")}, fold: folding(`write \d+`, "write N")},
	})
}
