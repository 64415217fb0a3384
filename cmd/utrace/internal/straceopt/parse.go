package straceopt

import (
	"fmt"

	"utrace/cmd/utrace/internal/getopt"
	"utrace/engine/trace"
	"utrace/syscalls"
)

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
	case "no-ptrace":
		p.NoPtrace = true
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
