package linux_test

import (
	"bytes"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"utrace/linux"
)

// TestAffinityStays: a program that looks at its affinity, and sets it, sees
// nothing of what placement does to it.
func TestAffinityStays(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("there is one CPU: no placement")
	}
	tr, err := linux.OpenNear()
	if err != nil {
		t.Fatal(err)
	}
	defer closeTracer(t, tr)
	cmd := exec.Command(build(t, "affinity"), "1500")
	var out bytes.Buffer
	cmd.Stdout = &out
	p, err := tr.Start(cmd, followed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Wait(deadline(t)); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(out.String()); got != "0" {
		t.Errorf("the program saw another affinity than its own %s times", got)
	}
}
