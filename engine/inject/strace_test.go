package inject

import (
	"os"
	"strings"
	"testing"
)

// cases are what both are asked to do to testdata/calls.c, by the key that they
// are about. What it writes shows result, errno, memory, signals and time of
// each call of each thread, so it is the same only if everything took effect at
// the same calls.
var cases = map[string]string{
	"error": `
		chdir:error=EPERM chdir:error=ENOSYS chdir:error=4095 chdir:error=1 chdir:error=ERESTARTSYS
		getppid:error=EINTR readlink:error=EFAULT nanosleep:error=EINVAL clock_gettime:error=EIO:when=2
		chdir,getppid:error=EACCES %file:error=EIO:when=30+ execve:error=ENOENT %process:error=ENOMEM:when=2
		/^(chdir|readlink)$:error=EBUSY !chdir,getppid,nanosleep:error=EPERM:when=999 clone3:error=EAGAIN:when=2
		mkdir:error=EPERM execve:error=E2BIG:when=1+2`,
	"retval": `
		chdir:retval=0 chdir:retval=7 getppid:retval=1 getppid:retval=-1 getppid:retval=-4096 getppid:retval=0xff
		readlink:retval=4 readlink:retval=8589934592 nanosleep:retval=0 clock_gettime:retval=0 chdir:retval=-2:when=2
		getppid:retval=18446744073709551615 chdir,readlink:retval=3 chdir:retval=010 getppid:retval=5:when=3..5
		getppid:retval=-512`,
	"syscall": `
		chdir:syscall=getpid:retval=0 chdir:syscall=getpid:error=EPERM getppid:syscall=getpid:retval=9
		getppid:syscall=gettid:error=EIO getppid:syscall=getuid:retval=9:when=2+2 readlink:syscall=getpid:retval=2
		nanosleep:syscall=getegid:retval=0 clock_gettime:syscall=getgid:error=EINVAL nanosleep:syscall=getpgrp:error=EINTR
		chdir:error=EPERM:syscall=geteuid:when=4 chdir,getppid:syscall=getpid:retval=1
		chdir:syscall=getpid:error=ENOENT:signal=USR1 chdir:syscall=getppid:retval=0:poke_exit=@arg1=4142
		getppid:syscall=getppid:retval=3 readlink:syscall=getpid:retval=0:delay_enter=1ms`,
	"signal": `
		chdir:signal=USR1 chdir:signal=10 chdir:signal=usr2 chdir:signal=34 chdir:signal=RTMIN:when=9
		getppid:signal=USR1 nanosleep:signal=USR1 nanosleep:signal=USR2 readlink:signal=USR2:when=2+3
		chdir:signal=CHLD chdir:signal=WINCH chdir:signal=TERM chdir:signal=KILL:when=3 chdir:signal=SEGV:when=2
		chdir:signal=ALRM chdir:signal=CONT chdir:error=EPERM:signal=USR1 chdir:retval=5:signal=USR2:when=3
		nanosleep:error=EINTR:signal=USR1 chdir:signal=64:when=2 getppid:signal=HUP:when=12 chdir:signal=QUIT
		clock_gettime:signal=USR2 chdir:signal=PIPE:when=8`,
	"delay_enter": `
		clock_gettime:delay_enter=100ms:when=1 clock_gettime:delay_enter=100000:when=3 clock_gettime:delay_enter=.1s:when=8
		clock_gettime:delay_enter=1e5us:when=2..3 clock_gettime:delay_enter=100000000ns:when=5+3 clock_gettime:delay_enter=1:when=1+
		clock_gettime:delay_enter=100ms:error=EPERM:when=2 clock_gettime:delay_enter=100ms:retval=0:when=4
		clock_gettime:delay_enter=100ms:when=7..8 clock_gettime:delay_enter=100ms:delay_exit=100ms:when=1
		chdir:delay_enter=1ms chdir,getppid:delay_enter=10us execve:delay_enter=1ms %process:delay_enter=100us
		clock_gettime:delay_enter=0 nanosleep:delay_enter=2ms`,
	"delay_exit": `
		clock_gettime:delay_exit=100ms:when=1 clock_gettime:delay_exit=100000:when=3 clock_gettime:delay_exit=.1s:when=8
		clock_gettime:delay_exit=1e5us:when=2..3 clock_gettime:delay_exit=100000000ns:when=5+3 clock_gettime:delay_exit=1
		clock_gettime:delay_exit=100ms:error=EPERM:when=2 clock_gettime:delay_exit=100ms:retval=0:when=4
		clock_gettime:delay_exit=100ms:signal=USR1:when=7 clock_gettime:delay_exit=100ms:syscall=getpid:error=EIO:when=1
		chdir:delay_exit=1ms chdir,getppid:delay_exit=10us execve:delay_exit=1ms %process:delay_exit=100us
		clock_gettime:delay_exit=0 nanosleep:delay_exit=2ms:signal=USR2`,
	"poke_enter": `
		chdir:poke_enter=@arg1=4142 chdir:poke_enter=@arg1=2f00 chdir:poke_enter=@arg1=2f00:when=2 chdir:poke_enter=@arg1=00
		readlink:poke_enter=@arg2=58585858585858 readlink:poke_enter=@arg1=2e00:when=3 readlink:poke_enter=@arg1=2f00,@arg2=4141
		readlink:poke_enter=@arg3=41 nanosleep:poke_enter=@arg1=0000000000000000 nanosleep:poke_enter=@arg1=0000:when=2
		chdir:poke_enter=@arg1=41:error=EPERM chdir:poke_enter=@arg1=41:retval=0 chdir:poke_enter=@arg1=41:signal=USR1:when=5
		chdir:poke_enter=@arg1=2e00:delay_enter=1ms chdir:poke_enter=@arg1=41:poke_exit=@arg1=42
		chdir,readlink:poke_enter=@arg2=4444 clock_gettime:poke_enter=@arg2=ffff chdir,getppid:poke_enter=@arg1=41`,
	"poke_exit": `
		chdir:poke_exit=@arg1=4142 chdir:poke_exit=@arg1=43:when=3 readlink:poke_exit=@arg2=5858 readlink:poke_exit=@arg2=5858:when=2+2
		readlink:poke_exit=@arg1=41,@arg2=42 readlink:poke_exit=@arg3=41 nanosleep:poke_exit=@arg2=ff clock_gettime:poke_exit=@arg2=0000000000000000
		chdir:poke_exit=@arg1=41:error=EPERM chdir:poke_exit=@arg1=41:retval=3:when=1 chdir:poke_exit=@arg1=41:signal=USR1
		readlink:poke_exit=@arg2=5a5a5a5a:retval=4 readlink:poke_exit=@arg2=5a:syscall=getpid:retval=1
		chdir:poke_exit=@arg1=41:delay_exit=1ms chdir,getppid:poke_exit=@arg1=4141 execve:poke_exit=@arg1=00:when=99`,
	"when": `
		chdir:error=EPERM:when=1 chdir:error=EPERM:when=8 chdir:error=EPERM:when=9 chdir:error=EPERM:when=3+
		chdir:error=EPERM:when=2..4 chdir:error=EPERM:when=2..7+2 chdir:error=EPERM:when=1+3 chdir:error=EPERM:when=4+9
		chdir,getppid:error=EPERM:when=2 chdir,readlink:retval=1:when=1+2 %file:error=EPERM:when=29..31
		chdir:signal=USR1:when=2+3 chdir:poke_enter=@arg1=41:when=3..5+2 chdir:poke_exit=@arg1=41:when=8
		getppid:syscall=getpid:retval=2:when=2..2 chdir:error=EPERM:when=65535 execve:error=EPERM:when=1 execve:error=EPERM:when=2`,
}

func TestLikeStrace(t *testing.T) {
	bin := build(t)
	for key, specs := range cases {
		t.Run(key, func(t *testing.T) {
			list := strings.Fields(specs)
			if len(list) < 15 {
				t.Errorf("%d cases, want 15", len(list))
			}
			for _, spec := range list {
				likeStrace(t, spec, bin)
				if strings.Contains(spec, "exec") {
					likeStrace(t, spec, bin, "exec")
				}
			}
		})
	}
}

func TestLikeStraceI386(t *testing.T) {
	bin := build(t, "-m32")
	for _, spec := range strings.Fields(`chdir:error=EPERM getppid:retval=-1 getppid:syscall=getpid:retval=3
		chdir:signal=USR1:when=2+2 chdir:poke_enter=@arg1=2f00 readlink:poke_exit=@arg2=4142 chdir:delay_enter=1ms`) {
		likeStrace(t, spec, bin)
	}
}

func likeStrace(t *testing.T, spec string, args ...string) {
	t.Helper()
	if strings.Contains(spec, "nanosleep") && strings.Contains(spec, "signal=") {
		t.Setenv("LONG_SLEEP", "1")
	} else {
		os.Unsetenv("LONG_SLEEP")
	}
	want, wantStatus := strace(t, spec, args...)
	got, gotStatus := under(t, []string{spec}, args...)
	if got != want {
		t.Errorf("%s %v: the program writes\n%s", spec, args[1:], difference(got, want))
	}
	if got, want := gotStatus&^0x80, wantStatus&^0x80; got != want {
		t.Errorf("%s %v: the program ends with %#x, with strace %#x", spec, args[1:], got, want)
	}
}

// difference returns the first lines that differ.
func difference(got, want string) string {
	g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "\t" + g[i] + "strace:\t" + w[i]
		}
	}
	return "\tnot as many lines as with strace"
}
