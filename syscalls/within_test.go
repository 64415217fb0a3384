package syscalls

import "testing"

// What strace's -e trace= shows of calls that i386 makes through others.
func TestWithin(t *testing.T) {
	const connect, send, unknown = 3, 9, 99
	const semop, semget = 1, 2
	for _, tt := range []struct {
		spec  string
		outer int
		first uint32
		want  bool
	}{
		{"connect", NrSocketcall, connect, true},
		{"connect", NrSocketcall, send, false},
		{"connect", NrSocketcall, unknown, false},
		{"connect@32", NrSocketcall, connect, true},
		{"connect@64", NrSocketcall, connect, false},
		{"!connect", NrSocketcall, connect, false},
		{"!connect", NrSocketcall, unknown, true},
		{"send", NrSocketcall, send, true},
		{"socketcall", NrSocketcall, connect, false},
		{"socketcall", NrSocketcall, unknown, true},
		{"%net", NrSocketcall, send, true},
		{"%net", NrSocketcall, unknown, false},
		{"!%net", NrSocketcall, connect, false},
		{"/^se", NrSocketcall, send, true},
		{"362@32", NrSocketcall, connect, false},
		{"all", NrSocketcall, connect, true},
		{"none", NrSocketcall, connect, false},
		{"semget", NrIPC, semget, true},
		{"semget", NrIPC, 1<<16 | semget, true}, // a version
		{"semget", NrIPC, semop, false},
		{"%ipc", NrIPC, unknown, true},
		{"openat", NrIPC, semget, false},
	} {
		s := mustSet(t, tt.spec)
		if got := s.HasWithin(tt.outer, tt.first); got != tt.want {
			t.Errorf("%q has what %d makes of %#x: %v, want %v", tt.spec, tt.outer, tt.first, got, tt.want)
		}
		if tt.want && !s.Has(I386, tt.outer) {
			t.Errorf("%q does not have %d", tt.spec, tt.outer)
		}
		if again := mustSet(t, s.String()); tt.spec != "362@32" && *again != *s {
			t.Errorf("%q is %q, which is another set", tt.spec, s)
		}
	}
	for spec, want := range map[string]bool{"all": false, "none": false, "openat": false, "connect": true, "!connect": true, "%ipc": false, "%net": true, "connect@64": false} {
		if got := mustSet(t, spec).SplitsWithin(); got != want {
			t.Errorf("%q splits: %v, want %v", spec, got, want)
		}
	}
}
