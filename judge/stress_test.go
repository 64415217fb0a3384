package judge_test

import (
	"strings"
	"testing"
)

// stressors are some of stress-ng's, with how much is to be done.
var stressors = []struct {
	name, ops string
	more      []string
	nobody    bool // stress-ng does not run it as root
}{
	{name: "clone", ops: "50"},
	{name: "fork", ops: "100"},
	{name: "vfork", ops: "100"},
	{name: "exec", ops: "30", more: []string{"--exec-max", "8"}, nobody: true},
	{name: "pthread", ops: "200"},
	{name: "signal", ops: "2000"},
	{name: "sigsuspend", ops: "200"},
	{name: "sigq", ops: "200"},
	{name: "sigchld", ops: "200"},
	{name: "sigsegv", ops: "200"},
	{name: "futex", ops: "500"},
	{name: "pipe", ops: "500"},
	{name: "poll", ops: "200"},
	{name: "timer", ops: "200"},
	{name: "kill", ops: "200"},
}

func TestStress(t *testing.T) {
	t.Parallel()
	need(t, "stress-ng")
	for i, s := range stressors {
		t.Run(s.name, func(t *testing.T) {
			p := program{
				argv:    append([]string{"stress-ng", "--" + s.name, "1", "--" + s.name + "-ops", s.ops}, s.more...),
				nobody:  s.nobody,
				library: i%2 == 1 && !s.nobody,
				same:    reported,
			}
			r := p.judge(t)
			wantStatus(t, r, "0")
			if !strings.Contains(r.out+r.err, "successful run") {
				t.Errorf("untraced: %s%s", r.out, r.err)
			}
		})
	}
}

// reported is what stress-ng says, without times and process ids.
func reported(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if _, after, ok := strings.Cut(line, "] "); ok {
			line = after
		}
		if strings.HasPrefix(line, "successful run") {
			line = "successful run\n"
		}
		b.WriteString(line)
	}
	return b.String()
}
