package nearest

import "testing"

func TestNearest(t *testing.T) {
	calls := []string{"open", "openat", "openat2", "close", "read", "pread64", "fstat", "stat", "lstat"}
	for _, tt := range []struct{ word, want string }{
		{"opnat", "openat"},
		{"openta", "openat"},
		{"opeenat", "openat"},
		{"opemat", "openat"},
		{"claose", "close"},
		{"raed", "read"},
		{"sta", "stat"},
		{"openat", "openat"},
		{"xyzzy", ""},
		{"", ""},
		{"q", ""},
	} {
		if got := Nearest(tt.word, calls); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
	if got := Nearest("stat1", []string{"stat2", "stat3"}); got != "stat2" {
		t.Errorf("of two as near: %q, want the first", got)
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("among nothing: %q", got)
	}
}
