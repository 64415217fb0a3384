package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience bounds every wait for something that should come at once.
const patience = 20 * time.Second

// terminal is a pseudo-terminal with a shell on it, outside of utrace.
type terminal struct {
	t      *testing.T
	ptmx   *os.File
	hangUp func()

	mu   sync.Mutex
	cond *sync.Cond
	out  bytes.Buffer // not yet expected
	eof  bool
}

// openTerminal starts an interactive bash, whose echo and prompt are switched
// off, as the leader of a session on a new terminal.
func openTerminal(t *testing.T) *terminal {
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
	bash := exec.Command("bash", "--norc", "--noprofile", "-i")
	bash.Env = append(os.Environ(), "PS1=", "PS2=", "TERM=dumb")
	bash.Stdin, bash.Stdout, bash.Stderr = tty, tty, tty
	bash.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := bash.Start(); err != nil {
		t.Fatal(err)
	}
	tty.Close()
	term := &terminal{t: t, ptmx: ptmx}
	term.cond = sync.NewCond(&term.mu)
	reader := make(chan struct{})
	go func() {
		defer close(reader)
		term.read()
	}()
	term.hangUp = sync.OnceFunc(func() {
		// With its session's leader the terminal goes away, which ends what is
		// left on it.
		_ = unix.Kill(bash.Process.Pid, unix.SIGKILL)
		_ = bash.Wait()
		ptmx.Close()
		<-reader
	})
	t.Cleanup(term.hangUp)
	term.send("stty -echo; PS1=; bind 'set enable-bracketed-paste off' 2>/dev/null; echo sh''ell\n")
	term.expect("shell\r\n")
	return term
}

func (term *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := term.ptmx.Read(buf)
		term.mu.Lock()
		term.out.Write(buf[:n])
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
		term.t.Fatal(err)
	}
}

// expect waits for text and returns what came before it.
func (term *terminal) expect(text string) string {
	term.t.Helper()
	late := time.AfterFunc(patience, func() {
		term.mu.Lock()
		term.eof = true
		term.cond.Broadcast()
		term.mu.Unlock()
	})
	defer late.Stop()
	term.mu.Lock()
	defer term.mu.Unlock()
	for {
		if i := strings.Index(term.out.String(), text); i >= 0 {
			before := string(term.out.Next(i))
			term.out.Next(len(text))
			return before
		}
		if term.eof {
			term.t.Fatalf("the terminal shows %q, want %q", term.out.String(), text)
		}
		term.cond.Wait()
	}
}

// ^C is the program's, which gets it once; utrace lives as long as it does.
func TestInterruptGoesToTheProgram(t *testing.T) {
	term := openTerminal(t)
	file := filepath.Join(t.TempDir(), "go")
	term.send(`utrace run -e nop sh -c 'trap "n=\$((n+1)); echo int \$n" INT; echo rea""dy; until [ -e ` + file + ` ]; do sleep 0.01; done; echo total $n'; echo "rc=$?"` + "\n")
	term.expect("ready\r\n")
	term.send("\x03")
	term.expect("int 1\r\n")
	term.send("\x03")
	term.expect("int 2\r\n")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	term.expect("total 2\r\n")
	term.expect("rc=0\r\n")
}

// A program that dies of ^C takes utrace with it, by the same signal.
func TestInterruptKillsTheProgram(t *testing.T) {
	term := openTerminal(t)
	term.send(`utrace run -e nop sh -c 'echo rea""dy; exec sleep 1000'` + "\n")
	term.expect("ready\r\n")
	term.send("\x03")
	term.send(`echo "rc=$?"` + "\n")
	term.expect("rc=130\r\n")
}

// stoppable is a program that says when it begins and when it is continued. It
// is no shell: dash, which uses vfork, cannot be stopped while its child has
// stopped before the execve, and bash, traced, loses a SIGCONT now and then.
func stoppable() {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	fmt.Println("ready")
	for range continued {
		fmt.Println("continued")
	}
}

// ^Z stops the job for the shell outside, and fg continues it.
func TestStopAndContinue(t *testing.T) {
	term := openTerminal(t)
	term.send(`utrace run -e nop stoppable` + "\n")
	term.expect("ready\r\n")
	for range 3 {
		term.send("\x1a")
		term.expect("Stopped")
		term.send(`ps -o stat= $(jobs -p) | cut -c1; echo che""cked` + "\n")
		if states := term.expect("checked\r\n"); !strings.Contains(states, "\nT\r\n") {
			t.Errorf("utrace is %q, want it stopped (T)", states)
		}
		term.send("fg\n")
		term.expect("continued\r\n")
	}
	term.send("\x03")
	term.send(`echo "rc=$?"` + "\n")
	term.expect("rc=130\r\n")
}

// A program that catches ^Z and goes on keeps utrace from stopping.
func TestStopThatIsCaught(t *testing.T) {
	term := openTerminal(t)
	term.send(`utrace run -e nop bash -c 'trap "echo cau""ght" TSTP; echo rea""dy; until read -t 0.01 x; do :; done; echo do""ne'` + "\n")
	term.expect("ready\r\n")
	term.send("\x1a")
	term.expect("caught\r\n")
	term.send("go\n")
	term.expect("done\r\n")
}

// A shell inside controls jobs as it does outside, and can be suspended itself.
func TestShellInside(t *testing.T) {
	term := openTerminal(t)
	term.send("utrace run -e nop bash --norc --noprofile -i\n")
	term.send("PS1=; echo in''side\n")
	term.expect("inside\r\n")
	term.send(`stoppable` + "\n")
	term.expect("ready\r\n")
	term.send("\x1a")
	term.expect("Stopped")
	term.send("fg\n")
	term.expect("continued\r\n")
	term.send("\x03")
	term.send(`echo "rc=$?"` + "\n")
	term.expect("rc=130\r\n")
	term.send("suspend\n")
	term.expect("Stopped")
	term.send("echo out''side; fg\n")
	term.expect("outside\r\n")
	term.send("echo back in''side\n")
	term.expect("back inside\r\n")
	term.send("exit 4\n")
	term.send(`echo "rc=$?"` + "\n")
	term.expect("rc=4\r\n")
}

// A stopped job whose terminal goes away ends, as one without utrace does.
func TestHangUpOfStoppedJob(t *testing.T) {
	term := openTerminal(t)
	term.send("utrace run -e nop bash --norc --noprofile -i\n")
	term.send("PS1=; echo pid $$ $PPID\n")
	term.expect("pid ")
	var inside, utrace int
	if _, err := fmt.Sscan(strings.TrimSpace(term.expect("\r\n")), &inside, &utrace); err != nil {
		t.Fatal(err)
	}
	term.send("suspend\n")
	term.expect("Stopped")
	term.hangUp()
	for _, pid := range []int{inside, utrace} {
		eventually(t, "the job has ended", func() bool { return !exists(pid) })
	}
}
