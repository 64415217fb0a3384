package utrace_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports keeps the arrows of the layout: command -> engine -> core <-
// host -> raw kernel calls, with arch and the tables at the bottom. An engine
// or the core that imports a host would work on that host alone.
func TestImports(t *testing.T) {
	allowed := []struct{ packages, imports string }{
		{"utrace", "utrace/arch utrace/syscalls golang.org/x/sys/unix"},
		{"utrace/arch", "golang.org/x/sys/unix"},
		{"utrace/syscalls", "utrace/arch utrace/syscalls/flags utrace/internal/nearest"},
		{"utrace/syscalls/flags", ""},
		{"utrace/syscalls/decode", "utrace/arch utrace/syscalls utrace/syscalls/flags golang.org/x/sys/unix"},
		{"utrace/internal/procfs", "golang.org/x/sys/unix"},
		{"utrace/internal/sys", "utrace/arch golang.org/x/sys/unix"},
		{"utrace/internal/seccomp", "utrace/arch utrace/syscalls golang.org/x/sys/unix"},
		{"utrace/linux", "utrace utrace/arch utrace/syscalls utrace/internal/procfs utrace/internal/sys utrace/internal/seccomp golang.org/x/sys/unix"},
		{"utrace/sim", "utrace utrace/arch utrace/syscalls golang.org/x/sys/unix"},
		{"utrace/engine", "utrace utrace/engine/held utrace/syscalls"},
		{"utrace/engine/...", "utrace utrace/arch utrace/engine utrace/engine/held utrace/engine/inject utrace/engine/match utrace/engine/sink utrace/internal/fdinfo utrace/internal/nearest utrace/internal/pidns utrace/internal/procfs utrace/internal/reach utrace/internal/tty utrace/internal/unwind utrace/syscalls utrace/syscalls/decode utrace/syscalls/flags golang.org/x/sys/unix"},
	}
	for _, a := range allowed {
		out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, a.packages).Output()
		if err != nil {
			t.Fatalf("go list %s: %v", a.packages, err)
		}
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line)
			for _, imported := range fields[1:] {
				first, _, _ := strings.Cut(imported, "/")
				std := first != "utrace" && !strings.Contains(first, ".")
				if strings.HasPrefix(imported, "github.com/expr-lang/") && fields[0] == "utrace/engine/policy" {
					continue // its language of conditions
				}
				if !std && !strings.Contains(" "+a.imports+" ", " "+imported+" ") {
					t.Errorf("%s imports %s", fields[0], imported)
				}
			}
		}
	}
}
