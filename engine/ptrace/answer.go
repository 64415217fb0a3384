package ptrace

import (
	"encoding/binary"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/procfs"
)

// news is what a wait tells.
type news struct {
	pid    int
	status uint32
	code   int32 // si_code and si_status of waitid
	value  int32
	uid    uint32
	rusage []byte
}

// told takes the news of a tracee off the tracer's list, unless the wait only
// peeks (WNOWAIT). With a death the tracing ends. w.mu is held.
func (t *thread) told(tracee *thread) news {
	x := &t.wait
	n := news{pid: t.shown(tracee)}
	if x.isWaitid {
		n.uid = tracee.uid()
	}
	if x.rusage != 0 {
		n.rusage = usage(tracee.task.TID())
	}
	if tracee.state == gone {
		n.status = tracee.death.status
		n.code, n.value = exitCode(unix.WaitStatus(n.status))
	} else {
		n.status = tracee.stop.code<<8 | 0x7f
		n.code, n.value = cldTrapped, int32(tracee.stop.code)
	}
	if x.options&unix.WNOWAIT == 0 {
		tracee.drop()
		if tracee.state == gone {
			if tracee.death.held && t.w.threads[tracee.task] == tracee {
				t.reaping, tracee.death.teller = tracee, t
			}
			tracee.unlink(nil)
		}
	}
	return n
}

// give writes the news to where the wait wants them and returns its result.
func (t *thread) give(c *utrace.Syscall, n news) int64 {
	x := &t.wait
	mem := t.task.Memory()
	if x.rusage != 0 {
		b := n.rusage
		if !c.Arch().Is64() {
			b = compatRusage(b)
		}
		if _, err := mem.WriteAt(b, int64(x.rusage)); err != nil {
			return failed(unix.EFAULT)
		}
	}
	if x.isWaitid {
		var info utrace.Siginfo
		info.SetSigno(unix.SIGCHLD)
		info.SetCode(n.code)
		info.SetPid(int32(n.pid))
		info.SetUID(n.uid)
		info.SetStatus(n.value)
		if x.info != 0 && !t.writeInfo(c, x.info, &info) {
			return failed(unix.EFAULT)
		}
		return 0
	}
	if x.status != 0 {
		b := t.word[:4]
		binary.LittleEndian.PutUint32(b, n.status)
		if _, err := mem.WriteAt(b, int64(x.status)); err != nil {
			return failed(unix.EFAULT)
		}
	}
	return int64(n.pid)
}

// writeInfo writes what waitid gives of a siginfo: no more of it.
func (t *thread) writeInfo(c *utrace.Syscall, at uint64, info *utrace.Siginfo) bool {
	mem := t.task.Memory()
	if !c.Arch().Is64() {
		_, err := mem.WriteAt(compatSiginfo(info)[:24], int64(at))
		return err == nil
	}
	b := info.Bytes()
	if _, err := mem.WriteAt(b[:12], int64(at)); err != nil {
		return false
	}
	_, err := mem.WriteAt(b[16:28], int64(at)+16)
	return err == nil
}

// usage is a struct rusage of a thread's process, from /proc: its times are in
// clock ticks.
func usage(tid int) []byte {
	b := make([]byte, 144)
	f, err := procfs.Stat(tid)
	if err != nil {
		return b
	}
	field := func(n int) uint64 { // as proc_pid_stat(5) counts
		v, _ := strconv.ParseUint(string(f[n-3]), 10, 64)
		return v
	}
	const tick = 10000 // µs: USER_HZ is 100 on every architecture here
	le := binary.LittleEndian
	for i, ticks := range []uint64{field(14), field(15)} {
		us := ticks * tick
		le.PutUint64(b[16*i:], us/1e6)
		le.PutUint64(b[16*i+8:], us%1e6)
	}
	kb, _, _ := strings.Cut(procfs.Field(statusOf(tid), "VmHWM"), " ")
	maxrss, _ := strconv.ParseUint(kb, 10, 64)
	le.PutUint64(b[32:], maxrss)
	le.PutUint64(b[64:], field(10)) // ru_minflt
	le.PutUint64(b[72:], field(12)) // ru_majflt
	return b
}

// compatRusage is a struct rusage with 32-bit words.
func compatRusage(b []byte) []byte {
	out := make([]byte, len(b)/2)
	for i := 0; i < len(b); i += 8 {
		copy(out[i/2:], b[i:i+4])
	}
	return out
}
