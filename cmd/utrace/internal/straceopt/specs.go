package straceopt

import "utrace/cmd/utrace/internal/getopt"

const (
	none     = getopt.None
	required = getopt.Required
	optional = getopt.Optional
)

// specs are the options of strace's manual page, and ours. An ID is strace's
// letter where it has one.
var specs = []getopt.Spec{
	{Short: 'a', Long: "columns", Arg: required, ID: "a"},
	{Short: 'A', Long: "output-append-mode", ID: "A"},
	{Short: 'b', Long: "detach-on", Arg: required, ID: "b"},
	{Short: 'c', Long: "summary-only", ID: "c"},
	{Short: 'C', Long: "summary", ID: "C"},
	{Short: 'd', Long: "debug", ID: "d"},
	{Short: 'D', ID: "D"},
	{Long: "daemonize", Arg: optional},
	{Long: "daemonise", Arg: optional, ID: "daemonize"},
	{Long: "daemonized", Arg: optional, ID: "daemonize"},
	{Long: "daemonised", Arg: optional, ID: "daemonize"},
	{Short: 'e', Arg: required, ID: "e"},
	{Short: 'E', Long: "env", Arg: required, ID: "E"},
	{Short: 'f', ID: "f"},
	{Long: "follow-forks"},
	{Long: "no-follow-forks"},
	{Short: 'F', ID: "F"},
	{Long: "output-separately"},
	{Short: 'h', Long: "help", ID: "h"},
	{Short: 'i', Long: "instruction-pointer", ID: "i"},
	{Short: 'I', Long: "interruptible", Arg: required, ID: "I"},
	{Short: 'k', Long: "stack-traces", ID: "k"},
	{Long: "stack-trace", Arg: optional, ID: "k"},
	{Short: 'n', Long: "syscall-number", ID: "n"},
	{Short: 'N', Long: "arg-names", ID: "N"},
	{Short: 'o', Long: "output", Arg: required, ID: "o"},
	{Short: 'O', Long: "summary-syscall-overhead", Arg: required, ID: "O"},
	{Short: 'p', Long: "attach", Arg: required, ID: "p"},
	{Short: 'P', Long: "trace-path", Arg: required, ID: "P"},
	{Short: 'q', ID: "q"},
	{Long: "quiet", Arg: optional},
	{Long: "silent", Arg: optional, ID: "quiet"},
	{Long: "silence", Arg: optional, ID: "quiet"},
	{Short: 'r', ID: "r"},
	{Long: "relative-timestamps", Arg: optional, ID: "r"},
	{Short: 's', Long: "string-limit", Arg: required, ID: "s"},
	{Short: 'S', Long: "summary-sort-by", Arg: required, ID: "S"},
	{Short: 't', ID: "t"},
	{Long: "absolute-timestamps", Arg: optional},
	{Long: "timestamps", Arg: optional, ID: "absolute-timestamps"},
	{Short: 'T', ID: "T"},
	{Long: "syscall-times", Arg: optional, ID: "T"},
	{Short: 'u', Long: "user", Arg: required, ID: "u"},
	{Short: 'U', Long: "summary-columns", Arg: required, ID: "U"},
	{Short: 'v', Long: "no-abbrev", ID: "v"},
	{Short: 'V', Long: "version", ID: "V"},
	{Short: 'w', Long: "summary-wall-clock", ID: "w"},
	{Short: 'x', ID: "x"},
	{Long: "strings-in-hex", Arg: optional},
	{Short: 'X', Long: "const-print-style", Arg: required, ID: "X"},
	{Short: 'y', ID: "y"},
	{Long: "decode-fds", Arg: optional},
	{Short: 'Y', ID: "Y"},
	{Long: "decode-pids", Arg: required},
	{Long: "pidns-translation"},
	{Short: 'z', Long: "successful-only", ID: "z"},
	{Short: 'Z', Long: "failed-only", ID: "Z"},
	{Long: "argv0", Arg: required},
	{Long: "kill-on-exit"},
	{Long: "no-ptrace"},
	{Long: "seccomp-bpf"},
	{Long: "syscall-limit", Arg: required},
	{Long: "always-show-pid"},
	{Long: "tips", Arg: optional},

	// The qualifiers of -e.
	{Long: "trace", Arg: required},
	{Long: "trace-fds", Arg: required},
	{Long: "signals", Arg: required, ID: "signal"},
	{Long: "signal", Arg: required},
	{Long: "status", Arg: required},
	{Long: "abbrev", Arg: required},
	{Long: "verbose", Arg: required},
	{Long: "raw", Arg: required},
	{Long: "reads", Arg: required, ID: "read"},
	{Long: "read", Arg: required},
	{Long: "writes", Arg: required, ID: "write"},
	{Long: "write", Arg: required},
	{Long: "inject", Arg: required},
	{Long: "fault", Arg: required},
	{Long: "kvm", Arg: required},

	// Ours.
	{Long: "json"},
	{Long: "color", Arg: optional},
	{Long: "colour", Arg: optional, ID: "color"},
}

// qualifier returns what a qualifier of -e is called by its first name, "" for a
// word that is none.
func qualifier(name string) string {
	switch name {
	case "trace", "t":
		return "trace"
	case "trace-fds", "trace-fd", "fds", "fd":
		return "trace-fds"
	case "abbrev", "a":
		return "abbrev"
	case "verbose", "v":
		return "verbose"
	case "raw", "x":
		return "raw"
	case "signal", "signals", "s":
		return "signal"
	case "read", "reads", "r":
		return "read"
	case "write", "writes", "w":
		return "write"
	case "quiet", "silent", "silence", "q":
		return "quiet"
	case "decode-fds", "decode-fd":
		return "decode-fds"
	case "decode-pids", "decode-pid":
		return "decode-pids"
	case "fault", "inject", "status", "kvm":
		return name
	}
	return ""
}
