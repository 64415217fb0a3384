// Package straceopt understands the command line of strace(1): its options, in
// its grammar, with its words for what is wrong. What utrace does not do is
// refused by name.
package straceopt

import (
	"fmt"

	"utrace/cmd/utrace/internal/getopt"
	"utrace/engine/count"
	"utrace/engine/trace"
	"utrace/internal/fdinfo"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

// Options are a command line of strace, understood.
type Options struct {
	Trace   trace.Options
	Inject  []Injection
	Summary Summarize
	Count   count.Summary

	Paths []string    // -P: only calls that have to do with one of these
	FDs   trace.FDSet // -e trace-fds=: or with one of these

	Output   string // -o: a file, "|CMD" or "!CMD"; "" is standard error
	Append   bool   // -A
	Separate bool   // -ff: a file for each thread

	PIDs    []int    // -p
	Command []string // CMD [ARG]...; may be empty if there are PIDs
	Argv0   *string  // --argv0
	Env     []string // -E, in order: "VAR=VAL" sets, "VAR" removes
	User    string   // -u

	Daemon        int // -D: 0 to 3
	Interruptible int // -I: 1 to 4; 0 is what strace does by default
	KillOnExit    bool
	AlwaysPID     bool // --always-show-pid

	Help, Version bool
	Colour        string   // auto, always, never
	Warnings      []string // to be said on standard error before it begins
}

// Summarize is what becomes of the calls counted.
type Summarize uint8

const (
	NoSummary   Summarize = iota
	SummaryOnly           // -c: in place of the lines
	SummaryToo            // -C: besides them
)

// Injection is one -e inject=, or fault=.
type Injection struct {
	Set    *syscalls.Set
	Params map[string]string // by the keys of engine/inject
}

// Error is a wrong command line. Hint says that the help would help.
type Error struct {
	msg  string
	Hint bool
}

func (e *Error) Error() string { return e.msg }

// Errorf makes an Error of what strace would say.
func Errorf(format string, args ...any) error {
	return &Error{msg: fmt.Sprintf(format, args...)}
}

func usage(format string, args ...any) error {
	return &Error{msg: fmt.Sprintf(format, args...), Hint: true}
}

// parser is a command line half understood: what options said that count by how
// often they come, or that exclude each other.
type parser struct {
	Options
	times    map[string]int // how often each option was there, by ID
	noFollow bool
	status   string // the last of z, Z
}

// Parse understands the words behind "strace". All errors are *Error.
func Parse(args []string) (*Options, error) {
	given, command, err := getopt.Parse(specs, args)
	if err != nil {
		return nil, usage("%v", err)
	}
	p := &parser{times: map[string]int{}}
	p.Trace = trace.Defaults()
	p.Command = command
	p.Colour = "auto"
	for _, o := range given {
		p.times[o.ID]++
		if err := p.option(o); err != nil {
			return nil, err
		}
		if p.Help || p.Version {
			return &p.Options, nil
		}
	}
	if err := p.repeated(); err != nil {
		return nil, err
	}
	if err := p.together(); err != nil {
		return nil, err
	}
	p.pointless()
	return &p.Options, nil
}

// option takes one option. Those that count are looked at in repeated.
func (p *parser) option(o getopt.Option) (err error) {
	t := &p.Trace
	switch o.ID {
	case "a":
		t.Column, err = number(o, maxColumn)
	case "A":
		p.Append = true
	case "b":
		if o.Value != "execve" {
			return Errorf("Syscall '%s' for -b isn't supported", o.Value)
		}
		t.DetachExec = true
	case "c":
		p.Summary = SummaryOnly
	case "C":
		p.Summary = SummaryToo
	case "daemonize":
		p.Daemon, err = daemon(o)
	case "E":
		p.Env = append(p.Env, o.Value)
	case "f", "follow-forks":
		p.noFollow = false
	case "no-follow-forks":
		p.noFollow = true
	case "F":
		p.warn("option -F is deprecated, please use -f/--follow-forks instead")
	case "output-separately":
		p.Separate = true
	case "h":
		p.Help = true
	case "V":
		p.Version = true
	case "i":
		t.IP = true
	case "I":
		p.Interruptible, err = interruptible(o)
	case "k":
		t.Stacks = true
		if o.HasValue && o.Value != "symbol" {
			err = usage("option %s=%s is not supported: utrace shows symbols alone", o.Spelling, o.Value)
		}
	case "n":
		t.SyscallNr = true
	case "o":
		p.Output = o.Value
		if o.Value == "" {
			err = Errorf("Can't fopen '': No such file or directory")
		}
	case "p":
		err = p.pids(o.Value)
	case "P":
		p.Paths = append(p.Paths, o.Value)
	case "s":
		var n int
		n, err = number(o, maxString)
		t.SetStringLimit(n)
	case "u":
		p.User = o.Value
	case "v":
		t.Values.Full = syscalls.All()
	case "argv0":
		p.Argv0 = &o.Value
	case "kill-on-exit":
		p.KillOnExit = true
	case "always-show-pid":
		p.AlwaysPID = true
	case "syscall-limit":
		var n int
		n, err = number(o, 1<<31-1)
		if t.Limit = int64(n); err == nil && n == 0 {
			err = wrong(o)
		}
	case "json":
		t.JSON = true
	case "color":
		err = p.colour(o)
	case "D", "q", "t", "x", "y", "seccomp-bpf":
	case "z", "Z":
		p.status = o.ID
	default:
		return p.second(o)
	}
	return err
}

// second takes the options that option has no room for: times, the table, and
// what -e has too.
func (p *parser) second(o getopt.Option) (err error) {
	t := &p.Trace
	switch o.ID {
	case "r":
		t.Relative = true
		t.RelUnit, err = precision(o)
	case "T":
		t.Times = true
		t.TimesUnit, err = precision(o)
	case "absolute-timestamps":
		err = p.timestamps(o)
	case "O":
		p.Count.Overhead, err = overhead(o)
	case "S":
		p.Count.Sort, err = sortBy(o.Value)
	case "U":
		p.Count.Columns, err = columns(o.Value)
	case "w":
		p.Count.WallClock = true
	case "X":
		t.Values.Constants, err = constants(o)
	case "strings-in-hex":
		t.Values.Strings, err = stringStyle(o)
	case "Y":
		t.PIDs |= trace.PIDComm
	case "pidns-translation":
		t.PIDs |= trace.PIDNamespace
	case "decode-fds":
		if !o.HasValue {
			o.Value = "path"
		}
		err = p.qualify(o.ID, o.Value)
	case "quiet":
		if !o.HasValue {
			o.Value = "attach,personality"
		}
		err = p.qualify(o.ID, o.Value)
	case "e":
		err = p.expression(o.Value)
	case "trace", "trace-fds", "signal", "status", "abbrev", "verbose", "raw", "read", "write", "inject", "fault", "kvm", "decode-pids":
		err = p.qualify(o.ID, o.Value)
	default:
		err = refused(o)
	}
	return err
}

// unsupported says of an option of strace's why utrace does not have it.
var unsupported = map[string]string{
	"d":    "utrace doctor tells what tracing needs and has here",
	"N":    "--json names all arguments",
	"tips": "it has no tips",
}

func refused(o getopt.Option) error {
	if o.ID == "tips" && (o.Value == "none" || o.Value == "format:none") {
		return nil
	}
	return usage("option %s is not supported: %s", o.Spelling, unsupported[o.ID])
}

func (p *parser) warn(format string, args ...any) {
	p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...))
}

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
