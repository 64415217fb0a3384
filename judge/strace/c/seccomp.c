// cc: -static
// seccomp, and filter programs.
#include "calls.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

int main(void) {
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)), BPF_JUMP(BPF_JMP | BPF_JEQ |
			BPF_K, AUDIT_ARCH_X86_64, 1, 0), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS), BPF_STMT(BPF_LD |
			BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0,
			1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
			0x40000000, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP | 5), BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
			0xff), BPF_STMT(BPF_MISC | BPF_TAX, 0), BPF_STMT(BPF_LDX | BPF_IMM, 3), BPF_STMT(BPF_ST, 1),
			BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), BPF_STMT(BPF_ALU | BPF_NEG, 0), BPF_JUMP(BPF_JMP | BPF_JA, 0, 0,
			0), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog p = {sizeof f / sizeof *f, f}, bad = {3, BAD}, none = {0, f}, big = {5000, f};
	S(seccomp, SECCOMP_SET_MODE_FILTER, 0, BAD); S(seccomp, SECCOMP_SET_MODE_FILTER, 0, &bad);
	S(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG, &none);
	S(seccomp, SECCOMP_SET_MODE_FILTER, 0x80, &big); unsigned action = SECCOMP_RET_ALLOW;
	S(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action); action = 0x12345678;
	S(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action); S(seccomp, SECCOMP_GET_ACTION_AVAIL, 1, BAD);
	struct seccomp_notif_sizes sizes; S(seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
	S(seccomp, SECCOMP_GET_NOTIF_SIZES, 0, BAD); S(seccomp, 77, 5, &p);
	S(seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL); S(seccomp, SECCOMP_SET_MODE_STRICT, 0, BAD);
	struct sock_filter notify[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
		SYS_getpgrp, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF), BPF_STMT(BPF_RET | BPF_K,
		SECCOMP_RET_ALLOW)};
	struct sock_fprog np = {4, notify}; S(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	int fd = S(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &np);
	uint64_t id = 5; S(ioctl, fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &id);
	struct seccomp_notif_addfd add = {5, 1, 2, 3, O_CLOEXEC};
	S(ioctl, fd, SECCOMP_IOCTL_NOTIF_ADDFD, &add); struct seccomp_notif_resp resp = {5, 6, -7, 1};
	S(ioctl, fd, SECCOMP_IOCTL_NOTIF_SEND, &resp);
	S(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &p); S(getppid); S(getpid);
	return 0;
}
