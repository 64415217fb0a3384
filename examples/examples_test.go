// Package examples holds programs that show how the module is used, and checks
// that they say what the documentation says that they do.
package examples

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// bin is where TestMain has put the examples' programs.
var bin string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "examples")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	bin = dir
	build := exec.Command("go", "build", "-o", dir+"/", "./minimal", "./nested", "./later")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 1
	}
	return m.Run()
}

// run runs an example and returns its standard output and error.
func run(t *testing.T, name string, args ...string) (stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(bin, name), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, &out, &errs)
	}
	return out.String(), errs.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The minimal tracer fits on one screen and prints every call, the execve
// first.
func TestMinimal(t *testing.T) {
	if n := strings.Count(read(t, "minimal/main.go"), "\n"); n >= 50 {
		t.Errorf("the minimal tracer has %d lines, want less than 50", n)
	}
	out, trace := run(t, "minimal", "echo", "hello")
	if out != "hello\n" {
		t.Errorf("standard output is %q, want the program's own", out)
	}
	lines := strings.Split(strings.TrimSuffix(trace, "\n"), "\n")
	if lines[0] != "execve = 0" {
		t.Errorf("first line is %q, want the program's execve", lines[0])
	}
	call := regexp.MustCompile(`^[a-z_0-9]+ = -?\d+$`)
	for _, line := range lines {
		if !call.MatchString(line) {
			t.Errorf("line %q is no call with a result", line)
		}
	}
	if !strings.Contains(trace, "\nwrite = 6\n") {
		t.Errorf("the program's write is missing:\n%s", trace)
	}
}

// Entry is reported from the program inwards, exit from the kernel outwards.
func TestNested(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	// Where the host's name is not "box", the output has it instead.
	want := strings.NewReplacer(`"box`, `"`+host, "\nbox", "\n"+host).Replace(read(t, "nested/output.txt"))
	if out, _ := run(t, "nested"); out != want {
		t.Errorf("output is\n%swant\n%s", out, want)
	}
}

// What a stop's controller decides later is seen by all engines, as a repeat.
func TestLater(t *testing.T) {
	want := read(t, "later/output.txt")
	if out, _ := run(t, "later"); out != want {
		t.Errorf("output is\n%swant\n%s", out, want)
	}
}

// The documentation shows the examples as they are.
func TestDocumentation(t *testing.T) {
	for _, tt := range []struct{ doc, example string }{
		{"../docs/writing-an-engine.md", "minimal/main.go"},
		{"../docs/nesting.md", "nested/output.txt"},
		{"../docs/nesting.md", "later/output.txt"},
	} {
		if !strings.Contains(read(t, tt.doc), read(t, tt.example)) {
			t.Errorf("%s does not show %s as it is", tt.doc, tt.example)
		}
	}
}
