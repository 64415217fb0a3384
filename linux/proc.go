package linux

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/procfs"
)

// status returns fields of /proc/TID/status.
func status(tid int, fields ...string) (map[string]string, error) {
	var buf [4096]byte
	b, err := readStatus(tid, &buf)
	if err != nil {
		return nil, err
	}
	m := make(map[string]string, len(fields))
	for _, f := range fields {
		m[f] = procfs.Field(b, f)
	}
	return m, nil
}

// readStatus reads /proc/TID/status, into buf if it fits: whoever is in
// thousands of groups has a longer one.
func readStatus(tid int, buf *[4096]byte) ([]byte, error) {
	return procfs.Read("/proc/"+strconv.Itoa(tid)+"/status", buf[:])
}

func idsOf(tid int) (tgid, ppid int) {
	m, err := status(tid, "Tgid", "PPid")
	if err != nil {
		return 0, 0
	}
	tgid, _ = strconv.Atoi(m["Tgid"])
	ppid, _ = strconv.Atoi(m["PPid"])
	return tgid, ppid
}

func tgidOf(tid int) int {
	if tgid, _ := idsOf(tid); tgid != 0 {
		return tgid
	}
	return tid
}

// disposition tells from SigIgn and SigCgt what the process does with sig. It is
// asked at each signal that engines want.
func (h *host) disposition(th *thread, sig int) (utrace.SigAction, error) {
	var buf [4096]byte
	b, err := readStatus(th.tid, &buf)
	if err != nil {
		return utrace.SigAction{}, unix.ESRCH
	}
	switch {
	case inMask(b, "SigIgn", sig):
		return utrace.SigAction{Handler: utrace.SigIgn}, nil
	case inMask(b, "SigCgt", sig):
		return utrace.SigAction{Handler: utrace.SigHandler}, nil
	}
	return utrace.SigAction{}, nil
}

// inMask reports whether sig is in a mask of /proc/PID/status.
func inMask(status []byte, field string, sig int) bool {
	mask, _ := strconv.ParseUint(procfs.Field(status, field), 16, 64)
	return mask&(1<<(sig-1)) != 0
}

// uninterruptible reports whether a thread is in D state, where no stop can
// reach it: a vfork's parent, for one.
func uninterruptible(tid int) bool {
	m, err := status(tid, "State")
	return err == nil && strings.HasPrefix(m["State"], "D")
}

func modeArch(regs *arch.Regs) arch.ID {
	if regs.Compat() {
		if id, ok := arch.CompatID(); ok {
			return id
		}
	}
	return arch.NativeID()
}

// monotonic is the time in ns.
func monotonic() int64 {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) != nil {
		return time.Now().UnixNano()
	}
	return ts.Nano()
}

// lastRan tells when, on the monotonic clock, a thread last ran; ok is false
// where the kernel does not say, or it is about to run. It is read off the scheduler's
// clocks of that thread and of ours, on the same CPU, since each CPU has its own:
// the calling OS thread, which must be locked, moves there for a moment. wake is how
// long that took, an estimate of what it takes to get the thread going from where
// the caller runs.
func lastRan(tid int) (at, wake int64, ok bool) {
	cpu, then, ok := lastSeen(tid)
	if !ok {
		return 0, 0, false
	}
	var before, there unix.CPUSet
	if unix.SchedGetaffinity(0, &before) != nil {
		return 0, 0, false
	}
	there.Set(cpu)
	start := monotonic()
	if unix.SchedSetaffinity(0, &there) != nil {
		return 0, 0, false
	}
	wake = monotonic() - start
	defer unix.SchedSetaffinity(0, &before)
	unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) // brings our own figure up to date
	at = monotonic()
	now, ok := execStart("thread-self")
	return at - max(now-then, 0), wake, ok
}

// lastSeen returns the CPU that a thread last ran on, and when by that CPU's clock.
func lastSeen(tid int) (cpu int, then int64, ok bool) {
	who := strconv.Itoa(tid)
	cpu, ok = lastCPU(tid)
	for range 3 {
		if !ok {
			return 0, 0, false
		}
		// 0: it was woken on another CPU, and has not run there yet (migrate_task_rq_fair).
		if then, ok = execStart(who); !ok || then == 0 {
			return 0, 0, false
		}
		before := cpu
		if cpu, ok = lastCPU(tid); cpu == before {
			return cpu, then, ok
		}
	}
	return 0, 0, false
}

// execStart reads se.exec_start, when a thread was last seen running.
func execStart(who string) (ns int64, ok bool) {
	b, err := procfs.Read("/proc/"+who+"/sched", nil)
	if err != nil {
		return 0, false
	}
	for line := range bytes.Lines(b) {
		key, value, found := strings.Cut(string(line), ":")
		if !found || strings.TrimSpace(key) != "se.exec_start" {
			continue
		}
		ms, frac, _ := strings.Cut(strings.TrimSpace(value), ".")
		m, err1 := strconv.ParseInt(ms, 10, 64)
		f, err2 := strconv.ParseInt(frac, 10, 64)
		return m*1e6 + f, err1 == nil && err2 == nil
	}
	return 0, false
}

// lastCPU reads the CPU that a thread last ran on, field 39 of proc_pid_stat(5).
func lastCPU(tid int) (cpu int, ok bool) {
	f, err := procfs.ThreadStat(tid)
	if err != nil {
		return 0, false
	}
	cpu, err = strconv.Atoi(string(f[39-3]))
	return cpu, err == nil
}

// executable lists a process's executable mappings, the vdso first.
func executable(tid int) (maps [][2]uint64, err error) {
	b, err := procfs.Read("/proc/"+strconv.Itoa(tid)+"/maps", nil)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 5 || len(f[1]) < 3 || f[1][2] != 'x' || strings.HasSuffix(strings.TrimSpace(line), "[vsyscall]") {
			continue
		}
		lo, hi, ok := strings.Cut(f[0], "-")
		start, err1 := strconv.ParseUint(lo, 16, 64)
		end, err2 := strconv.ParseUint(hi, 16, 64)
		if !ok || err1 != nil || err2 != nil {
			continue
		}
		m := [2]uint64{start, end}
		if len(f) > 5 && f[5] == "[vdso]" {
			maps = append([][2]uint64{m}, maps...)
		} else {
			maps = append(maps, m)
		}
	}
	return maps, nil
}
