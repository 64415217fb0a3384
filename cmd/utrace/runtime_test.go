package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/internal/procfs"
	"utrace/internal/sys"
)

// spawner is a program whose children come and go, and which tells its process ID.
const spawner = "echo $$; while :; do sleep 0.01; done"

// policies counts the threads of a process by their scheduling policy.
func policies(t *testing.T, pid int) map[int]int {
	t.Helper()
	tids, err := procfs.Threads(pid)
	if err != nil {
		t.Fatal(err)
	}
	n := map[int]int{}
	for _, tid := range tids {
		if policy, e := sys.SchedPolicy(tid); e == 0 {
			n[policy]++
		}
	}
	return n
}

// The thread that is put under SCHED_BATCH is the runtime's monitor, the only one
// that sleeps by nanosleep; owners and the program are as they were.
func TestMonitorIsCalmed(t *testing.T) {
	j := startJob(t, "utrace", "run", "-e", "nop", "sh", "-c", spawner)
	program, err := strconv.Atoi(j.line(""))
	if err != nil {
		t.Fatal(err)
	}
	pid := j.cmd.Process.Pid
	eventually(t, "the monitor sleeps under SCHED_BATCH", func() bool {
		tids, err := procfs.Threads(pid)
		if err != nil {
			t.Fatal(err)
		}
		for _, tid := range tids {
			call, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/syscall", pid, tid))
			if policy, _ := sys.SchedPolicy(tid); policy == unix.SCHED_BATCH && strings.HasPrefix(string(call), fmt.Sprintf("%d ", unix.SYS_NANOSLEEP)) {
				return true
			}
		}
		return false
	})
	if n := policies(t, program); n[unix.SCHED_NORMAL] != 1 {
		t.Errorf("policies of the program's threads: %v, want one SCHED_NORMAL", n)
	}
	tids, err := procfs.Threads(pid)
	if err != nil {
		t.Fatal(err)
	}
	for _, tid := range tids {
		if children, _ := procfs.Children(pid, tid); len(children) == 0 {
			continue
		}
		if policy, _ := sys.SchedPolicy(tid); policy != unix.SCHED_NORMAL {
			t.Errorf("thread %d has children and policy %d", tid, policy)
		}
	}
	j.kill(unix.SIGTERM)
	j.ends("SIGTERM")
}

// A policy that the user has chosen stays, and is the program's too.
func TestPolicyOfTheUserStays(t *testing.T) {
	j := startJob(t, "chrt", "--idle", "0", "utrace", "run", "-e", "nop", "sh", "-c", spawner)
	program, err := strconv.Atoi(j.line(""))
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range []int{j.cmd.Process.Pid, program} {
		if n := policies(t, pid); len(n) != 1 || n[unix.SCHED_IDLE] == 0 {
			t.Errorf("policies of process %d's threads: %v, want SCHED_IDLE alone", pid, n)
		}
	}
	j.kill(unix.SIGTERM)
	j.ends("SIGTERM")
}
