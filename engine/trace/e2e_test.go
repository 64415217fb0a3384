package trace

import (
	"bytes"
	"context"
	"os/exec"
	"testing"

	"utrace"
	"utrace/engine"
	"utrace/linux"
)

// run traces a program and returns what was written.
func run(t *testing.T, c engine.Config, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	c.Out = &out
	inst, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(args[0], args[1:]...)
	proc, err := tr.Start(cmd, func(task *utrace.Task) error {
		e, err := inst.Attach(task)
		if err == nil {
			e.Put()
		}
		return err
	})
	if err == nil {
		_, err = proc.Wait(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := inst.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDump(t *testing.T) {
	t.Log("\n" + run(t, engine.Config{}, "/tmp/tr/t"))
}
