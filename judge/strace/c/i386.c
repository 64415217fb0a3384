// cc: -m32 -static -fno-pie -no-pie
// 32 bits: the calls that i386 alone has, and those with other structs.
#include "calls.h"
#include <linux/futex.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <sys/msg.h>
#include <sys/times.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <poll.h>

#define N(nr, ...) PICK(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)

struct old_sigaction { void *handler; unsigned long mask, flags; void *restorer; };

static char buf[4096];

static void handler(int sig) {}

static void files(void) {
	unsigned long res[2];
	int fd = S(open, "f", O_RDWR | O_CREAT | O_LARGEFILE, 0644);
	S(write, fd, "hello", 5);
	S(stat64, "f", buf); S(lstat64, "f", buf); S(fstat64, fd, buf);
	S(fstatat64, AT_FDCWD, "f", buf, 0); S(stat, "f", buf); S(lstat, "no", buf); S(fstat, fd, buf);
	S(oldstat, "f", buf); S(oldlstat, "f", buf); S(oldfstat, fd, buf);
	S(statx, AT_FDCWD, "f", 0, 0xfff, buf);
	S(statfs64, "/proc", 84, buf); S(fstatfs64, fd, 84, buf); S(statfs, "/proc", buf);
	S(statfs64, "/", 3, BAD);
	S(_llseek, fd, 0, 3, res, SEEK_SET); S(_llseek, fd, 1, 2, BAD, 9); S(lseek, fd, 0, SEEK_END);
	S(pread64, fd, buf, 3, 1, 0); S(pwrite64, fd, "x", 1, 5, 1); S(truncate64, "f", 100, 0);
	S(ftruncate64, fd, 5, 1); S(fadvise64, fd, 1, 2, 3, 4); S(fadvise64_64, fd, 1, 2, 3, 4, 5);
	S(readahead, fd, 1, 2, 3); S(sync_file_range, fd, 1, 2, 3, 4, 5);
	S(fallocate, fd, 0, 0, 0, 100, 0);
	struct iovec v = {buf, 5}; S(preadv, fd, &v, 1, 0, 0); S(pwritev, fd, &v, 1, 1, 0);
	S(readv, fd, &v, 1); S(writev, fd, &v, 1); S(preadv2, fd, &v, 1, -1, -1, 0);
	struct flock l = {F_WRLCK, 0, 1, 2, 3}; struct flock64 l64 = {F_RDLCK, 0, 1, 2, 3};
	S(fcntl, fd, F_SETLK, &l); S(fcntl, fd, F_GETLK, &l); S(fcntl64, fd, F_SETLK64, &l64);
	S(fcntl64, fd, F_GETLK64, &l64); S(fcntl64, fd, F_OFD_SETLK, &l64); S(fcntl64, fd, F_GETFL);
	S(fcntl, fd, F_SETLK64, &l64); S(fcntl64, fd, F_SETLK, BAD);
	int dir = S(open, ".", O_RDONLY | O_DIRECTORY); S(getdents, dir, buf, sizeof buf);
	S(lseek, dir, 0, 0); S(getdents64, dir, buf, sizeof buf); S(readdir, dir, buf, 1);
	S(chown, "f", 1, 2); S(lchown, "f", 0, 0); S(fchown, fd, -1, 5); S(chown32, "f", 0, 0);
	S(lchown32, "f", -1, 7); S(fchown32, fd, 70000, 0); off_t off = 0;
	S(sendfile, fd, dir, &off, 4); loff_t o64 = 0; S(sendfile64, fd, dir, &o64, 4);
	S(umount, "no-such"); S(utime, "f", NULL); S(waitpid, -1, NULL, WNOHANG); S(creat, "g", 0600);
	S(splice, fd, &o64, dir, NULL, 4, 0);
}

static void ids(void) {
	unsigned short r, e, s, list[4] = {1, 2};
	unsigned R, E, SS, l32[4] = {1, 2};
	S(getuid); S(getgid); S(geteuid); S(getegid); S(getuid32); S(setuid, 0); S(setgid32, 0);
	S(setreuid, -1, 0); S(setregid32, 0, -1); S(setresuid, -1, 0, 0); S(getresuid, &r, &e, &s);
	S(getresuid32, &R, &E, &SS); S(setfsuid, 0); S(setfsgid32, -1); S(setgroups, 2, list);
	S(getgroups, 4, list); S(setgroups32, 2, l32); S(getgroups32, 4, l32); S(setgroups32, 0, NULL);
	S(getresgid32, BAD, BAD, BAD);
}

static void memory(void) {
	struct { unsigned long addr, len, prot, flags, fd, off; } m = {0x10000000, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0};
	S(mmap, &m); S(mmap, BAD);
	S(mmap2, 0x10001000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 3);
	S(mmap2, 0, 4096, PROT_READ, MAP_SHARED, 50, 0x12345); S(munmap, 0x10000000, 8192);
	struct { unsigned nr, base, limit, flags; } d = {-1, 0x1000, 5, 0x51}; S(set_thread_area, &d);
	S(get_thread_area, &d); S(modify_ldt, 1, &d, 16); 
	S(set_thread_area, BAD); S(vm86old, BAD); S(vm86, 0, BAD);
}

static void signals(void) {
	struct old_sigaction a = {handler, 1 << (SIGINT - 1), SA_RESTART | SA_NODEFER, NULL}, old;
	unsigned long set = 1 << (SIGUSR1 - 1), out; uint64_t big = 1ULL << 40;
	struct { void *h; unsigned long flags; void *restorer; uint64_t mask; } ra = {handler, SA_RESTART, NULL, 1};
	S(sigaction, SIGUSR1, &a, &old); S(sigaction, SIGUSR1, NULL, &old);
	S(sigaction, SIGKILL, BAD, BAD); S(rt_sigaction, SIGUSR2, &ra, &ra, 8);
	S(signal, SIGUSR2, SIG_IGN); S(signal, SIGUSR2, handler); S(signal, SIGUSR2, SIG_DFL);
	S(sigprocmask, SIG_BLOCK, &set, &out); S(sgetmask); S(ssetmask, 0); S(sigpending, &out);
	S(kill, getpid(), SIGUSR1); S(rt_sigprocmask, SIG_SETMASK, &big, NULL, 8); big = 0;
	S(rt_sigprocmask, SIG_SETMASK, &big, NULL, 8); S(tgkill, getpid(), getpid(), SIGUSR1);
	siginfo_t si = {.si_signo = SIGUSR1, .si_code = SI_QUEUE}; si.si_value.sival_int = 5;
	S(rt_sigqueueinfo, getpid(), SIGUSR1, &si); stack_t ss = {buf, 0, 4096};
	S(sigaltstack, &ss, &ss); S(alarm, 0); S(nice, 0); S(sigprocmask, 77, BAD, BAD);
}

static void clocks(void) {
	struct timespec ts = {0, 1000}; struct timeval tv; struct itimerval it = {{1, 2}, {1000, 0}};
	struct rusage ru; struct rlimit rl; struct tms tms; struct sysinfo si; struct timex tx = {};
	long long t64[4] = {0, 1000}; time_t now;
	S(clock_gettime, 1, &ts); ts = (struct timespec){0, 1000}; S(nanosleep, &ts, &ts);
	S(clock_getres, 0, &ts); N(406 /* clock_getres_time64 */, 0, t64); t64[0] = 0; t64[1] = 1000;
	N(407 /* clock_nanosleep_time64 */, 1, 0, t64, t64); N(403, 1, t64); S(setitimer, 0, &it, NULL);
	S(getitimer, 0, &it); it = (struct itimerval){}; S(setitimer, 0, &it, NULL);
	S(gettimeofday, &tv, NULL); S(time, &now); S(getrusage, 0, &ru);
	S(getrlimit, RLIMIT_NOFILE, &rl); S(ugetrlimit, RLIMIT_CORE, &rl);
	S(setrlimit, RLIMIT_CORE, &rl); S(times, &tms); S(sysinfo, &si); S(adjtimex, &tx);
	S(stime, BAD); S(uname, buf); S(olduname, buf); S(oldolduname, buf);
}

static void sockets(void) {
	int pair[2], on = 1; struct sockaddr_in a = {AF_INET, htons(45701), {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof a; struct iovec v = {"x", 1};
	struct msghdr m = {&a, sizeof a, &v, 1}, r = {NULL, 0, &v, 1};
	unsigned long c[6] = {AF_INET, SOCK_DGRAM, 0}; int s = S(socketcall, SYS_SOCKET, c);
#define CALL(nr, ...) do { unsigned long args[] = {__VA_ARGS__}; S(socketcall, nr, args); } while (0)
	CALL(SYS_BIND, s, (long)&a, sizeof a); CALL(SYS_GETSOCKNAME, s, (long)&a, (long)&len);
	CALL(SYS_CONNECT, s, (long)&a, sizeof a); CALL(SYS_GETPEERNAME, s, (long)&a, (long)&len);
	CALL(SYS_SEND, s, (long)"hello", 5, MSG_NOSIGNAL); CALL(SYS_RECV, s, (long)buf, 10, 0);
	CALL(SYS_SENDTO, s, (long)"to", 2, 0, 0, 0);
	CALL(SYS_RECVFROM, s, (long)buf, 10, MSG_DONTWAIT, (long)&a, (long)&len);
	CALL(SYS_SETSOCKOPT, s, SOL_SOCKET, SO_BROADCAST, (long)&on, 4);
	CALL(SYS_GETSOCKOPT, s, SOL_SOCKET, SO_TYPE, (long)&on, (long)&len);
	CALL(SYS_SENDMSG, s, (long)&r, 0); CALL(SYS_RECVMSG, s, 16, MSG_DONTWAIT);
	CALL(SYS_SHUTDOWN, s, SHUT_RDWR); CALL(SYS_SOCKETPAIR, AF_UNIX, SOCK_STREAM, 0, (long)pair);
	CALL(SYS_LISTEN, s, 5); CALL(SYS_ACCEPT, s, 0, 0); CALL(SYS_ACCEPT4, s, 0, 0, SOCK_CLOEXEC);
	CALL(SYS_SENDMMSG, s, 16, 1, 0); CALL(SYS_RECVMMSG, s, 16, 1, 0, 0); CALL(99, 1, 2, 3, 4, 5, 6);
	S(socketcall, SYS_SOCKET, BAD); S(socket, AF_UNIX, SOCK_STREAM, 0); S(sendmsg, s, &m, 0);
}

static void ipc(void) {
	unsigned long at; struct { long type; char text[20]; } m = {1, "hello"};
	struct { void *msg; long type; } k = {&m, 0}; unsigned short ops[3] = {0, 1, 0};
	S(unshare, CLONE_NEWIPC);
	int h = S(ipc, 23, IPC_PRIVATE, 4096, IPC_CREAT | 0600), s = S(ipc, 2, IPC_PRIVATE, 2, IPC_CREAT | 0600),
		q = S(ipc, 13, IPC_PRIVATE, IPC_CREAT | 0600);
	S(ipc, 21, h, 0, &at, 0); S(ipc, 24, h, 0x100 | IPC_STAT, 0, buf); S(ipc, 22, 0, 0, 0, 0x1234);
	S(ipc, 1, s, 1, 0, ops); S(ipc, 4, s, 1, 0, ops, 0); long zero = 0; S(ipc, 3, s, 0, 12, &zero);
	S(ipc, 11, q, 5, 0, &m); S(ipc, 12, q, 20, IPC_NOWAIT, &k); S(ipc, 14, q, IPC_RMID, 0, 0);
	S(ipc, 99, 1, 2, 3, 4, 5); S(ipc, 0x1000c, q, 20, 0, &m, 0); S(msgget, IPC_PRIVATE, 0600);
	S(shmget, IPC_PRIVATE, 4096, 0600); S(semget, IPC_PRIVATE, 1, 0600);
	S(ipc, 24, h, IPC_RMID, 0, 0);
}

static void waits(void) {
	struct { unsigned long n; void *r, *w, *x, *tv; } sel = {0}; struct timeval tv = {0, 1000};
	fd_set r; FD_ZERO(&r); sel.tv = &tv; S(select, &sel); S(select, BAD);
	S(_newselect, 3, &r, NULL, NULL, &tv); struct epoll_event ev = {EPOLLIN, {.u64 = 5}};
	int e = S(epoll_create1, 0); S(epoll_ctl, e, EPOLL_CTL_ADD, e, &ev);
	S(epoll_wait, e, &ev, 1, 0); struct pollfd p = {e, POLLIN}; S(poll, &p, 1, 0);
	struct timespec ts = {0, 1000}; S(ppoll, &p, 1, &ts, NULL, 8); long long t64[2] = {0, 1000};
	N(414, &p, 1, t64, NULL, 8); N(413, 0, NULL, NULL, NULL, t64, NULL); int f = 0;
	S(futex, &f, FUTEX_WAIT, 0, &ts); N(422, &f, FUTEX_WAIT, 0, t64);
	S(bdflush, 1, 2); S(ftime); S(mpx); S(prof); S(stty); S(gtty); S(lock); S(ulimit); S(idle);
	S(profil); S(break); S(personality, -1); S(sysfs, 3); S(prctl, 15, "name"); S(iopl, 5);
	S(uselib, "x"); S(ptrace, 77, 1, 2, 3); S(arch_prctl, 0x1003, BAD);
	S(clone, 0x7f000011, 0, 0, 0, 0); S(set_robust_list, BAD, 12);
	S(fanotify_mark, -1, 1, 2, 3, 4, "x"); S(quotactl, 0x800001, "x", 5, 6);
	S(name_to_handle_at, -1, "x", BAD, BAD, 0); S(rseq, BAD, 32, 0, 5);
}

int main(void) {
	files();
	ids();
	memory();
	signals();
	clocks();
	sockets();
	ipc();
	waits();
	if (S(fork) == 0) S(exit, 3);
	struct rusage ru;
	int status;
	S(wait4, -1, &status, 0, &ru);
	return 0;
}
