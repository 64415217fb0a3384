package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"utrace/control"
	"utrace/internal/reach"
	"utrace/syscalls"
)

func askCommand() *cobra.Command {
	a := &asker{c: &ctl{}, answers: map[string]control.Decision{}}
	cmd := &cobra.Command{
		Use:   "ask [--control PATH] [-w FILE]",
		Short: "Ask on the terminal about each held call of a session",
		Long: `ask shows each call that a session holds, in words, and takes an answer: y and n
for this call, always and never for all that are like it: of the same program,
about the same file or address. It ends with the session, or by ^C.

With -w, always and never are written as rules that the engine policy takes.`,
		Example: `  utrace run --control s -e hold:connect,execve:deadline=10m -- ./installer
  utrace ask -w rules                              in another terminal
  utrace run -e policy:file=rules -- ./installer   from then on`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.run(cmd) },
	}
	cmd.Flags().StringVar(&a.c.path, "control", "", "the session's socket is `PATH`")
	cmd.Flags().StringVarP(&a.file, "write", "w", "", "append the rules to `FILE`")
	return cmd
}

// asker is one utrace ask.
type asker struct {
	c       *ctl
	file    string
	rules   *os.File
	in      *bufio.Reader
	out     io.Writer
	answers map[string]control.Decision // always and never, by what they are about
}

func (a *asker) run(cmd *cobra.Command) error {
	if err := a.c.connect(); err != nil {
		return a.c.failed(err)
	}
	defer a.c.client.Close()
	if a.file != "" {
		f, err := os.OpenFile(a.file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
		if err != nil {
			return fmt.Errorf("rules: %w", err)
		}
		defer f.Close()
		a.rules = f
	}
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGTERM)
	defer stop()
	a.in, a.out = bufio.NewReader(cmd.InOrStdin()), cmd.OutOrStdout()
	return a.c.failed(a.session(ctx))
}

// session asks about what is held, and about what comes to be, to its end.
func (a *asker) session(ctx context.Context) error {
	events, err := a.c.client.Events(ctx)
	if err != nil {
		return err
	}
	held, err := a.c.client.Held(ctx)
	if err != nil {
		return err
	}
	last := uint64(0)
	for _, h := range held {
		if err := a.ask(ctx, h); err != nil {
			return err
		}
		last = h.ID
	}
	for ev, err := range events {
		if err != nil {
			return err
		}
		if ev.Held == nil || ev.Held.ID <= last {
			continue
		}
		if err := a.ask(ctx, *ev.Held); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.out, "The session is over.")
	return nil
}

// errNoAnswer is the end of the answers.
var errNoAnswer = errors.New("no more answers: held calls are left to their deadlines")

var (
	yes = control.Decision{Verb: "run", By: "utrace ask"}
	no  = control.Decision{Verb: "abort", Errno: "EPERM", By: "utrace ask"}
)

// ask settles one call.
func (a *asker) ask(ctx context.Context, h control.Held) error {
	s := inWords(h)
	if d, ok := a.answers[s.rule]; ok {
		fmt.Fprintf(a.out, "%s: %s, as before\n", s.words, map[bool]string{true: "yes", false: "no"}[d.Verb == "run"])
		return a.decide(ctx, h, d)
	}
	fmt.Fprintf(a.out, "\n%s\n  %s\n", s.words, h.Text)
	for {
		fmt.Fprint(a.out, "Allow it? y(es), n(o), always, never: ")
		line, err := a.in.ReadString('\n')
		if err != nil && line == "" {
			fmt.Fprintln(a.out)
			return errNoAnswer
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return a.decide(ctx, h, yes)
		case "n", "no":
			return a.decide(ctx, h, no)
		case "a", "always":
			return errors.Join(a.remember(s.rule, "allow", yes), a.decide(ctx, h, yes))
		case "never":
			return errors.Join(a.remember(s.rule, "deny", no), a.decide(ctx, h, no))
		}
	}
}

// decide tells the session. That it is too late is no reason to stop asking.
func (a *asker) decide(ctx context.Context, h control.Held, d control.Decision) error {
	err := a.c.client.Decide(ctx, h.ID, d)
	var late *control.Error
	if errors.As(err, &late) {
		fmt.Fprintf(a.out, "Too late: %s\n", late.Message)
		return nil
	}
	return err
}

func (a *asker) remember(rule, action string, d control.Decision) error {
	a.answers[rule] = d
	if a.rules == nil {
		return nil
	}
	_, err := fmt.Fprintf(a.rules, "%-6s%s\n", action, rule)
	return err
}

// said is a call in words, and as the set and the condition of a rule.
type said struct{ words, rule string }

// inWords says what a held call is about.
func inWords(h control.Held) said {
	who := fmt.Sprintf("%s (pid %d)", h.Comm, h.PID)
	rule := fmt.Sprintf("%s if comm == %s", h.Name, strconv.Quote(h.Comm))
	var args map[string]struct{ Value json.RawMessage }
	_ = json.Unmarshal(h.Decoded, &args) // what is not there is not said
	if to, cond := destination(args); to != "" {
		return said{fmt.Sprintf("%s wants to %s to %s", who, h.Name, to), rule + cond}
	}
	paths := files(h, args)
	if paths[0] == "" {
		return said{fmt.Sprintf("%s wants to make this call:", who), rule}
	}
	verb, known := verbs[h.Name]
	if !known {
		verb = "call " + h.Name + " on"
	}
	words, cond := fmt.Sprintf("%s wants to %s %s", who, verb, paths[0]), " and path == "+strconv.Quote(paths[0])
	if paths[1] != "" {
		words += " and " + paths[1]
		cond += " and path2 == " + strconv.Quote(paths[1])
	}
	return said{words, rule + cond}
}

var verbs = map[string]string{
	"open": "open", "openat": "open", "openat2": "open", "creat": "make", "execve": "execute", "execveat": "execute",
	"unlink": "remove", "unlinkat": "remove", "rmdir": "remove the directory", "mkdir": "make the directory",
	"mkdirat": "make the directory", "rename": "rename", "renameat": "rename", "renameat2": "rename", "chdir": "go to",
	"stat": "look at", "lstat": "look at", "newfstatat": "look at", "statx": "look at", "chmod": "change the mode of",
	"fchmodat": "change the mode of", "readlink": "read the link", "readlinkat": "read the link",
	"symlink": "make the link", "symlinkat": "make the link", "link": "link", "linkat": "link",
}

// destination is the address among the arguments, in words and as a condition.
func destination(args map[string]struct{ Value json.RawMessage }) (words, cond string) {
	for _, arg := range args {
		var a struct {
			Family string `json:"sa_family"`
			Path   string `json:"sun_path"`
			Port4  int    `json:"sin_port"`
			Host4  string `json:"sin_addr"`
			Port6  int    `json:"sin6_port"`
			Host6  string `json:"sin6_addr"`
		}
		if json.Unmarshal(arg.Value, &a) != nil {
			continue
		}
		switch a.Family {
		case "AF_UNIX":
			return a.Path, " and addr.path == " + strconv.Quote(a.Path)
		case "AF_INET":
			return fmt.Sprintf("%s port %d", a.Host4, a.Port4), fmt.Sprintf(" and addr.host == %q and addr.port == %d", a.Host4, a.Port4)
		case "AF_INET6":
			return fmt.Sprintf("%s port %d", a.Host6, a.Port6), fmt.Sprintf(" and addr.host == %q and addr.port == %d", a.Host6, a.Port6)
		}
	}
	return "", ""
}

// files are the files that the call is about, as the engine policy finds them.
func files(h control.Held, args map[string]struct{ Value json.RawMessage }) [2]string {
	call, ok := syscalls.ByName(syscalls.AMD64, h.Name)
	if h.Arch == syscalls.I386.String() {
		call, ok = syscalls.ByName(syscalls.I386, h.Name)
	}
	if !ok {
		return [2]string{}
	}
	raw := func(i int) uint64 {
		v, _ := strconv.ParseUint(h.Args[i], 0, 64)
		return v
	}
	return reach.Paths(h.TID, call, raw, func(i int) (name string, ok bool) {
		return name, json.Unmarshal(args[call.Args[i].Name].Value, &name) == nil
	})
}
