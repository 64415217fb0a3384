package straceopt

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"utrace/engine/trace"
	"utrace/internal/fdinfo"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

func split(line string) []string {
	args := strings.Fields(line)
	for i := range args {
		args[i] = strings.NewReplacer("_", " ", "''", "").Replace(args[i])
	}
	return args
}

// The words are those of strace 6.1, where strace has the option.
func TestErrors(t *testing.T) {
	for _, tc := range []struct{ line, want string }{
		{"", "must have PROG [ARGS] or -p PID"},
		{"-Q ls", "invalid option -- 'Q'"},
		{"-s", "option requires an argument -- 's'"},
		{"-s abc true", "invalid -s argument: 'abc'"},
		{"-s 2000000000 true", "invalid -s argument: '2000000000'"},
		{"--string-limit=-1 true", "invalid --string-limit argument: '-1'"},
		{"-a -1 true", "invalid -a argument: '-1'"},
		{"--foo true", "unrecognized option '--foo'"},
		{"--user", "option '--user' requires an argument"},
		{"--no-abbrev=3 true", "option '--no-abbrev' doesn't allow an argument"},
		{"-e status=foo true", "invalid status 'foo'"},
		{"-e signal=foo true", "invalid signal 'foo'"},
		{"-e signal=usr2,!3 true", "invalid signal '!3'"},
		{"-e signal=65 true", "invalid signal '65'"},
		{"-e quiet=foo true", "invalid quiet 'foo'"},
		{"--decode-fds=foo true", "invalid decode-fds 'foo'"},
		{"--decode-pids=foo true", "invalid decode-pids 'foo'"},
		{"-e read=abc true", "invalid descriptor 'abc'"},
		{"-e read= true", "invalid descriptor ''"},
		{"-X foo true", "invalid -X argument: 'foo'"},
		{"-b foo true", "Syscall 'foo' for -b isn't supported"},
		{"-I 9 true", "invalid -I argument: '9'"},
		{"-O x true", "invalid -O argument: 'x'"},
		{"-S foo true", "invalid sortby: 'foo'"},
		{"-U foo true", "unknown column name: 'foo'"},
		{"-U calls,count -c true", "call summary column has been provided more than once: 'count'"},
		{"-U calls true", "-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)"},
		{"-w true", "-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)"},
		{"-c -C true", "-c/--summary-only and -C/--summary are mutually exclusive"},
		{"-ff -c true", "(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive"},
		{"-ff -o |cat true", "piping the output and -ff/--output-separately are mutually exclusive"},
		{"-p abc", "Invalid process id: 'abc'"},
		{"-p 1,abc", "Invalid process id: 'abc'"},
		{"-p 0", "Invalid process id: '0'"},
		{"--kill-on-exit -p 1", "--kill-on-exit and -p/--attach are mutually exclusive"},
		{"-D -p 1", "PROG [ARGS] must be specified with -D/--daemonize"},
		{"-DDDD true", "Too many -D's (4), maximum supported -D count is 3"},
		{"--daemonize=foo true", "invalid --daemonize argument: 'foo'"},
		{"--absolute-timestamps=foo true", "invalid --absolute-timestamps argument: 'foo'"},
		{"--absolute-timestamps=format:us true", "invalid --absolute-timestamps argument: 'format:us'"},
		{"--syscall-times=foo true", "invalid --syscall-times argument: 'foo'"},
		{"--strings-in-hex=foo true", "invalid --strings-in-hex argument: 'foo'"},
		{"-q --quiet=exit true", "-q and -e quiet/--quiet cannot be provided simultaneously"},
		{"-q -e quiet=exit true", "-q and -e quiet/--quiet cannot be provided simultaneously"},
		{"-x --strings-in-hex=all true", "-x and --strings-in-hex cannot be provided simultaneously"},
		{"-y --decode-fds=path true", "-y and --decode-fds cannot be provided simultaneously"},
		{"-tt --timestamps=none true", "-t and --absolute-timestamps cannot be provided simultaneously"},
		{"-o '' true", "Can't fopen '': No such file or directory"},
		{"-e '' true", "invalid system call ''"},
		{"-e opnat true", `-e trace=opnat: unknown system call "opnat": did you mean "openat"?`},
		{"-e inject=open:foo true", "invalid inject argument 'open:foo': "},
		{"-e inject=open true", "invalid inject argument 'open': nothing to do"},
		{"-e inject=open:error=1:retval=2 true", "exclude each other"},
		{"-e inject=open:when=0 true", "invalid inject argument 'open:when=0': when=0: "},
		{"-e fault=open:signal=1 true", "for signal= write -e inject="},
		{"-e kvm=vcpu true", "option -e kvm= is not supported"},
		{"-d true", "option -d is not supported"},
		{"--stack-trace=source true", "option --stack-trace=source is not supported"},
		{"--tips true", "option --tips is not supported"},
		{"--color=red true", "invalid --color argument: 'red'"},
		{"--json -C true", "--json and -C/--summary are mutually exclusive"},
		{"--syscall-limit=0 true", "invalid --syscall-limit argument: '0'"},
	} {
		_, err := Parse(split(tc.line))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Error(), tc.want) {
			t.Errorf("%s:\n got %v\nwant %s", tc.line, err, tc.want)
		}
	}
}

func TestValues(t *testing.T) {
	set := func(text string) *syscalls.Set {
		s, err := syscalls.ParseSet(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, tc := range []struct {
		line string
		got  func(o *Options) any
		want any
	}{
		{"ls -l", func(o *Options) any { return o.Command }, []string{"ls", "-l"}},
		{"-fs10 -o x ls", func(o *Options) any { return fmt.Sprint(o.Trace.Values.StringLimit, o.Output) }, "10x"},
		{"-e trace=open -e close ls", func(o *Options) any { return o.Trace.Calls.String() }, "close"},
		{"-e t=!%file ls", func(o *Options) any { return *o.Trace.Calls }, *set("!%file")},
		{"--trace=?nosuch,read ls", func(o *Options) any { return o.Trace.Calls.String() }, "read"},
		{"-v ls", func(o *Options) any { return o.Trace.Values.Full.IsAll() }, true},
		{"-e x=all ls", func(o *Options) any { return o.Trace.Values.Raw.IsAll() }, true},
		{"-z ls", func(o *Options) any { return o.Trace.Statuses }, trace.Successful},
		{"-z -Z ls", func(o *Options) any { return o.Trace.Statuses }, trace.Failed},
		{"-e status=!failed,detached ls", func(o *Options) any { return o.Trace.Statuses },
			trace.Successful | trace.Unfinished | trace.Unavailable},
		{"-e signal=none ls", func(o *Options) any { return o.Trace.Signals }, trace.SignalSet(0)},
		{"-e s=usr1,SIGHUP,9 ls", func(o *Options) any { return o.Trace.Signals },
			trace.SignalSet(0).With(10).With(1).With(9)},
		{"--signal=!io ls", func(o *Options) any { return o.Trace.Signals.Has(29) }, false},
		{"-e read=3,5 ls", func(o *Options) any {
			return fmt.Sprint(o.Trace.Read.Has(3), o.Trace.Read.Has(4), o.Trace.Write.Has(3))
		}, "true false false"},
		{"-e write=!1 ls", func(o *Options) any { return fmt.Sprint(o.Trace.Write.Has(1), o.Trace.Write.Has(2)) }, "false true"},
		{"-e r=all -e w=!all ls", func(o *Options) any { return fmt.Sprint(o.Trace.Read.Has(1), o.Trace.Write.IsEmpty()) }, "true true"},
		{"-q ls", func(o *Options) any { return o.Trace.Quiet }, trace.QuietAttach | trace.QuietPersonality},
		{"-qq ls", func(o *Options) any { return o.Trace.Quiet }, trace.QuietAttach | trace.QuietPersonality | trace.QuietExit},
		{"-q -q -q ls", func(o *Options) any { return o.Trace.Quiet }, trace.QuietAll},
		{"-o x ls", func(o *Options) any { return o.Trace.Quiet }, trace.QuietAttach | trace.QuietPersonality},
		{"-o x -p 1", func(o *Options) any { return o.Trace.Quiet }, trace.Quiet(0)},
		{"-o x -e quiet=none ls", func(o *Options) any { return o.Trace.Quiet }, trace.Quiet(0)},
		{"--quiet ls", func(o *Options) any { return o.Trace.Quiet }, trace.QuietAttach | trace.QuietPersonality},
		{"--silence=exit,superseded ls", func(o *Options) any { return o.Trace.Quiet }, trace.QuietExit | trace.QuietThreadExecve},
		{"-x ls", func(o *Options) any { return o.Trace.Values.Strings }, decode.HexNonASCII},
		{"-xx ls", func(o *Options) any { return o.Trace.Values.Strings }, decode.HexAll},
		{"--strings-in-hex=non-ascii-chars ls", func(o *Options) any { return o.Trace.Values.Strings }, decode.HexNonASCIIChars},
		{"-y ls", func(o *Options) any { return o.Trace.FDs }, fdinfo.Path},
		{"-yy ls", func(o *Options) any { return o.Trace.FDs }, fdAll},
		{"--decode-fds=dev,path ls", func(o *Options) any { return o.Trace.FDs }, fdinfo.Path | fdinfo.Device},
		{"-Y --pidns-translation ls", func(o *Options) any { return o.Trace.PIDs }, trace.PIDAll},
		{"-X verbose ls", func(o *Options) any { return o.Trace.Values.Constants }, decode.Verbose},
		{"-t ls", func(o *Options) any { return fmt.Sprint(o.Trace.Time, o.Trace.TimeUnit) }, fmt.Sprint(trace.TimeOfDay, trace.Seconds)},
		{"-ttt ls", func(o *Options) any { return fmt.Sprint(o.Trace.Time, o.Trace.TimeUnit) }, fmt.Sprint(trace.UnixTime, trace.Micros)},
		{"--timestamps=ns,format:unix ls", func(o *Options) any { return fmt.Sprint(o.Trace.Time, o.Trace.TimeUnit) }, fmt.Sprint(trace.UnixTime, trace.Nanos)},
		{"-r -T ls", func(o *Options) any {
			return fmt.Sprint(o.Trace.Relative, o.Trace.RelUnit, o.Trace.Times, o.Trace.TimesUnit)
		}, "true 6 true 6"},
		{"--relative-timestamps=ms --syscall-times=s ls", func(o *Options) any { return fmt.Sprint(o.Trace.RelUnit, o.Trace.TimesUnit) }, "3 0"},
		{"-c -w -S count -U shortest,name -O 2ms ls", func(o *Options) any { return fmt.Sprintf("%+v", o.Count) },
			"{Columns:[min-time name] Sort:calls WallClock:true Overhead:2ms}"},
		{"-O 1.5 -C ls", func(o *Options) any { return o.Count.Overhead }, 1500 * time.Nanosecond},
		{"-p 12,13 -p 14_15 ls", func(o *Options) any { return o.PIDs }, []int{12, 13, 14, 15}},
		{"-E A=b -E C ls", func(o *Options) any { return o.Env }, []string{"A=b", "C"}},
		{"-ff -o x ls", func(o *Options) any { return o.Separate }, true},
		{"-ff ls", func(o *Options) any { return o.Separate }, false},
		{"-f --no-follow-forks ls", func(o *Options) any { return o.Trace.NoFollow }, true},
		{"-DD ls", func(o *Options) any { return o.Daemon }, 2},
		{"-D -D -D ls", func(o *Options) any { return o.Daemon }, 3},
		{"-I never ls", func(o *Options) any { return o.Interruptible }, 3},
		{"-b execve ls", func(o *Options) any { return o.Trace.DetachExec }, true},
		{"-V nonsense", func(o *Options) any { return o.Version }, true},
		{"--color ls", func(o *Options) any { return o.Colour }, "always"},
		{"-e fault=read:when=2 ls", func(o *Options) any { return o.Inject[0].Params }, map[string]string{"error": "ENOSYS", "when": "2"}},
		{"-e inject=read,open:error=1 -e inject=open:retval=7 ls", func(o *Options) any {
			return fmt.Sprint(o.Inject[0].Set, o.Inject[1].Set)
		}, "read open"},
	} {
		o, err := Parse(split(tc.line))
		if err != nil {
			t.Errorf("%s: %v", tc.line, err)
			continue
		}
		if got := tc.got(o); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.line, got, tc.want)
		}
	}
}

func TestWarnings(t *testing.T) {
	for _, tc := range []struct {
		line string
		want []string
	}{
		{"-f ls", nil},
		{"-A ls", []string{"-A/--output-append-mode has no effect without -o/--output"}},
		{"-S calls ls", []string{"-S/--summary-sort-by has no effect without (-c/--summary-only or -C/--summary)"}},
		{"--seccomp-bpf ls", nil},
		{"--seccomp-bpf -p 1", []string{"--seccomp-bpf is not enabled for processes attached with -p"}},
		{"-c -i -n ls", []string{
			"-i/--instruction-pointer has no effect with -c/--summary-only",
			"-n/--syscall-number has no effect with -c/--summary-only",
		}},
	} {
		o, err := Parse(split(tc.line))
		if err != nil || !slices.Equal(o.Warnings, tc.want) {
			t.Errorf("%s: got %q, %v, want %q", tc.line, o.Warnings, err, tc.want)
		}
	}
}
