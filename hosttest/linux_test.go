package hosttest

import (
	"context"
	"testing"

	"utrace/linux"
)

func TestLinux(t *testing.T) {
	each(t, func(t *testing.T) Lab {
		tr, err := linux.Open(linux.Options{})
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), Deadline)
			defer cancel()
			if err := tr.Close(ctx); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		return NewProcLab(t, "Linux", tr, func(c Cap) bool { return c != CapExactReport })
	})
}
