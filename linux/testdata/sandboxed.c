// sandboxed: installs a seccomp filter that kills the process for any number
// but those of write, exit_group, getppid, fork and wait4, then calls getppid and
// reports; "sandboxed child" does that in a child.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ALLOW(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

int main(int argc, char **argv) {
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(SYS_write), ALLOW(SYS_exit_group), ALLOW(SYS_getppid),
		ALLOW(SYS_fork), ALLOW(SYS_wait4),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog p = {sizeof f / sizeof *f, f};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &p)) return 2;
	if (argc > 1 && syscall(SYS_fork)) {
		syscall(SYS_wait4, -1, NULL, 0, NULL);
		syscall(SYS_exit_group, 0);
	}
	char line[64];
	long r = syscall(SYS_getppid);
	int n = snprintf(line, sizeof line, "ok %ld\n", r);
	write(1, line, n);
	syscall(SYS_exit_group, 0);
}
