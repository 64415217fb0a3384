package ptrace_test

import "testing"

// TestWaitsOfTracersAlone: a program that traces nobody does not stop at its waits. One
// that does stops at them once, and so does what it makes, for good; at other calls
// nobody stops.
func TestWaitsOfTracersAlone(t *testing.T) {
	if err := run("gcc", "-O1", "-pthread", "-o", bin("waits"), "testdata/waits/waits.c"); err != nil {
		t.Fatalf("%v: scripts/deps installs what is missing", err)
	}
	const want = "before: 0 0\na tracer: 1 0\nanother thread: 1 0\na child: 1 0\n"
	if got := (command{argv: []string{bin("waits")}}).under().run(); got.out != want || got.ending != "0" {
		t.Errorf("%+v, want\n%s", got, want)
	}
}
