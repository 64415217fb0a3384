package straceopt

import (
	"utrace/engine/trace"
	"utrace/internal/fdinfo"
	"utrace/syscalls/decode"
)

const fdAll = fdinfo.Path | fdinfo.Socket | fdinfo.Device | fdinfo.Pidfd

// repeated sees to options of which it matters how often they were given.
func (p *parser) repeated() error {
	for _, pair := range [...]struct{ short, long, says string }{
		{"q", "quiet", "-e quiet/--quiet"},
		{"x", "strings-in-hex", "--strings-in-hex"},
		{"y", "decode-fds", "--decode-fds"},
		{"t", "absolute-timestamps", "--absolute-timestamps"},
		{"D", "daemonize", "--daemonize"},
	} {
		if p.times[pair.short] > 0 && p.times[pair.long] > 0 {
			return usage("-%s and %s cannot be provided simultaneously", pair.short, pair.says)
		}
	}
	t := &p.Trace
	switch n := p.times["q"]; {
	case n == 1:
		t.Quiet = trace.QuietAttach | trace.QuietPersonality
	case n == 2:
		t.Quiet = trace.QuietAttach | trace.QuietPersonality | trace.QuietExit
	case n > 2:
		t.Quiet = trace.QuietAll
	case p.times["quiet"] == 0 && p.Output != "" && len(p.Command) > 0 && !t.JSON:
		t.Quiet = trace.QuietAttach | trace.QuietPersonality
	}
	switch n := p.times["x"]; {
	case n == 1:
		t.Values.Strings = decode.HexNonASCII
	case n > 1:
		t.Values.Strings = decode.HexAll
	}
	switch n := p.times["y"]; {
	case n == 1:
		t.FDs = fdinfo.Path
	case n > 1:
		t.FDs = fdAll
	case p.times["decode-fds"] == 0 && t.JSON:
		t.FDs = fdinfo.Path
	}
	switch n := p.times["t"]; {
	case n == 1:
		t.Time, t.TimeUnit = trace.TimeOfDay, trace.Seconds
	case n == 2:
		t.Time, t.TimeUnit = trace.TimeOfDay, trace.Micros
	case n > 2:
		t.Time, t.TimeUnit = trace.UnixTime, trace.Micros
	}
	const maxDaemon = 3
	if n := p.times["D"]; n > maxDaemon {
		return usage("Too many -D's (%d), maximum supported -D count is %d", n, maxDaemon)
	} else if n > 0 {
		p.Daemon = n
	}
	if p.times["f"] > 1 {
		p.Separate = true
	}
	switch p.status {
	case "z":
		t.Statuses = trace.Successful
	case "Z":
		t.Statuses = trace.Failed
	}
	return nil
}

// together refuses what cannot be had together, and says what has no effect.
func (p *parser) together() error {
	p.Trace.NoFollow = p.noFollow
	table := p.Summary != NoSummary
	switch {
	case len(p.Command) == 0 && len(p.PIDs) == 0:
		return usage("must have PROG [ARGS] or -p PID")
	case len(p.Command) == 0 && p.Daemon > 0:
		return usage("PROG [ARGS] must be specified with -D/--daemonize")
	case len(p.Command) == 0 && p.User != "":
		return usage("PROG [ARGS] must be specified with -u/--user")
	case p.KillOnExit && len(p.PIDs) > 0:
		return usage("--kill-on-exit and -p/--attach are mutually exclusive")
	case p.times["c"] > 0 && p.times["C"] > 0:
		return usage("-c/--summary-only and -C/--summary are mutually exclusive")
	case p.Separate && table:
		return usage("(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive")
	case p.Separate && p.Output != "" && (p.Output[0] == '|' || p.Output[0] == '!'):
		return usage("piping the output and -ff/--output-separately are mutually exclusive")
	case p.Count.WallClock && !table:
		return usage("-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)")
	case p.Count.Columns != nil && !table:
		return usage("-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)")
	case p.Trace.JSON && p.Summary == SummaryToo:
		return usage("--json and -C/--summary are mutually exclusive: the table is no JSON")
	}
	return nil
}

// pointless warns of what has no effect.
func (p *parser) pointless() {
	table := "(-c/--summary-only or -C/--summary)"
	switch {
	case p.times["seccomp-bpf"] > 0 && len(p.PIDs) > 0:
		p.warn("--seccomp-bpf is not enabled for processes attached with -p")
	case p.times["seccomp-bpf"] > 0 && p.noFollow:
		p.warn("--seccomp-bpf cannot be used without -f/--follow-forks, disabling")
	}
	if p.times["S"] > 0 && p.Summary == NoSummary {
		p.warn("-S/--summary-sort-by has no effect without %s", table)
	}
	if p.times["z"] > 0 && p.times["Z"] > 0 {
		p.warn("Only the last of -z/--successful-only/-Z/--failed-only options will take effect. See status qualifier for more complex filters.")
	}
	if p.Output == "" {
		if p.times["output-separately"] > 0 {
			p.warn("--output-separately has no effect without -o/--output")
		}
		if p.Append {
			p.warn("-A/--output-append-mode has no effect without -o/--output")
		}
		p.Separate = false
	}
	if p.Summary == SummaryOnly {
		for _, o := range [...]struct{ id, name string }{
			{"i", "-i/--instruction-pointer"}, {"k", "-k/--stack-traces"}, {"n", "-n/--syscall-number"}, {"r", "-r/--relative-timestamps"},
			{"t", "-t/--absolute-timestamps"}, {"absolute-timestamps", "-t/--absolute-timestamps"},
			{"T", "-T/--syscall-times"}, {"y", "-y/--decode-fds"}, {"decode-fds", "-y/--decode-fds"},
			{"json", "--json"},
		} {
			if p.times[o.id] > 0 {
				p.warn("%s has no effect with -c/--summary-only", o.name)
			}
		}
	}
}
