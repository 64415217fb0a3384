package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"utrace/cmd/utrace/internal/session"
	"utrace/control"
)

// ctl is utrace ctl: a controller on the command line.
type ctl struct {
	path   string
	json   bool
	client *control.Client
	ctx    context.Context
	out    io.Writer
}

func ctlCommand() *cobra.Command {
	c := &ctl{}
	cmd := &cobra.Command{
		Use:   "ctl [--control PATH] VERB ...",
		Short: "Control a session that was started with --control",
		Long: `ctl talks to a session that was started with "utrace run --control PATH" or
"utrace attach --control PATH". Without --control it is the one that you have
running. What it does can be done by HTTP too: docs/control.md.

Exit status: 0 when it was done; 1 when the session refused, and says why;
2: wrong command line.`,
		Example: `  utrace run --control s -e hold:connect:deadline=1m -- curl example.org
  utrace ctl held                    1  curl  connect(5, {sa_family=AF_INET, ...}, 16)
  utrace ctl allow 1
  utrace ctl attach trace:%file:out=/tmp/log --tree 4711
  utrace ctl events`,
		Args: unknownVerb,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&c.path, "control", "", "the session's socket is `PATH`")
	cmd.PersistentFlags().BoolVar(&c.json, "json", false, "print JSON, as the session sends it")
	verb := func(use, short string, args cobra.PositionalArgs, run func(args []string) error) *cobra.Command {
		v := &cobra.Command{Use: use, Short: short, Args: usage(args), DisableFlagsInUseLine: true, RunE: func(cmd *cobra.Command, args []string) error {
			return c.run(cmd, func() error { return run(args) })
		}}
		cmd.AddCommand(v)
		return v
	}
	verb("tasks", "List the traced threads, with their engines", cobra.NoArgs, c.tasks)
	verb("events", "Print what happens, a line each, until ^C", cobra.NoArgs, c.events)
	verb("held", "List the calls that wait for a decision, the id first", cobra.NoArgs, c.held)
	allow := verb("allow ID [INDEX=VALUE]...", "Make a held call, with arguments changed if you say so", cobra.MinimumNArgs(1), c.allow)
	allow.Example = "  utrace ctl allow 3\n  utrace ctl allow 3 1=0x241 2=0600   arguments count from 0"
	verb("deny ID [ERRNO]", "Do not make a held call; the program sees ERRNO, or EPERM", cobra.RangeArgs(1, 2), c.deny)
	verb("return ID VALUE", "Do not make a held call; the program sees VALUE as its result", cobra.ExactArgs(2), c.result)
	verb("report ID", "Ask all engines about a held call once more", cobra.ExactArgs(1), c.simple(control.Decision{Verb: "report"}))
	verb("kill ID", "Kill the process that makes a held call", cobra.ExactArgs(1), c.simple(control.Decision{Verb: "kill"}))
	var at control.Attach
	attach := verb("attach SPEC [TASK]", "Attach an engine, as after -e, to all threads or to one", cobra.RangeArgs(1, 2), func(args []string) error { return c.attach(at, args) })
	attach.Flags().BoolVar(&at.Tree, "tree", false, "to the task's process, and all that descend from it")
	verb("detach ENGINE", "Detach an engine by its number, which attach and engines print", cobra.ExactArgs(1), c.detach)
	verb("engines", "List the engines that are attached", cobra.NoArgs, c.engines)
	verb("stop TASK ENGINE", "Stop a thread, by one of its engines", cobra.ExactArgs(2), c.action("stop"))
	verb("resume TASK ENGINE", "Let it go on, as far as that engine is concerned", cobra.ExactArgs(2), c.action("resume"))
	verb("step TASK ENGINE", "Let it make one instruction", cobra.ExactArgs(2), c.action("step"))
	verb("interrupt TASK ENGINE", "Break the call that it is in", cobra.ExactArgs(2), c.action("interrupt"))
	verb("regs TASK [NAME=VALUE]...", "Print the registers of a held thread, or change some", cobra.MinimumNArgs(1), c.regs)
	verb("mem TASK ADDR LEN|=HEX", "Read or write the memory of a held thread", cobra.ExactArgs(3), c.mem)
	return cmd
}

func unknownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, v := range cmd.Commands() {
		names = append(names, v.Name())
	}
	return usagef("unknown verb %q: want one of %s", args[0], strings.Join(names, ", "))
}

// connect finds the session's socket.
func (c *ctl) connect() error {
	path := c.path
	if path == "" {
		var err error
		if path, err = session.Find(); err != nil {
			return err
		}
	}
	c.client = control.New(path)
	return nil
}

// run does one verb; what the session refuses is status 1.
func (c *ctl) run(cmd *cobra.Command, do func() error) error {
	if err := c.connect(); err != nil {
		return c.failed(err)
	}
	defer c.client.Close()
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	c.ctx, c.out = ctx, cmd.OutOrStdout()
	return c.failed(do())
}

func (c *ctl) failed(err error) error {
	var usage *usageError
	if err == nil || errors.As(err, &usage) {
		return err
	}
	var refused *control.Error
	text := err.Error()
	if errors.As(err, &refused) {
		text = refused.Message
	}
	if errors.Is(err, unix.ECONNREFUSED) || errors.Is(err, unix.ENOENT) {
		text += " (is the session over? start one with: utrace run --control PATH ... CMD)"
	}
	fmt.Fprintf(os.Stderr, "utrace: %s\n", text)
	return quiet(1)
}

// print prints a list: as JSON, or by write.
func (c *ctl) print(v any, write func(w io.Writer)) error {
	if c.json {
		e := json.NewEncoder(c.out)
		return e.Encode(v)
	}
	w := tabwriter.NewWriter(c.out, 0, 8, 2, ' ', 0)
	write(w)
	return w.Flush()
}

func (c *ctl) tasks([]string) error {
	list, err := c.client.Tasks(c.ctx)
	if err != nil {
		return err
	}
	return c.print(list, func(w io.Writer) {
		for _, t := range list {
			var engines []string
			for _, e := range t.Engines {
				name := fmt.Sprintf("%d:%s", e.ID, e.Name)
				if e.Holds {
					name += " (holds)"
				}
				engines = append(engines, name)
			}
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\n", t.ID, t.PID, t.Comm, t.State, strings.Join(engines, ", "))
		}
	})
}

func (c *ctl) engines([]string) error {
	list, err := c.client.Instances(c.ctx)
	if err != nil {
		return err
	}
	return c.print(list, func(w io.Writer) {
		for _, i := range list {
			fmt.Fprintf(w, "%d\t%s\t%d tasks\n", i.ID, i.Spec, len(i.Tasks))
		}
	})
}

func (c *ctl) held([]string) error {
	list, err := c.client.Held(c.ctx)
	if err != nil {
		return err
	}
	return c.print(list, func(w io.Writer) {
		for _, h := range list {
			fmt.Fprintf(w, "%d\t%d\t%s\t%s\n", h.ID, h.TID, h.Comm, h.Text)
		}
	})
}

func (c *ctl) events([]string) error {
	events, err := c.client.Events(c.ctx)
	if err != nil {
		return err
	}
	for ev, err := range events {
		if err != nil {
			return err
		}
		if c.json {
			if err := json.NewEncoder(c.out).Encode(ev); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(c.out, eventLine(ev)); err != nil {
			return err
		}
	}
	return nil
}

func eventLine(ev control.Event) string {
	line := fmt.Sprintf("%s %-13s %s", ev.Time.Format("15:04:05.000000"), ev.Type, ev.Task)
	switch {
	case ev.Held != nil:
		line += fmt.Sprintf(" %d: %s", ev.Held.ID, ev.Held.Text)
	case ev.Settled != nil && ev.Settled.Gone != "":
		line += fmt.Sprintf(" %d: %s", ev.Settled.ID, ev.Settled.Gone)
	case ev.Settled != nil:
		line += fmt.Sprintf(" %d: %s, by %s", ev.Settled.ID, ev.Settled.Decision, ev.Settled.By)
	case ev.Status != nil:
		line += fmt.Sprintf(" wait status %#x", *ev.Status)
	case ev.Lost > 0:
		line += fmt.Sprintf(" %d events: this reader was too slow", ev.Lost)
	case ev.Text != "":
		line += " " + ev.Text
	}
	return line
}

// number understands the id of a held call or an engine.
func number(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, usagef("%q is no id: want a number", text)
	}
	return n, nil
}

func (c *ctl) decide(text string, d control.Decision) error {
	id, err := number(text)
	if err != nil {
		return err
	}
	d.By = "utrace ctl"
	return c.client.Decide(c.ctx, id, d)
}

func (c *ctl) simple(d control.Decision) func([]string) error {
	return func(args []string) error { return c.decide(args[0], d) }
}

func (c *ctl) allow(args []string) error {
	d := control.Decision{Verb: "run"}
	for _, arg := range args[1:] {
		index, value, ok := strings.Cut(arg, "=")
		if !ok {
			return usagef("%q is not INDEX=VALUE", arg)
		}
		if d.Args == nil {
			d.Args = map[string]string{}
		}
		d.Args[index] = value
	}
	return c.decide(args[0], d)
}

func (c *ctl) deny(args []string) error {
	d := control.Decision{Verb: "abort", Errno: "EPERM"}
	if len(args) > 1 {
		d.Errno = strings.ToUpper(args[1])
	}
	return c.decide(args[0], d)
}

func (c *ctl) result(args []string) error {
	v, err := strconv.ParseInt(args[1], 0, 64)
	if err != nil {
		return usagef("%q is no result: want a number", args[1])
	}
	return c.decide(args[0], control.Decision{Verb: "abort", Result: v})
}

func (c *ctl) attach(a control.Attach, args []string) error {
	a.Spec = args[0]
	if len(args) > 1 {
		a.Task = args[1]
	} else if a.Tree {
		return usagef("--tree wants a task")
	}
	i, err := c.client.Attach(c.ctx, a)
	if err != nil {
		return err
	}
	return c.print(i, func(w io.Writer) { fmt.Fprintf(w, "%d\t%s\t%d tasks\n", i.ID, i.Spec, len(i.Tasks)) })
}

func (c *ctl) detach(args []string) error {
	id, err := number(args[0])
	if err != nil {
		return err
	}
	return c.client.Detach(c.ctx, int(id))
}

func (c *ctl) action(name string) func([]string) error {
	return func(args []string) error {
		engine, err := number(args[1])
		if err != nil {
			return err
		}
		return c.client.Control(c.ctx, args[0], engine, name)
	}
}

func (c *ctl) regs(args []string) error {
	if len(args) > 1 {
		set := map[string]string{}
		for _, arg := range args[1:] {
			name, value, ok := strings.Cut(arg, "=")
			if !ok {
				return usagef("%q is not NAME=VALUE", arg)
			}
			set[name] = value
		}
		return c.client.SetRegs(c.ctx, args[0], set)
	}
	regs, err := c.client.Regs(c.ctx, args[0])
	if err != nil {
		return err
	}
	return c.print(regs, func(w io.Writer) {
		var names []string
		for name := range regs {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Fprintf(w, "%s\t%s\n", name, regs[name])
		}
	})
}
