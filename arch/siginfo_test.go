package arch_test

import (
	"os/exec"
	"testing"

	"utrace/arch"
	"utrace/internal/sys/systest"
)

// layout writes one siginfo_t for each member of the union, filled by the C
// library's names.
const layout = `
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <unistd.h>
static siginfo_t s;
static void put(void) { write(1, &s, sizeof s); memset(&s, 0, sizeof s); }
int main(void)
{
	s.si_signo = 1; s.si_errno = 2; s.si_code = 3; s.si_pid = 4; s.si_uid = 5; put();
	s.si_pid = 6; s.si_uid = 7; s.si_value.sival_ptr = (void *)0x123456789; put();
	s.si_timerid = 8; s.si_overrun = 9; s.si_value.sival_int = 10; put();
	s.si_pid = 11; s.si_uid = 12; s.si_status = 13; s.si_utime = 14; s.si_stime = 15; put();
	s.si_addr = (void *)0x987654321; s.si_addr_lsb = 16; s.si_lower = (void *)17; s.si_upper = (void *)18; put();
	s.si_pkey = 19; put();
	s.si_band = 20; s.si_fd = 21; put();
	s.si_call_addr = (void *)0x22222222222; s.si_syscall = 23; s.si_arch = 24; put();
	return 0;
}
`

func TestSiginfoIsTheCLibrarys(t *testing.T) {
	out, err := exec.Command(systest.Build(t, "layout.c", layout)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var s [8]arch.Siginfo
	if len(out) != len(s)*int(arch.SiginfoSize) {
		t.Fatalf("%d bytes", len(out))
	}
	for i := range s {
		copy(s[i].Bytes(), out[i*int(arch.SiginfoSize):])
	}
	eq := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s = %v, want %v", what, got, want)
		}
	}
	eq("signo", int(s[0].Signo()), 1)
	eq("errno", s[0].Errno(), int32(2))
	eq("code", s[0].Code(), int32(3))
	eq("kill pid", s[0].Pid(), int32(4))
	eq("kill uid", s[0].UID(), uint32(5))
	eq("rt pid", s[1].Pid(), int32(6))
	eq("rt uid", s[1].UID(), uint32(7))
	eq("rt value", s[1].Value(), uint64(0x123456789))
	id, overrun := s[2].Timer()
	eq("timer id", id, int32(8))
	eq("timer overrun", overrun, int32(9))
	eq("timer value", s[2].ValueInt(), int32(10))
	eq("chld pid", s[3].Pid(), int32(11))
	eq("chld uid", s[3].UID(), uint32(12))
	eq("chld status", s[3].Status(), int32(13))
	user, system := s[3].Times()
	eq("chld utime", user, int64(14))
	eq("chld stime", system, int64(15))
	eq("fault addr", s[4].Addr(), uint64(0x987654321))
	eq("fault lsb", s[4].AddrLSB(), int16(16))
	lower, upper := s[4].Bounds()
	eq("fault lower", lower, uint64(17))
	eq("fault upper", upper, uint64(18))
	eq("fault pkey", s[5].Pkey(), uint32(19))
	eq("poll band", s[6].Band(), int64(20))
	eq("poll fd", s[6].FD(), int32(21))
	addr, nr, of := s[7].Syscall()
	eq("sys addr", addr, uint64(0x22222222222))
	eq("sys nr", nr, int32(23))
	eq("sys arch", of, arch.ID(24))

	// The setters write what the C library wrote.
	var c arch.Siginfo
	c.SetSigno(1)
	c.SetErrno(2)
	c.SetCode(3)
	c.SetPid(4)
	c.SetUID(5)
	eq("set kill", c, s[0])
	c = arch.Siginfo{}
	c.SetPid(6)
	c.SetUID(7)
	c.SetValue(0x123456789)
	eq("set rt", c, s[1])
	c = arch.Siginfo{}
	c.SetPid(11)
	c.SetUID(12)
	c.SetStatus(13)
	c.SetTimes(14, 15)
	eq("set chld", c, s[3])
	c = arch.Siginfo{}
	c.SetAddr(0x987654321)
	eq("set addr", c.Addr(), s[4].Addr())
}
