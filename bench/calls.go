package main

import "fmt"

// runCalls measures single calls, in ns, which the program itself times.
func (b *bench) runCalls() error {
	if !b.only.MatchString("calls") {
		return nil
	}
	many, some := fmt.Sprint(b.size(3_000_000)), fmt.Sprint(b.size(20_000))
	calls, skip := b.path("calls"), b.path("skip")
	utrace := func(n string, args ...string) []string {
		return append(append([]string{b.utrace, "run"}, args...), "--", calls, n)
	}
	for _, pinned := range []bool{true, false} {
		got, err := rounds(b.rounds, pinned, []command{
			{name: "untraced", argv: []string{calls, many}},
			{name: "unwanted", argv: utrace(many, "-e", "nop:reboot")},
			{name: "allow", argv: []string{b.path("allow"), calls, many}},
		}, printed)
		if err != nil {
			return err
		}
		s := spreadOf(minus(got[1], got[0]))
		b.calls = append(b.calls, fmt.Sprintf("| a call that no engine wants, ns more than untraced | %s | %v | 40 | %s |\n", where(pinned), s, verdict(s.median, 40)))
		b.calls = append(b.calls, fmt.Sprintf("| the same under a filter of one instruction that allows all, untraced | %s | %v | | what the kernel takes |\n", where(pinned), spreadOf(minus(got[2], got[0]))))
		b.calls = append(b.calls, fmt.Sprintf("| a call that no engine wants, ns more than under that filter | %s | %v | | |\n", where(pinned), spreadOf(minus(got[1], got[2]))))

		got, err = rounds(b.rounds, pinned, []command{
			{name: "1 engine", argv: utrace(some, "-e", "nop")},
			{name: "101 engines", argv: utrace(some, "-e", "nop:copies=101")},
			{name: "skip", argv: []string{skip, some}},
			{name: "abort", argv: utrace(some, "-e", "inject:getppid:retval=7")},
		}, printed)
		if err != nil {
			return err
		}
		further := minus(got[1], got[0])
		for i := range further {
			further[i] /= 2 * 100 // two events a call
		}
		s = spreadOf(further)
		b.calls = append(b.calls, fmt.Sprintf("| a further engine, ns an event | %s | %v | 150 | %s |\n", where(pinned), s, verdict(s.median, 150)))
		s = spreadOf(ratios(got[3], got[2]))
		b.calls = append(b.calls, fmt.Sprintf("| an abort with a result, of two stops in C | %s | %v | 0.70 | %s |\n", where(pinned), s, verdict(s.median, 0.7)))
		if err := b.done("calls on %s CPU", where(pinned)); err != nil {
			return err
		}
	}
	return nil
}
