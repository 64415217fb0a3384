package sys_test

import (
	"os"
	"os/signal"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// A death is told of by SIGCHLD with the flag as without, a stop only without.
func TestNoCldStopEndsSIGCHLDForStops(t *testing.T) {
	const stops = 1000
	count := func() int {
		c := startLoop(t)
		ch := make(chan os.Signal, 4*stops)
		signal.Notify(ch, unix.SIGCHLD)
		defer signal.Stop(ch)
		for range stops / 2 {
			c.Entry(unix.SYS_GETPPID)
		}
		c.Kill()
		<-ch
		return 1 + len(ch)
	}
	was := sys.SigchldAction()
	was.Clear()
	without := count()
	for range 2 {
		if err := sys.NoCldStop(); err != nil {
			t.Fatal(err)
		}
	}
	// Stops close together share a signal. Two to spare: the compiler that built the tracee may just have died.
	if with := count(); with > 3 || without <= 10 {
		t.Errorf("%d SIGCHLD at %d stops without SA_NOCLDSTOP, %d with", without, stops, with)
	}
}

func TestNoCldStopChangesOneFlag(t *testing.T) {
	was := sys.SigchldAction()
	was.Clear()
	if err := sys.NoCldStop(); err != nil {
		t.Fatal(err)
	}
	if got := sys.SigchldAction(); got != was.With(1) {
		t.Errorf("was %+v, is %+v", was, got)
	}
}
