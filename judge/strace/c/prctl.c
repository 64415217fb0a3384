// cc: -static
// prctl, each option.
#include "calls.h"
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

int main(void) {
	int i = 0;
	unsigned long l = 0;
	char name[16] = "";
	S(prctl, PR_SET_PDEATHSIG, SIGTERM); S(prctl, PR_GET_PDEATHSIG, &i);
	S(prctl, PR_SET_PDEATHSIG, 0); S(prctl, PR_SET_PDEATHSIG, 100); S(prctl, PR_GET_PDEATHSIG, BAD);
	S(prctl, PR_GET_DUMPABLE); S(prctl, PR_SET_DUMPABLE, 0); S(prctl, PR_SET_DUMPABLE, 1);
	S(prctl, PR_SET_DUMPABLE, 77);
	S(prctl, PR_GET_UNALIGN, &i); S(prctl, PR_SET_UNALIGN, PR_UNALIGN_NOPRINT);
	S(prctl, PR_GET_KEEPCAPS); S(prctl, PR_SET_KEEPCAPS, 1); S(prctl, PR_SET_KEEPCAPS, 0);
	S(prctl, PR_GET_FPEMU, &i); S(prctl, PR_SET_FPEMU, PR_FPEMU_NOPRINT);
	S(prctl, PR_GET_FPEXC, &i); S(prctl, PR_SET_FPEXC, PR_FP_EXC_DIV | PR_FP_EXC_INV);
	S(prctl, PR_GET_TIMING); S(prctl, PR_SET_TIMING, PR_TIMING_TIMESTAMP);
	S(prctl, PR_SET_TIMING, 0);
	S(prctl, PR_SET_NAME, "a name"); S(prctl, PR_GET_NAME, name);
	S(prctl, PR_SET_NAME, "a name that is too long"); S(prctl, PR_GET_NAME, name);
	S(prctl, PR_SET_NAME, BAD); S(prctl, PR_GET_NAME, BAD);
	S(prctl, PR_GET_ENDIAN, &i); S(prctl, PR_SET_ENDIAN, 1); S(prctl, PR_GET_SECCOMP);
	S(prctl, PR_SET_SECCOMP, 77); S(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, BAD);
	S(prctl, PR_CAPBSET_READ, 0); S(prctl, PR_CAPBSET_READ, 38); S(prctl, PR_CAPBSET_READ, 99);
	S(prctl, PR_CAPBSET_DROP, 99); S(prctl, PR_CAPBSET_DROP, 25);
	S(prctl, PR_GET_TSC, &i); S(prctl, PR_SET_TSC, PR_TSC_ENABLE); S(prctl, PR_SET_TSC, 7);
	S(prctl, PR_GET_SECUREBITS); S(prctl, PR_SET_SECUREBITS, 0x3);
	S(prctl, PR_SET_SECUREBITS, 0x1001); S(prctl, PR_GET_SECUREBITS);
	S(prctl, PR_SET_TIMERSLACK, 50001); S(prctl, PR_GET_TIMERSLACK); S(prctl, PR_SET_TIMERSLACK, 0);
	S(prctl, PR_TASK_PERF_EVENTS_DISABLE); S(prctl, PR_TASK_PERF_EVENTS_ENABLE);
	S(prctl, PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY);
	S(prctl, PR_MCE_KILL, PR_MCE_KILL_CLEAR); S(prctl, PR_MCE_KILL_GET);
	S(prctl, PR_MCE_KILL, 5, 6, 7, 8);
	S(prctl, PR_SET_MM, PR_SET_MM_START_CODE, 0x1000); S(prctl, PR_SET_MM, PR_SET_MM_MAP_SIZE, &i);
	S(prctl, PR_SET_MM, PR_SET_MM_EXE_FILE, -1); S(prctl, PR_SET_MM, 99, 1, 2, 3);
	S(prctl, PR_SET_MM, PR_SET_MM_AUXV, BAD, 8);
	S(prctl, PR_SET_PTRACER, 1); S(prctl, PR_SET_PTRACER, -1L); S(prctl, PR_SET_PTRACER, 0);
	S(prctl, PR_SET_CHILD_SUBREAPER, 1); S(prctl, PR_GET_CHILD_SUBREAPER, &i);
	S(prctl, PR_SET_CHILD_SUBREAPER, 0); S(prctl, PR_GET_CHILD_SUBREAPER, BAD);
	S(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); S(prctl, PR_GET_NO_NEW_PRIVS, 1, 2, 3, 4);
	S(prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0); S(prctl, PR_GET_TID_ADDRESS, &l);
	S(prctl, PR_GET_TID_ADDRESS, BAD);
	S(prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0); S(prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0);
	S(prctl, PR_SET_THP_DISABLE, 0, 0, 0, 0); S(prctl, PR_MPX_ENABLE_MANAGEMENT);
	S(prctl, PR_MPX_DISABLE_MANAGEMENT, 1, 2, 3, 4);
	S(prctl, PR_SET_FP_MODE, PR_FP_MODE_FR); S(prctl, PR_GET_FP_MODE);
	S(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0);
	S(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 12, 0, 0);
	S(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	S(prctl, PR_CAP_AMBIENT, 99, 1, 2, 3);
	S(prctl, PR_SVE_SET_VL, 0x10010); S(prctl, PR_SVE_GET_VL);
	S(prctl, PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0, 0, 0);
	S(prctl, PR_GET_SPECULATION_CTRL, 99, 0, 0, 0);
	S(prctl, PR_SET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, 77, 0, 0);
	S(prctl, PR_SET_SPECULATION_CTRL, 99, PR_SPEC_DISABLE, 1, 2);
	S(prctl, PR_PAC_RESET_KEYS, PR_PAC_APIAKEY | PR_PAC_APDBKEY, 0, 0, 0);
	S(prctl, PR_PAC_RESET_KEYS, 0x100, 0, 0, 0);
	S(prctl, PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0);
	S(prctl, PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0); S(prctl, PR_SET_IO_FLUSHER, 1, 0, 0, 0);
	S(prctl, PR_GET_IO_FLUSHER, 0, 0, 0, 0); S(prctl, PR_SET_IO_FLUSHER, 0, 0, 0, 0);
	S(prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0);
	S(prctl, PR_SET_SYSCALL_USER_DISPATCH, 7, 1, 2, BAD);
	S(prctl, PR_PAC_SET_ENABLED_KEYS, 1, 1, 0, 0); S(prctl, PR_PAC_GET_ENABLED_KEYS, 0, 0, 0, 0);
	S(prctl, PR_SCHED_CORE, PR_SCHED_CORE_GET, 0, 0, &l); S(prctl, PR_SCHED_CORE, 99, 1, 2, BAD);
	S(prctl, PR_SME_SET_VL, 16); S(prctl, PR_SME_GET_VL);
	S(prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x10000, 4096, "name");
	S(prctl, PR_SET_VMA, 9, 1, 2, BAD);
	S(prctl, 0x1234, 1, 2, 3, 4);
	S(prctl, -1, 0, 0, 0, 0);
	struct sock_filter f[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0}, {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
	struct sock_fprog prog = {2, f};
	S(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog); S(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	S(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); S(prctl, PR_GET_SECCOMP);
	S(prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	S(prctl, PR_GET_SECCOMP);
	return 0;
}
