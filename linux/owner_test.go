package linux

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/internal/sys"
)

// An owner on a thread that the runtime's monitor has made, which the program has
// put under SCHED_BATCH, is scheduled as the program is. Another policy stays. A
// process stands for the thread here.
func TestOwnerIsNotInBatch(t *testing.T) {
	for _, tt := range []struct{ policy, want int }{
		{unix.SCHED_BATCH, unix.SCHED_NORMAL},
		{unix.SCHED_IDLE, unix.SCHED_IDLE},
	} {
		sleep := exec.Command("sleep", "100")
		if err := sleep.Start(); err != nil {
			t.Fatal(err)
		}
		o := &owner{tid: sleep.Process.Pid}
		if e := sys.SetSchedPolicy(o.tid, tt.policy); e != 0 {
			t.Errorf("policy %d: %v", tt.policy, e)
		}
		o.schedule()
		if policy, e := sys.SchedPolicy(o.tid); e != 0 || policy != tt.want {
			t.Errorf("policy %d became %d (%v), want %d", tt.policy, policy, e, tt.want)
		}
		_ = sleep.Process.Kill()
		_ = sleep.Wait()
	}
}
