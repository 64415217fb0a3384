package ptrace_test

import "testing"

// TestTracerPid: /proc/PID/status names a thread of utrace as the tracer, whoever
// traces inside, and nobody to who does not see utrace (docs/limits.md); that a
// thread is traced inside shows by EPERM, as on bare Linux.
func TestTracerPid(t *testing.T) {
	const show = `T=$(awk "/^TracerPid/{print \$2}" /proc/self/status); `
	const whose = show + `if [ -d /proc/$U/task/$T ]; then echo utrace; else echo "$T"; fi`
	for _, c := range []struct{ name, script, want string }{
		{"alone", whose, "utrace\n"},
		{"traced inside", `strace -o /dev/null sh -c '` + whose + `'`, "utrace\n"},
		{"own namespace", `unshare -Urpf --mount-proc sh -c '` + show + `echo $T'`, "0\n"},
		{"second tracer", `strace -o log sleep 60 & S=$!; until grep -q exited log || grep -q nanosleep log; do sleep 0.02; done
			P=$(cat /proc/$S/task/$S/children); strace -p $P 2>&1 | grep -o "Operation not permitted"; kill -9 $P; wait $S; echo "ended with $?"`,
			"Operation not permitted\nended with 137\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := command{argv: []string{"sh", "-c", `export U=$PPID; ` + c.script}, dir: t.TempDir()}.under().run()
			if got.out != c.want || got.ending != "0" {
				t.Errorf("%+v, want %q", got, c.want)
			}
		})
	}
}
