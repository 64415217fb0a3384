package inject

import (
	"os/exec"
	"strings"
	"testing"

	"utrace/engine"
)

// valid are expressions that strace takes, and we.
var valid = strings.Fields(`
	error=1 error=4095 error=ENOENT error=enoent error=ERESTARTSYS error=512
	retval=0 retval=0x10 retval=010 retval=+5 retval=-1 retval=18446744073709551615
	signal=1 signal=64 signal=usr1 signal=SIGUSR1 signal=SIGRTMIN signal=SIGRT_1
	syscall=getpid:error=2 error=2:syscall=getuid syscall=gettid:retval=1
	delay_enter=0 delay_enter=1 delay_enter=1us delay_enter=1ns delay_enter=1ms delay_enter=1s delay_enter=1.5ms
	delay_enter=1e3 delay_enter=1e3us delay_enter=.5s delay_exit=1ms delay_exit=1ms:delay_enter=1
	poke_enter=@arg1=00 poke_enter=@arg1=aaBB poke_exit=@arg1=00 poke_enter=@arg1=aa:poke_exit=@arg1=bb
	error=2:when=1 error=2:when=65535 error=2:when=1+ error=2:when=1+65535 error=2:when=1..1 error=2:when=1..65534
	error=2:when=2..3+ error=2:when=2..3+2 when=2:error=2 error=2:signal=10:delay_enter=1:delay_exit=1:poke_exit=@arg1=00`)

// invalid are those that both refuse, and what our error must say.
var invalid = []struct{ spec, says string }{
	{"", ""},
	{"foo", ""},
	{"foo=1", ""},
	{"error=", "error=: want the name of an error"},
	{"error=ENOET", "error=ENOET: want the name of an error, as ENOENT, or a number from 1 to 4095; did you mean ENOENT?"},
	{"error=0", "from 1 to 4095"},
	{"error=4096", "from 1 to 4095"},
	{"error=-1", ""},
	{"error=ENOENT:retval=0", "error=ENOENT and retval=0 exclude each other"},
	{"error=1:error=2", ""},
	{"retval=1:retval=2", ""},
	{"retval=", "retval=: want a number"},
	{"retval=5x", "retval=5x: want a number"},
	{"retval=18446744073709551616", "want a number of 64 bits"},
	{"signal=0", "from 1 to 64"},
	{"signal=65", "from 1 to 64"},
	{"signal=SIGUSR", "did you mean SIGUSR1?"},
	{"signal=temr", "did you mean SIGTERM?"},
	{"signal=SIGRTMIN+1", "want the name of a signal"},
	{"signal=1:signal=2", ""},
	{"syscall=getpid", "stands in for a call that error= or retval= skips"},
	{"syscall=open:error=2", "want a call without side effects"},
	{"syscall=getpdi:error=2", "did you mean getpid?"},
	{"syscall=39:error=2", "want a call without side effects"},
	{"delay_enter=", "delay_enter=: want a time in microseconds"},
	{"delay_enter=1m", "units are ns, us, ms, s"},
	{"delay_enter=-1", "want a time"},
	{"delay_enter=0x10", "want a time"},
	{"delay_enter=1S", "want a time"},
	{"delay_enter=inf", "want a time"},
	{"delay_enter=99999999999999999999", "want a time"},
	{"delay_exit=10msec", "delay_exit=10msec: want a time"},
	{"delay_enter=1:delay_enter=2", ""},
	{"when=1", "nothing to do"},
	{"error=2:when=", "when=: FIRST is a number from 1 to 65535"},
	{"error=2:when=0", "FIRST is"},
	{"error=2:when=65536", "FIRST is"},
	{"error=2:when=0x1", "FIRST is"},
	{"error=2:when=..3", "FIRST is"},
	{"error=2:when=+", "FIRST is"},
	{"error=2:when=1.3", "FIRST is"},
	{"error=2:when=1+0", "STEP is a number from 1 to 65535"},
	{"error=2:when=1+65536", "STEP is"},
	{"error=2:when=1+2+3", "STEP is"},
	{"error=2:when=1+2..3", "STEP is"},
	{"error=2:when=2..1", "LAST is a number from FIRST to 65534"},
	{"error=2:when=1..65535", "LAST is"},
	{"error=2:when=1..", "LAST is"},
	{"error=2:when=1..+", "LAST is"},
	{"poke_enter=", `does not begin with "@arg"`},
	{"poke_enter=arg1=00", `does not begin with "@arg"`},
	{"poke_enter=@arg0=00", "N is a number from 1 to 6"},
	{"poke_enter=@arg8=00", "N is a number from 1 to 6"},
	{"poke_enter=@arg01=00", "N is a number from 1 to 6"},
	{"poke_enter=@arg1=", "HEX is two digits"},
	{"poke_enter=@arg1=0", "HEX is two digits"},
	{"poke_enter=@arg1=" + strings.Repeat("0", 2050), "1 to 1024 bytes"},
	{"poke_enter=@arg1=00,@arg1=01", "argument 1 is given twice"},
	{"poke_enter=@arg1=00:poke_enter=@arg2=00", ""},
}

// stricter are those that strace takes, and ignores or misreads, or that the
// command line refuses for every engine.
var stricter = []struct{ spec, says string }{
	{"syscall=getpid:signal=10", "stands in"},            // strace makes the original call
	{"poke_enter=@arg1=0g", "HEX is two digits"},         // taken for 00
	{"poke_enter=@arg1=0x0a", "HEX is two digits"},       // taken for 00 0a
	{"poke_enter=@arg1=00,", `does not begin with`},      // the comma is ignored
	{"poke_enter=@arg7=00", "N is a number from 1 to 6"}, // no call has so many
	{"poke_exit=@arg2=00", "no call of the set has an argument 2: the most is 1"},
	{"error=2:when=1:when=2", ""}, // the last counts
}

// looser are those that we take and strace does not.
var looser = strings.Fields("error=EWOULDBLOCK error=ENOTSUP")

func TestGrammar(t *testing.T) {
	for _, spec := range append(valid, looser...) {
		if _, err := instance("chdir:" + spec); err != nil {
			t.Errorf("%s: %v", spec, err)
		}
	}
	for _, c := range append(invalid, stricter...) {
		if _, err := instance("chdir:" + c.spec); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one with %q", c.spec, err, c.says)
		}
	}
	if _, err := New(engine.Config{Params: map[string]string{"error": "2"}}); err == nil {
		t.Error("no set is taken for every call")
	}
}

// What strace takes and refuses is what these tests say that it does.
func TestGrammarIsStraces(t *testing.T) {
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	takes := func(spec string) bool {
		return exec.Command(path, "-qq", "-o", "/dev/null", "-e", "inject=chdir:"+spec, "true").Run() == nil
	}
	for _, spec := range valid {
		if !takes(spec) {
			t.Errorf("strace refuses %s", spec)
		}
	}
	for _, c := range stricter {
		if !takes(c.spec) {
			t.Errorf("strace refuses %s", c.spec)
		}
	}
	for _, c := range invalid {
		if takes(c.spec) {
			t.Errorf("strace takes %s", c.spec)
		}
	}
	for _, spec := range looser {
		if takes(spec) {
			t.Errorf("strace takes %s", spec)
		}
	}
}

func TestWhen(t *testing.T) {
	for _, c := range []struct{ when, hits string }{
		{"1", "1.........."}, {"3", "..1........"}, {"1+", "11111111111"}, {"4+", "...11111111"},
		{"2..4", ".111......."}, {"2..4+", ".111......."}, {"1+3", "1..1..1..1."}, {"2..8+3", ".1..1..1..."},
		{"2..2+5", ".1........."}, {"5..7+2", "....1.1...."}, {"65535", "..........."},
	} {
		w, err := parseWhen(c.when)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(c.hits))
		for i := range got {
			got[i] = '.'
			if w.hits(i + 1) {
				got[i] = '1'
			}
		}
		if string(got) != c.hits {
			t.Errorf("when=%s hits %s, want %s", c.when, got, c.hits)
		}
	}
}

func TestMark(t *testing.T) {
	for m, want := range map[Mark]string{
		0: "", Result: "(INJECTED)", Args: "(INJECTED: args)", Result | Args: "(INJECTED: args, retval)",
		Delayed: "(DELAYED)", Result | Delayed: "(INJECTED) (DELAYED)",
	} {
		if got := m.String(); got != want {
			t.Errorf("%d is %q, want %q", m, got, want)
		}
	}
}
