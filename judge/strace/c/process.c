// cc: -static
// Processes: making them, waiting for them, what they are told and may use.
#include "calls.h"
#include <asm/prctl.h>
#include <linux/kcmp.h>
#include <linux/sched.h>
#include <sys/times.h>

static void wait_for_all(void) {
	int status;
	while (S(wait4, -1, &status, __WALL, NULL) > 0)
		;
}

static void births(void) {
	int ptid = 0, ctid = 0, pidfd = -1, status = 0;
	struct rusage ru;
	siginfo_t info;
	// Whether a child's end is heard of before the wait or in it is chance.
	uint64_t ends = 1ULL << (SIGCHLD - 1) | 1ULL << (SIGWINCH - 1);
	S(rt_sigprocmask, SIG_BLOCK, &ends, NULL, 8);
	if (S(fork) == 0) S(exit_group, 3);
	S(wait4, -1, &status, 0, &ru);
	if (S(fork) == 0) { S(kill, getpid(), SIGKILL); }
	S(wait4, -1, &status, WUNTRACED | WCONTINUED | __WALL, NULL);
	if (S(vfork) == 0) S(exit, 300);
	S(waitid, P_ALL, 0, &info, WEXITED | WNOWAIT, NULL);
	S(waitid, P_ALL, 0, &info, WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD, &ru);
	int stopped = S(clone, SIGCHLD, 0, 0, 0, 0);
	if (stopped == 0) { S(kill, getpid(), SIGSTOP); S(exit_group, 0); }
	S(wait4, -1, &status, WUNTRACED, NULL);
	S(waitid, P_ALL, 0, &info, WNOHANG | WEXITED, NULL);
	S(kill, stopped, SIGCONT);
	S(waitid, P_PID, stopped, &info, WEXITED, NULL);
	if ((S(clone, CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, 0, &ptid, &ctid,
		0)) == 0) S(exit, 1);
	S(waitid, P_PID, ptid, &info, WEXITED, NULL);
	wait_for_all();
	struct clone_args a = {.flags = CLONE_PIDFD | CLONE_PARENT_SETTID, .pidfd = (uintptr_t)&pidfd,
		.parent_tid = (uintptr_t)&ptid, .exit_signal = SIGCHLD};
	if (S(clone3, &a, sizeof a) == 0) S(exit_group, 5);
	S(waitid, P_PIDFD, pidfd, &info, WEXITED, &ru);
	a = (struct clone_args){.flags = CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND, .exit_signal = SIGWINCH};
	if (S(clone3, &a, 64) == 0) S(exit_group, 0);
	wait_for_all();
	a = (struct clone_args){.flags = CLONE_NEWUSER | 0x100, .stack = 4096, .stack_size = 8192, .tls = 7,
		.set_tid = 1, .set_tid_size = 2, .cgroup = 9};
	S(clone3, &a, sizeof a); S(clone3, BAD, sizeof a); S(clone3, &a, 3);
	S(clone, CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0);
	S(clone, CLONE_NEWNS | CLONE_FS | 0x7f, BAD, 0, 0, 0);
	S(wait4, -1, &status, WNOHANG, NULL); S(wait4, -5, BAD, __WCLONE, BAD);
	S(waitid, 77, 5, &info, 0, NULL); S(waitid, P_PGID, 0, BAD, WEXITED, BAD);
	S(unshare, CLONE_FS | CLONE_FILES | CLONE_SYSVSEM); S(unshare, 0x80);
	S(setns, -1, CLONE_NEWNET | CLONE_NEWNS); S(setns, 0, 0); S(setns, -1, 0x5);
}

static void execs(void) {
	char *argv[] = {"prog", "one", "two words", "a very long argument that is cut somewhere by the limit",
		NULL}, *envp[] = {"A=b", "C=d", NULL};
	char *many[50];
	for (int i = 0; i < 49; i++) many[i] = "arg";
	many[49] = NULL;
	S(execve, "no-such", argv, envp); S(execve, "no-such", many, envp); S(execve, NULL, NULL, NULL);
	S(execve, "no-such", BAD, BAD); S(execve, BAD, argv, NULL);
	envp[1] = NULL; S(execve, "no-such", argv, envp); envp[0] = NULL; S(execve, "no-such", envp, envp);
	argv[2] = (void *)0x20; S(execve, "no-such", argv, argv);
	S(execveat, AT_FDCWD, "no-such", argv, envp, AT_SYMLINK_NOFOLLOW);
	S(execveat, -1, "", envp, envp, AT_EMPTY_PATH | 0x8);
	if (S(fork) == 0) { char *a[] = {"true", NULL}; S(execve, "/bin/true", a, a); }
	wait_for_all();
}

static void ids(void) {
	S(getpid); S(getppid); S(gettid); S(getpgid, 0); S(getpgid, -1); S(getsid, 0);
	S(getsid, 99999999); S(getpgrp);
	S(setpgid, 0, 0); S(setpgid, -1, 5); S(setsid);
	S(kill, 99999999, SIGTERM); S(kill, getpid(), 0); S(tkill, getpid(), 0);
	S(tgkill, getpid(), getpid(), 0); S(tgkill, -1, -1, SIGRTMIN); S(kill, 99999999, 65);
	S(kill, 99999999, -1); S(tkill, 99999999, 40);
}

static void limits(void) {
	struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY}, s = {1024, 4096};
	struct rusage ru;
	struct tms t;
	for (int i = 0; i < 17; i++) S(getrlimit, i, &r);
	S(setrlimit, RLIMIT_CORE, &s); r = (struct rlimit){1 << 20, RLIM_INFINITY};
	S(setrlimit, RLIMIT_MEMLOCK, &r); S(setrlimit, RLIMIT_NOFILE, BAD);
	r = (struct rlimit){2048000, 3};
	S(setrlimit, RLIMIT_FSIZE, &r);
	S(prlimit64, 0, RLIMIT_NOFILE, NULL, &r); S(prlimit64, 0, RLIMIT_NOFILE, &s, &r);
	S(prlimit64, -1, 99, BAD, BAD); S(prlimit64, 0, RLIMIT_AS, NULL, NULL);
	S(getrusage, RUSAGE_SELF, &ru); S(getrusage, RUSAGE_CHILDREN, &ru);
	S(getrusage, RUSAGE_THREAD, BAD); S(getrusage, 77, &ru); S(times, &t); S(times, NULL);
	S(times, BAD);
	S(getpriority, PRIO_PROCESS, 0); S(setpriority, PRIO_PROCESS, 0, 3);
	S(getpriority, PRIO_PGRP, 99999999); S(setpriority, PRIO_USER, 77, -50); S(getpriority, 9, 1);
	S(ioprio_get, 1, 0); S(ioprio_set, 1, 0, (2 << 13) | 4); S(ioprio_get, 1, 0);
	S(ioprio_set, 2, 0, (1 << 13) | 7); S(ioprio_set, 9, 5, 0x12345); S(ioprio_set, 3, 0, 3 << 13);
	S(ioprio_get, 1, 99999999); S(ioprio_set, 1, 0, 0);
}

static void odds(void) {
	unsigned long a = 0;
	S(personality, 0xffffffff); S(personality, 0x0040000);
	S(personality, 0x0008 | 0x4000000 | 0x0040000); S(personality, 0xffffffff);
	S(personality, 0x77);
	S(arch_prctl, ARCH_GET_FS, &a); S(arch_prctl, ARCH_SET_GS, 0x1000);
	S(arch_prctl, ARCH_GET_GS, &a); S(arch_prctl, ARCH_GET_CPUID, 0); S(arch_prctl, 0x9999, 5);
	S(arch_prctl, ARCH_GET_FS, BAD); S(arch_prctl, ARCH_GET_XCOMP_SUPP, &a);
	S(arch_prctl, ARCH_REQ_XCOMP_PERM, 18); S(arch_prctl, ARCH_SET_CPUID, 1);
	S(set_tid_address, &a); S(set_tid_address, NULL);
	struct { void *next; long off; void *pending; } head = {&head, 0, NULL};
	void *hp; size_t len;
	S(set_robust_list, &head, sizeof head); S(get_robust_list, 0, &hp, &len);
	S(get_robust_list, -1, BAD, BAD); S(set_robust_list, BAD, 3); S(get_robust_list, 0, NULL, NULL);
	S(rseq, BAD, 32, 0, 0x1234); S(rseq, BAD, 32, 1, 0x53053053); S(rseq, NULL, 3, 0x80, 0);
	int pidfd = S(pidfd_open, getpid(), 0);
	siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
	S(pidfd_open, -1, 0x4000); S(pidfd_open, getpid(), O_NONBLOCK); S(pidfd_getfd, pidfd, 0, 0);
	S(pidfd_getfd, -1, 5, 7); S(pidfd_send_signal, pidfd, 0, NULL, 0);
	S(pidfd_send_signal, -1, SIGUSR1, &info, 0); S(pidfd_send_signal, pidfd, SIGKILL, BAD, 0x80);
	S(kcmp, getpid(), getpid(), KCMP_FILE, 0, 0); S(kcmp, getpid(), getpid(), KCMP_VM, 0, 0);
	S(kcmp, -1, 1, KCMP_FS, 1, 2);
	struct kcmp_epoll_slot { uint32_t efd, tfd, toff; } slot = {1, 2, 3};
	S(kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, 0, &slot); S(kcmp, 1, 1, 99, 1, 2);
	char x[10] = "remote", y[10];
	struct iovec l = {y, 7}, r = {x, 7};
	S(process_vm_readv, getpid(), &l, 1, &r, 1, 0); S(process_vm_writev, getpid(), &l, 1, &r, 1, 0);
	S(process_vm_readv, -1, BAD, 1, BAD, 1, 7); S(process_vm_writev, getpid(), &l, 1, BAD, 1, 0);
	S(getcpu, NULL, NULL, NULL); S(getcpu, BAD, NULL, NULL); S(iopl, 5); S(ioperm, 0x10000, 5, 1);
	 S(modify_ldt, 77, BAD, 5); S(set_thread_area, BAD);
	S(get_thread_area, BAD); S(restart_syscall);
}

int main(void) {
	births();
	execs();
	ids();
	limits();
	odds();
	return 0;
}
