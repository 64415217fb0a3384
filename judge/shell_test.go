package judge_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a pseudo-terminal with a program on it.
type terminal struct {
	t    *testing.T
	name string
	ptmx *os.File
	cmd  *exec.Cmd

	mu   sync.Mutex
	cond *sync.Cond
	all  bytes.Buffer // what was shown
	seen int          // how much of it was awaited
	eof  bool
}

// openTerminal runs a program as the leader of a session on a new terminal.
func openTerminal(t *testing.T, name string, argv ...string) *terminal {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	ptmx := os.NewFile(uintptr(fd), "/dev/ptmx") // not blocking, so that Close ends a Read
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	term := &terminal{t: t, name: name, ptmx: ptmx, cmd: exec.Command(argv[0], argv[1:]...)}
	term.cond = sync.NewCond(&term.mu)
	term.cmd.Env = append(os.Environ(), "LC_ALL=C", "TERM=dumb")
	term.cmd.Stdin, term.cmd.Stdout, term.cmd.Stderr = tty, tty, tty
	term.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := term.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go term.read()
	t.Cleanup(func() {
		if term.cmd.ProcessState == nil {
			term.cmd.Process.Kill()
			term.cmd.Wait()
		}
		ptmx.Close()
	})
	return term
}

func (term *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := term.ptmx.Read(buf)
		term.mu.Lock()
		term.all.Write(buf[:n])
		term.eof = err != nil
		term.cond.Broadcast()
		term.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (term *terminal) send(s string) {
	term.t.Helper()
	if _, err := term.ptmx.WriteString(s); err != nil {
		term.t.Fatalf("%s: %v", term.name, err)
	}
}

// await waits until a text is shown after those that were awaited.
func (term *terminal) await(text string) {
	term.t.Helper()
	var expired bool
	late := time.AfterFunc(20*time.Second, func() {
		term.mu.Lock()
		expired = true
		term.cond.Broadcast()
		term.mu.Unlock()
	})
	defer late.Stop()
	term.mu.Lock()
	defer term.mu.Unlock()
	for {
		rest := term.all.String()[term.seen:]
		if i := strings.Index(rest, text); i >= 0 {
			term.seen += i + len(text)
			return
		}
		if term.eof || expired {
			term.t.Fatalf("%s: the terminal shows %q, want %q\n%s", term.name, rest, text,
				strings.Join(descendants(os.Getpid()), "\n"))
		}
		term.cond.Wait()
	}
}

// end waits for the program to end and returns all that it has shown.
func (term *terminal) end() result {
	late := time.AfterFunc(20*time.Second, func() { term.cmd.Process.Kill() })
	term.cmd.Wait()
	late.Stop()
	term.mu.Lock()
	defer term.mu.Unlock()
	for !term.eof {
		term.cond.Wait()
	}
	ws := term.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return result{out: term.all.String(), status: ending(unix.WaitStatus(ws))}
}

// What a shell says of a job that it puts into the background.
var backgrounded = regexp.MustCompile(`(?m)^\[(\d+)\] \d+`)

// controlJobs has an interactive shell do all that it does with jobs.
func controlJobs(t *testing.T, name, stoppable string, argv ...string) result {
	t.Helper()
	term := openTerminal(t, name, append(argv, "bash", "--noediting", "--norc", "--noprofile", "-i")...)
	term.send("stty -echo; PS1= PS2=; stoppable=" + stoppable + "; echo be''gin\n")
	term.await("begin\r\n")
	begin := term.seen

	for range 3 { // ^Z, fg, ^C
		term.send("$stoppable\n")
		term.await("runs\r\n")
		for range 2 {
			term.send("\x1a")
			term.await("Stopped")
			term.send("jobs; fg\n")
			term.await("continued\r\n")
		}
		term.send("\x03")
		term.send("echo rc $?\n")
		term.await("rc 130\r\n")
	}
	// ^Z, bg, kill.
	term.send("$stoppable\n")
	term.await("runs\r\n")
	term.send("\x1a")
	term.await("Stopped")
	term.send("bg\n")
	term.await("continued\r\n")
	term.send("kill %1; wait %1; echo rc $?\n")
	term.await("rc 143\r\n")
	// A pipeline is stopped and continued as a whole.
	term.send("$stoppable | cat\n")
	term.await("runs\r\n")
	term.send("\x1a")
	term.await("Stopped")
	term.send("fg\n")
	term.await("continued\r\n")
	term.send("\x03")
	term.send("echo rc $?\n")
	term.await("rc 130\r\n")
	// ^C at the prompt, ^D in a program, ^\.
	term.send("\x03")
	term.await("\r\n")
	term.send("ulimit -c 0; cat\n")
	term.send("line\n")
	term.await("line\r\n")
	term.send("\x04")
	term.send("echo rc $?\n")
	term.await("rc 0\r\n")
	term.send("$stoppable\n")
	term.await("runs\r\n")
	term.send("\x1c")
	term.send("echo rc $?\n")
	term.await("rc 131\r\n")
	// A background job that reads the terminal stops.
	term.send("cat &\n")
	term.send("until jobs | grep -q Stopped; do sleep 0.01; done; fg\n")
	term.send("more\n")
	term.await("more\r\n")
	term.send("\x04")
	term.send("echo rc $?\n")
	term.await("rc 0\r\n")
	// Shell within shell.
	term.send("bash --noediting --norc --noprofile -i\n")
	term.send("PS1=; echo in''side\n")
	term.await("inside\r\n")
	term.send("suspend\n")
	term.await("Stopped")
	term.send("fg\n")
	term.send("echo back in''side\n")
	term.await("back inside\r\n")
	term.send("exit 3\n")
	term.send("echo rc $?\n")
	term.await("rc 3\r\n")
	term.send("exit 7\n")
	r := term.end()
	r.out = backgrounded.ReplaceAllString(r.out[begin:], "[$1] PID")
	return r
}

func TestShell(t *testing.T) {
	t.Parallel()
	need(t, "bash")
	stoppable := compile(t, "stoppable")
	want := controlJobs(t, "untraced", stoppable)
	wantStatus(t, want, "7")
	for _, tr := range (&program{}).tracings() {
		got := controlJobs(t, tr.name, stoppable, tr.argv...)
		compare(t, tr.name, "status", got.status, want.status)
		compare(t, tr.name, "output", got.out, want.out)
	}
}
