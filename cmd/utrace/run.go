package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
)

// closeTimeout bounds how long utrace waits for threads that show no stop.
const closeTimeout = 3 * time.Second

func runCommand() *cobra.Command {
	var f engineFlags
	cmd := &cobra.Command{
		Use:                   "run [-e ENGINE[:SET][:KEY=VALUE]...]... [-o FILE] [--] CMD [ARG]...",
		DisableFlagsInUseLine: true,
		Short:                 "Run a program with engines on each of its threads",
		Long: `run runs CMD, and all that it starts, with engines on each thread, and ends when
the last of them has. What stands after CMD belongs to CMD.

` + engineHelp + `

Standard input, output and error, the terminal, and ^C and ^Z are the program's
own. SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 that are sent to utrace are passed on
to the program; so are SIGINT and SIGQUIT, unless utrace is in the terminal's
foreground, where the program gets its own. utrace ends when the program does.
If utrace is killed, so is all that it runs.

` + statuses,
		Example: `  utrace run ls
  utrace run -o log -e trace:%file -- make -j4
  utrace run -e nop -e trace:!futex,/^clock:out=log PROGRAM
  utrace run -e none PROGRAM                    traced, with no engine`,
		Args: wantArgs("a program to run"),
		RunE: func(_ *cobra.Command, args []string) error { return f.run(args) },
	}
	cmd.Flags().SetInterspersed(false)
	f.add(cmd)
	addFilter(cmd, &f.host.Filter)
	cmd.Flags().BoolVar(&f.host.NoPlacement, "no-placement", false, "do not keep utrace and the thread that stops on one CPU where that is faster")
	return cmd
}

// run runs the program to its end and returns how that was.
func (f *engineFlags) run(args []string) error {
	specs, err := f.specs()
	if err != nil {
		return err
	}
	path, err := lookPath(args[0])
	if err != nil {
		return &execError{args[0], err}
	}
	st, err := f.stack(specs)
	if err != nil {
		return err
	}
	err = st.run(path, args)
	if cerr := st.close(); cerr != nil {
		// What the engines could not write does not change how the program ended.
		fmt.Fprintf(os.Stderr, "utrace: %v\n", cerr)
	}
	return err
}

// lookPath finds a program as execvp(3) does: also in the working directory, if
// that is in PATH.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrDot) {
		err = nil
	}
	return path, err
}

func (st *stack) run(path string, args []string) error {
	tr, err := linux.Open(st.host)
	if err != nil {
		return err
	}
	defer closeTracer(tr)
	st.serve(tr)
	jobs := takeJobSignals()
	defer jobs.release()
	proc, err := st.start(tr, jobs, path, args)
	if errors.Is(err, unix.ENOEXEC) {
		// No interpreter line: execvp(3) and shells give it to the shell.
		proc, err = st.start(tr, jobs, "/bin/sh", append([]string{"/bin/sh", path}, args[1:]...))
	}
	if err != nil {
		return startError(args[0], err)
	}
	jobs.begin(proc)
	tuneRuntime()
	status, err := proc.Wait(context.Background())
	if err != nil {
		return err
	}
	waitAll(tr, jobs.programEnded())
	return &ended{status}
}

func (st *stack) start(tr *utrace.Tracer, jobs *jobSignals, path string, args []string) (*utrace.Process, error) {
	cmd := &exec.Cmd{Path: path, Args: args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	return tr.Start(cmd, func(t *utrace.Task) error {
		if err := st.attach(t); err != nil {
			return err
		}
		return jobs.watch(t)
	})
}

// startError tells the program's failure to be executed, which comes as the
// errno of execve or an error of os/exec, from utrace's own failure to trace.
func startError(name string, err error) error {
	var perr *fs.PathError
	var xerr *exec.Error
	if _, ok := err.(unix.Errno); ok || errors.As(err, &perr) || errors.As(err, &xerr) {
		return &execError{name, err}
	}
	return fmt.Errorf("start %s: %w (utrace doctor says what is missing)", name, err)
}

// waitAll waits for all processes that the tracer holds, or for a signal.
func waitAll(tr *utrace.Tracer, signals <-chan unix.Signal) (sig unix.Signal, interrupted bool) {
	for tasks := tr.Tasks(); len(tasks) > 0; tasks = tr.Tasks() {
		select {
		case <-tasks[0].Process().Done():
			time.Sleep(time.Millisecond) // its last thread may be about to go
		case sig := <-signals:
			return sig, true
		}
	}
	return 0, false
}

func closeTracer(tr *utrace.Tracer) {
	if len(tr.Tasks()) == 0 { // nobody is left to wait for
		_ = tr.Close(context.Background())
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = tr.Close(ctx)
}
