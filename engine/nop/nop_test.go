package nop_test

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"utrace"
	"utrace/engine"
	"utrace/engine/nop"
	"utrace/linux"
)

func TestBadCopies(t *testing.T) {
	for _, v := range []string{"", "x", "0", "-1", "1001"} {
		if _, err := nop.New(engine.Config{Params: map[string]string{"copies": v}}); err == nil {
			t.Errorf("copies=%s is taken, want an error", v)
		}
	}
}

// The copies are all attached, and the program runs as it would.
func TestCopies(t *testing.T) {
	inst, err := nop.New(engine.Config{Params: map[string]string{"copies": "3"}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(runUnder(t, inst, "sh", "-c", "exit 5 & wait $!")); n != 3 {
		t.Errorf("%d engines are attached, want 3", n)
	}
	if err := inst.Close(); err != nil {
		t.Error(err)
	}
}

func runUnder(t *testing.T, inst engine.Instance, args ...string) (engines []*utrace.Engine) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		t.Fatal(err)
	}
	proc, err := tr.Start(exec.Command(args[0], args[1:]...), func(task *utrace.Task) error {
		e, err := inst.Attach(task)
		if err != nil {
			return err
		}
		e.Put()
		engines = task.Engines()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	status, err := proc.Wait(ctx)
	if err != nil || status.ExitStatus() != 5 {
		t.Errorf("the program ended with %#x, %v, want exit status 5", uint32(status), err)
	}
	if err := tr.Close(ctx); err != nil {
		t.Error(err)
	}
	return engines
}
