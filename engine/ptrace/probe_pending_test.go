package ptrace_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What is known to differ, a name a line: a test that is listed and passes
// fails, so that the list can only get shorter. After a name, the word
// "sometimes" is for what differs in some runs only.
const pendingFile = "testdata/pending.txt"

var (
	writePending = flag.Bool("write-pending", false, "write "+pendingFile+" from what differs now")
	twice        = flag.Bool("twice", false, "hold untraced runs against each other: are the tests right?")
)

// pendingLimit is how long a run may last that is expected to differ.
const pendingLimit = 4 * time.Second

var pending struct {
	once   sync.Once
	mu     sync.Mutex
	listed map[string]string // name to the rest of its line
	differ map[string]bool   // of those that ran
}

// isPending tells whether a test is known to differ.
func isPending(name string) bool {
	pending.once.Do(func() {
		pending.listed, pending.differ = map[string]string{}, map[string]bool{}
		text, err := os.ReadFile(pendingFile)
		if err != nil && !os.IsNotExist(err) {
			panic(err)
		}
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, "#")
			if name, rest, _ := strings.Cut(strings.TrimSpace(line), " "); name != "" {
				pending.listed[name] = strings.TrimSpace(rest)
			}
		}
	})
	_, ok := pending.listed[name]
	return ok
}

// settle judges a test by the difference that it found and the list.
func settle(t *testing.T, name, diff string) {
	t.Helper()
	known := isPending(name)
	switch {
	case *writePending:
		pending.mu.Lock()
		defer pending.mu.Unlock()
		pending.differ[name] = diff != ""
	case known && diff == "" && pending.listed[name] != "sometimes" && !*twice:
		t.Errorf("the same under utrace now: take %s out of %s", name, pendingFile)
	case diff != "" && (!known || *twice):
		t.Error(diff)
	}
}

// savePending writes the list anew, with what was not run as it was.
func savePending() error {
	if !*writePending || !isPending("") && pending.differ == nil {
		return nil
	}
	for name, differs := range pending.differ {
		if !differs {
			delete(pending.listed, name)
		} else if _, listed := pending.listed[name]; !listed {
			pending.listed[name] = ""
		}
	}
	text := "# What does not yet print the same under utrace.\n"
	for _, name := range slices.Sorted(maps.Keys(pending.listed)) {
		text += strings.TrimSpace(name+" "+pending.listed[name]) + "\n"
	}
	return os.WriteFile(pendingFile, []byte(text), 0o644)
}
