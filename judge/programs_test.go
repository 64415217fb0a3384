package judge_test

import (
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wantStatus checks the untraced run, lest all fail alike.
func wantStatus(t *testing.T, r result, status string) {
	t.Helper()
	if r.status != status {
		t.Errorf("untraced: status %s, want %s\n%s%s", r.status, status, r.out, r.err)
	}
}

// maxListed bounds how many files ls lists, for the time it takes.
const maxListed = 15000

// listable returns parts of /usr/lib that hold no more than maxListed files, all
// if it is small.
func listable() (dirs []string) {
	total := 0
	entries, _ := filepath.Glob("/usr/lib/*")
	for _, dir := range entries {
		n := 0
		_ = filepath.WalkDir(dir, func(string, fs.DirEntry, error) error {
			if n++; n > maxListed {
				return fs.SkipAll
			}
			return nil
		})
		if total+n <= maxListed {
			total += n
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) == len(entries) {
		return []string{"/usr/lib"}
	}
	return dirs
}

func TestList(t *testing.T) {
	t.Parallel()
	p := program{argv: append([]string{"ls", "-lR"}, listable()...)}
	wantStatus(t, p.judge(t), "0")
	p = program{argv: []string{"ls", "-l", "/usr/lib/os-release", "/no/such", "/bin"}, library: true}
	wantStatus(t, p.judge(t), "2")
}

func TestGitClone(t *testing.T) {
	t.Parallel()
	need(t, "git")
	src := t.TempDir()
	for i := range 40 {
		write(t, fmt.Sprintf("%s/d%d/f%d", src, i%4, i), strings.Repeat(fmt.Sprintln("line", i), 50*i))
	}
	script := `git init -q . && git add . && git commit -qm one && git mv d0/f0 d1/g && git commit -qm two && git tag v1`
	env := []string{"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_AUTHOR_DATE=2020-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b", "GIT_COMMITTER_DATE=2020-01-01T00:00:00Z"}
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir, cmd.Env = src, append(cmd.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	after := ` dst && cd dst && git log --format='%H %s' && git status --short && git fsck --no-progress && git ls-files -s && git diff v1~ --stat`
	for _, p := range []program{
		{argv: []string{"sh", "-c", "git clone '" + src + "'" + after}, env: env},
		{argv: []string{"sh", "-c", "git clone 'file://" + src + "'" + after}, env: env, library: true},
	} {
		wantStatus(t, p.judge(t), "0")
	}
	p := program{argv: []string{"git", "clone", "/no/such", "dst"}, env: env}
	wantStatus(t, p.judge(t), "128")
}

// sorted is for programs whose parts run at once.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// cProject writes a project of 20 files.
func cProject(t *testing.T, dir string) {
	const files = 20
	var objects, declare, call strings.Builder
	for i := range files {
		fmt.Fprintf(&objects, " f%d.o", i)
		fmt.Fprintf(&declare, "int f%d(int);\n", i)
		fmt.Fprintf(&call, "\tx = f%d(x);\n", i)
		write(t, fmt.Sprintf("%s/f%d.c", dir, i), fmt.Sprintf("#include \"all.h\"\nint f%d(int x) { return x * %d %% 1009 + (int)strlen(\"%d\"); }\n", i, i+2, i))
	}
	write(t, dir+"/all.h", "#include <stdio.h>\n#include <string.h>\n"+declare.String())
	write(t, dir+"/main.c", "#include \"all.h\"\nint main(void) {\n\tint x = 1;\n"+call.String()+"\tprintf(\"%d\\n\", x);\n\treturn x % 100;\n}\n")
	write(t, dir+"/Makefile", "prog: main.o"+objects.String()+"\n\t$(CC) -o $@ $^\n%.o: %.c all.h\n\t$(CC) -O1 -c -o $@ $<\nbroken: prog f0.o\n\t@./prog; echo ended $$?\n\t@kill -SEGV $$$$\n")
}

func TestMake(t *testing.T) {
	t.Parallel()
	need(t, "make", "gcc")
	p := program{argv: []string{"make", "-j2", "prog"}, setup: cProject, same: sorted}
	wantStatus(t, p.judge(t), "0")
	// Its last recipe is killed, so that make fails.
	p = program{argv: []string{"make", "-j2", "broken"}, setup: cProject, same: sorted, library: true}
	r := p.judge(t)
	wantStatus(t, r, "2")
	if !strings.Contains(r.out, "ended ") {
		t.Errorf("the program did not run: %s", r.out)
	}
}

func TestGoBuild(t *testing.T) {
	t.Parallel()
	p := program{
		argv: []string{"sh", "-c", "go build -trimpath -o prog . && ./prog; echo $?; cksum prog"},
		env: []string{"GOFLAGS=-mod=mod", "GOPROXY=off", "GOTOOLCHAIN=local", "GOWORK=off", "CGO_ENABLED=0",
			"GOTELEMETRY=off", "GOENV=off"},
		setup: func(t *testing.T, dir string) {
			write(t, dir+"/go.mod", "module small\n\ngo 1.26\n")
			write(t, dir+"/main.go", "package main\n\nimport \"small/a\"\n\nfunc main() { println(\"hello\", a.A(3)) }\n")
			write(t, dir+"/a/a.go", "package a\n\nimport \"small/b\"\n\nfunc A(x int) int { return b.B(x) + 1 }\n")
			write(t, dir+"/b/b.go", "package b\n\nfunc B(x int) int { panicIf(x == 0); return x * x }\n\nfunc panicIf(bad bool) {\n\tif bad {\n\t\tpanic(\"bad\")\n\t}\n}\n")
		},
	}
	// Each run has a cache of its own, and compiles the runtime.
	setup := p.setup
	p.setup = func(t *testing.T, dir string) {
		setup(t, dir)
		p.env = append(p.env, "GOCACHE="+filepath.Join(dir, "cache"))
	}
	r := p.judge(t)
	wantStatus(t, r, "0")
	if !strings.Contains(r.err, "hello 10") {
		t.Errorf("untraced: %s%s", r.out, r.err)
	}
}

// python returns an interpreter that is no script.
func python(t *testing.T) string {
	if path, err := exec.LookPath("/usr/bin/python3"); err == nil {
		return path
	}
	need(t, "python3")
	return "python3"
}

func TestPython(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("testdata/threads.py")
	if err != nil {
		t.Fatal(err)
	}
	for _, library := range []bool{false, true} {
		p := program{argv: []string{python(t), script}, library: library}
		wantStatus(t, p.judge(t), "5")
	}
}

func TestStatic32(t *testing.T) {
	t.Parallel()
	need(t, "gcc")
	cmd := exec.Command("gcc", "-m32", "-static", "-xc", "-", "-o", "/dev/null")
	cmd.Stdin = strings.NewReader("int main(void) { return 0; }")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("no 32-bit programs can be made here: %v\n%s", err, out)
	}
	bits := compile(t, "bits", "-m32", "-static")
	for _, c := range []struct{ arg, status string }{{"", "42"}, {"abort", "SIGABRT"}, {"exec", "42"}} {
		p := program{argv: []string{bits, c.arg}, library: c.arg == "exec"}
		r := p.judge(t)
		wantStatus(t, r, c.status)
		if !strings.HasPrefix(r.out, "32 bits\n") {
			t.Errorf("untraced: %s", r.out)
		}
	}
	// And from 64 bits to 32 and back.
	p := program{argv: []string{compile(t, "bits"), "exec", bits}}
	wantStatus(t, p.judge(t), "42")
}

func TestExecFromThread(t *testing.T) {
	t.Parallel()
	path := compile(t, "threadexec", "-pthread")
	for _, library := range []bool{false, true} {
		p := program{argv: []string{path, "20"}, library: library}
		r := p.judge(t)
		wantStatus(t, r, "7")
		if !strings.Contains(r.out, "round 0: leader") {
			t.Errorf("untraced: %s", r.out)
		}
	}
}
