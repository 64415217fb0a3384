package trace

import "testing"

func TestAppendInterface(t *testing.T) {
	if got := string(appendInterface([]byte("x"), 1)); got != "xlo" {
		t.Errorf("interface 1 is %q, want lo", got)
	}
	if got := string(appendInterface([]byte("x"), 1<<30)); got != "x" {
		t.Errorf("an interface that there is not is %q", got)
	}
}
