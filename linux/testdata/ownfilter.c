// ownfilter KIND: installs a seccomp filter that answers getppid, and pause, in
// the way that KIND says, makes the call and says what came of it. Or it asks
// what the kernel tells about filters (KIND ask), or asks for strict mode.
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long v) {
	char line[128];
	int n = snprintf(line, sizeof line, "%s %ld\n", what, v);
	write(1, line, n);
}

static long result(long r) { return r == -1 ? -errno : r; }

static int install(unsigned ret, unsigned flags) {
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ret),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog p = {sizeof f / sizeof *f, f};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &p);
}

static void onsys(int sig, siginfo_t *si, void *ctx) {
	say("sigsys", si->si_syscall);
}

static long call(void) {
	errno = 0;
	return result(syscall(SYS_getppid)) > 0 ? 1 : -errno;
}

static void *later(void *go) {
	char c;
	read(*(int *)go, &c, 1);
	say("thread", call());
	say("thread get_nnp", result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)));
	return NULL;
}

static void *killed(void *unused) {
	call();
	say("thread survived", 0);
	return NULL;
}

int main(int argc, char **argv) {
	const char *kind = argv[1];
	if (!strcmp(kind, "ask")) {
		say("get_seccomp", result(prctl(PR_GET_SECCOMP, 0, 0, 0, 0)));
		say("get_nnp", result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)));
		say("get_nnp bad", result(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0)));
		say("install", result(install(SECCOMP_RET_ERRNO | EXDEV, 0)));
		say("get_seccomp", result(prctl(PR_GET_SECCOMP, 0, 0, 0, 0)));
		say("set_nnp bad", result(prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0)));
		say("get_nnp", result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)));
		say("set_nnp", result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)));
		say("get_nnp", result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)));
		say("install", result(install(SECCOMP_RET_ERRNO | EXDEV, 0)));
		say("get_seccomp", result(prctl(PR_GET_SECCOMP, 0, 0, 0, 0)));
		say("strict", result(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0)));
		say("bad flags", result(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, 0)));
		say("call", call());
		if (!fork()) {
			say("child get_nnp", result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)));
			say("child", call());
			_exit(0);
		}
		wait(NULL);
		return 0;
	}
	int go[2], flags = 0;
	unsigned ret;
	pthread_t t;
	if (!strcmp(kind, "tsync")) { // its thread has no no_new_privs of its own
		pipe(go);
		pthread_create(&t, NULL, later, &go[0]);
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!strcmp(kind, "errno")) ret = SECCOMP_RET_ERRNO | EXDEV;
	else if (!strcmp(kind, "trap")) ret = SECCOMP_RET_TRAP;
	else if (!strcmp(kind, "kill")) ret = SECCOMP_RET_KILL_PROCESS;
	else if (!strcmp(kind, "killthread")) ret = SECCOMP_RET_KILL_THREAD;
	else if (!strcmp(kind, "trace")) ret = SECCOMP_RET_TRACE | 5;
	else if (!strcmp(kind, "log")) ret = SECCOMP_RET_LOG;
	else if (!strcmp(kind, "notify")) ret = SECCOMP_RET_USER_NOTIF, flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	else if (!strcmp(kind, "tsync")) ret = SECCOMP_RET_ERRNO | EXDEV, flags = SECCOMP_FILTER_FLAG_TSYNC;
	else if (!strcmp(kind, "strict") || !strcmp(kind, "strictexit")) {
		say("strict", result(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0)));
		if (!strcmp(kind, "strictexit")) syscall(SYS_exit, 7);
		call();
		say("survived", 0);
		return 0;
	} else return 3;
	struct sigaction sa = {.sa_sigaction = onsys, .sa_flags = SA_SIGINFO};
	if (!strcmp(kind, "trap")) sigaction(SIGSYS, &sa, NULL);
	int fd = install(ret, flags);
	if (!strcmp(kind, "tsync")) {
		write(go[1], "x", 1);
		pthread_join(t, NULL);
	}
	if (!strcmp(kind, "killthread")) {
		pthread_create(&t, NULL, killed, NULL);
		pthread_join(t, NULL);
		say("joined", 0);
		return 0;
	}
	if (!strcmp(kind, "notify")) {
		int status;
		if (!fork()) _exit(-call());
		struct seccomp_notif req = {0};
		struct seccomp_notif_resp resp = {0};
		say("recv", result(ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &req)));
		say("nr", req.data.nr);
		resp.id = req.id;
		resp.error = -EDOM;
		say("send", result(ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &resp)));
		wait(&status);
		say("notified", WEXITSTATUS(status));
		return 0;
	}
	say("call", call());
	if (!fork()) {
		say("child", call());
		_exit(0);
	}
	int status;
	wait(&status);
	say("status", status);
	return 0;
}
