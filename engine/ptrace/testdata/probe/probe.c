/*
 * probe asks ptrace and wait everything that there is to ask, and prints the
 * answers. What it prints on bare Linux is right by definition; it must print
 * the same wherever ptrace is provided by somebody else.
 *
 *	probe -l      lists the cases
 *	probe CASE    runs one
 */
#include "probe.h"

#include <stdarg.h>

static const struct probe_case *const families[] = {
	request_cases, memory_cases, register_cases, option_cases, syscall_cases, signal_cases, group_cases, attach_cases,
	thread_cases, exec_cases, clone_cases, death_cases, seccomp_cases, step_cases, debugreg_cases, wait_cases,
	sigchld_cases, become_cases, compat_cases, config_cases,
};

const char *self_path;

/* Who prints: lines of processes beside the tracer begin with their name, so
 * that only the order of each one's own lines counts. */
static char my_name[32];

/* The names are shared by all processes of a case. */
struct named { pid_t pid; char name[28]; };
static struct { int n; struct named at[512]; } *names;
static int names_later; /* run_all: strangers may have a name when it is known who made them */

static void put(const char *fmt, va_list ap, const char *lead)
{
	char line[1024];
	int n = snprintf(line, sizeof line, "%s%s", my_name, lead);
	n += vsnprintf(line + n, sizeof line - n - 1, fmt, ap);
	if (n > (int)sizeof line - 2) n = sizeof line - 2;
	line[n++] = '\n';
	if (write(1, line, n) != n) _exit(99);
}

void say(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put(fmt, ap, "");
	va_end(ap);
}

void die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put(fmt, ap, "BROKEN: ");
	va_end(ap);
	_exit(98);
}

void name(pid_t pid, const char *fmt, ...)
{
	int i = __atomic_fetch_add(&names->n, 1, __ATOMIC_SEQ_CST);
	if (i >= (int)LEN(names->at)) die("too many names");
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(names->at[i].name, sizeof names->at[i].name, fmt, ap);
	va_end(ap);
	__atomic_store_n(&names->at[i].pid, pid, __ATOMIC_SEQ_CST);
}

const char *who(pid_t pid)
{
	static __thread char buf[4][28];
	static __thread int turn;
	if (pid == 0) return "0";
	if (pid == -1) return "-1";
	int n = names->n;
	for (int i = n - 1; i >= 0; i--)
		if (names->at[i].pid == pid) return names->at[i].name;
	if (pid < -1) {
		char *b = buf[turn++ % 4];
		snprintf(b, sizeof buf[0], "-%.20s", who(-pid));
		return b;
	}
	if (names_later) {
		char *b = buf[turn++ % 4];
		snprintf(b, sizeof buf[0], "\1%d\2", pid);
		return b;
	}
	return "?";
}

const char *errname(long r)
{
	static __thread char buf[32];
	if (r >= 0) {
		snprintf(buf, sizeof buf, "%ld", r);
		return buf;
	}
	const char *s = strerrorname_np(-r);
	if (s) return s;
	snprintf(buf, sizeof buf, "error %ld", -r);
	return buf;
}

const char *value(long r)
{
	return r > 0 && *who(r) != '?' ? who(r) : errname(r);
}

const char *signame(int sig)
{
	static __thread char buf[4][16];
	static __thread int turn;
	char *b = buf[turn++ % 4];
	const char *s = sigabbrev_np(sig);
	if (s) snprintf(b, sizeof buf[0], "SIG%s", s);
	else snprintf(b, sizeof buf[0], "signal %d", sig);
	return b;
}

const char *sysname(long nr)
{
	static __thread char buf[24];
	static const struct { long nr; const char *name; } calls[] = {
		{SYS_getpid, "getpid"}, {SYS_getppid, "getppid"}, {SYS_gettid, "gettid"}, {SYS_write, "write"}, {SYS_read, "read"},
		{SYS_exit, "exit"}, {SYS_exit_group, "exit_group"}, {SYS_kill, "kill"}, {SYS_tgkill, "tgkill"}, {SYS_clone, "clone"},
		{SYS_fork, "fork"}, {SYS_vfork, "vfork"}, {SYS_execve, "execve"}, {SYS_wait4, "wait4"}, {SYS_pause, "pause"},
		{SYS_nanosleep, "nanosleep"}, {SYS_rt_sigreturn, "rt_sigreturn"}, {SYS_restart_syscall, "restart_syscall"},
		{SYS_sched_yield, "sched_yield"}, {SYS_getuid, "getuid"}, {SYS_geteuid, "geteuid"}, {SYS_close, "close"},
		{SYS_rt_sigprocmask, "rt_sigprocmask"}, {SYS_munmap, "munmap"}, {-1, "-1"},
	};
	for (size_t i = 0; i < LEN(calls); i++)
		if (calls[i].nr == nr) return calls[i].name;
	snprintf(buf, sizeof buf, "call %ld", nr);
	return buf;
}

const char *event(int ev)
{
	static const char *const names[] = {"0", "FORK", "VFORK", "CLONE", "EXEC", "VFORK_DONE", "EXIT", "SECCOMP"};
	static __thread char buf[16];
	if (ev >= 0 && ev < (int)LEN(names)) return names[ev];
	if (ev == PTRACE_EVENT_STOP) return "STOP";
	snprintf(buf, sizeof buf, "%d", ev);
	return buf;
}

const char *status(int st)
{
	static __thread char buf[4][64];
	static __thread int turn;
	char *b = buf[turn++ % 4];
	if (WIFEXITED(st)) snprintf(b, sizeof buf[0], "exited %d", WEXITSTATUS(st));
	else if (st == 0xffff) snprintf(b, sizeof buf[0], "continued");
	else if (WIFSIGNALED(st)) snprintf(b, sizeof buf[0], "killed %s%s", signame(WTERMSIG(st)), WCOREDUMP(st) ? " core" : "");
	else if (EVENT(st)) snprintf(b, sizeof buf[0], "stopped %s event %s", signame(WSTOPSIG(st)), event(EVENT(st)));
	else if (SYSGOOD(st)) snprintf(b, sizeof buf[0], "stopped syscall");
	else snprintf(b, sizeof buf[0], "stopped %s", signame(WSTOPSIG(st)));
	return b;
}

const char *info(const siginfo_t *si)
{
	static __thread char buf[160];
	static const char *const cld[] = {"", "CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"};
	int n = snprintf(buf, sizeof buf, "%s", signame(si->si_signo));
	if (si->si_errno) n += snprintf(buf + n, sizeof buf - n, " errno %d", si->si_errno);
	if (si->si_signo == SIGCHLD && si->si_code > 0 && si->si_code < (int)LEN(cld)) {
		snprintf(buf + n, sizeof buf - n, " %s pid %s uid %d status %s", cld[si->si_code], who(si->si_pid), (int)si->si_uid,
			si->si_code == CLD_EXITED ? errname(si->si_status) : signame(si->si_status));
		return buf;
	}
	switch (si->si_code) {
	case SI_USER:
	case SI_TKILL:
		snprintf(buf + n, sizeof buf - n, " %s pid %s uid %d", si->si_code == SI_USER ? "SI_USER" : "SI_TKILL", who(si->si_pid), (int)si->si_uid);
		return buf;
	case SI_QUEUE:
		snprintf(buf + n, sizeof buf - n, " SI_QUEUE pid %s uid %d value %d", who(si->si_pid), (int)si->si_uid, si->si_int);
		return buf;
	case SI_KERNEL:
		snprintf(buf + n, sizeof buf - n, " SI_KERNEL");
		return buf;
	case SI_TIMER:
		snprintf(buf + n, sizeof buf - n, " SI_TIMER");
		return buf;
	}
	n += snprintf(buf + n, sizeof buf - n, " code %#x", si->si_code);
	if (si->si_signo == SIGTRAP && (si->si_code & 0x7f) == SIGTRAP)
		snprintf(buf + n, sizeof buf - n, " pid %s uid %d", who(si->si_pid), (int)si->si_uid);
	else if (si->si_signo == SIGSEGV || si->si_signo == SIGILL || si->si_signo == SIGFPE || si->si_signo == SIGBUS)
		snprintf(buf + n, sizeof buf - n, " addr %#lx", (unsigned long)si->si_addr);
	return buf;
}

long pt(long request, pid_t pid, unsigned long addr, unsigned long data)
{
	long r = syscall(SYS_ptrace, request, (long)pid, addr, data);
	return r == -1 ? -errno : r;
}

long attempt(const char *text, long request, pid_t pid, unsigned long addr, unsigned long data)
{
	long r = pt(request, pid, addr, data);
	say("%s %s: %s", text, who(pid), errname(r));
	return r;
}

long must(const char *text, long request, pid_t pid, unsigned long addr, unsigned long data)
{
	long r = pt(request, pid, addr, data);
	if (r < 0) die("%s %s: %s", text, who(pid), errname(r));
	return r;
}

unsigned long get_user(pid_t pid, size_t offset)
{
	unsigned long v = 0;
	long r = pt(PTRACE_PEEKUSR, pid, offset, (unsigned long)&v);
	if (r < 0) say("PEEKUSER %zu %s: %s", offset, who(pid), errname(r));
	return v;
}

/* ---- children ---- */

static int children;

static pid_t begin(void)
{
	pid_t mine = self_pid();
	char its_name[40];
	if (mine == names->at[0].pid) snprintf(its_name, sizeof its_name, "child%d", ++children);
	else snprintf(its_name, sizeof its_name, "%.16s.child%d", who(mine), ++children);
	pid_t pid = fork();
	if (pid < 0) die("fork: %m");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != mine) _exit(97);
		snprintf(my_name, sizeof my_name, "%.26s| ", its_name);
		name(self_pid(), "%.26s", its_name);
		return 0;
	}
	name(pid, "%.26s", its_name);
	return pid;
}

pid_t child(void (*fn)(void))
{
	pid_t pid = begin();
	if (pid) return pid;
	children = 0;
	fn();
	_exit(0);
}

pid_t traceme(void (*fn)(void))
{
	pid_t pid = begin();
	if (pid == 0) {
		long r = pt(PTRACE_TRACEME, 0, 0, 0);
		if (r < 0) die("TRACEME: %s", errname(r));
		children = 0;
		send_self(SIGSTOP);
		fn();
		_exit(0);
	}
	int st = quietly(pid);
	if (st != (SIGSTOP << 8 | 0x7f)) die("a child that stopped itself: %s", status(st));
	return pid;
}

pid_t seized(long options, void (*fn)(void))
{
	struct gate g;
	gate_make(&g);
	pid_t pid = begin();
	if (pid == 0) {
		children = 0;
		gate_pass(&g);
		fn();
		_exit(0);
	}
	must("PTRACE_SEIZE", PTRACE_SEIZE, pid, 0, options);
	gate_open(&g);
	return pid;
}

pid_t interrupted(long options)
{
	pid_t pid = seized(options, pauses);
	asleep(pid);
	must("PTRACE_INTERRUPT", PTRACE_INTERRUPT, pid, 0, 0);
	int st = quietly(pid);
	if (st != (PTRACE_EVENT_STOP << 16 | SIGTRAP << 8 | 0x7f)) die("a child that was interrupted: %s", status(st));
	return pid;
}

void gate_make(struct gate *g)
{
	if (pipe2(g->fd, O_CLOEXEC)) die("pipe: %m");
}

void gate_pass(struct gate *g)
{
	char c;
	while (read(g->fd[0], &c, 1) < 0 && errno == EINTR) {}
}

void gate_open(struct gate *g)
{
	if (write(g->fd[1], "", 1) != 1) die("gate: %m");
}

static char state(pid_t tid)
{
	char path[64], line[512];
	snprintf(path, sizeof path, "/proc/%d/stat", tid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return 0;
	ssize_t n = read(fd, line, sizeof line - 1);
	close(fd);
	if (n <= 0) return 0;
	line[n] = 0;
	char *p = strrchr(line, ')');
	return p ? p[2] : 0;
}

/* in_call tells whether the thread is inside of a system call that pauses. */
static int in_call(pid_t tid)
{
	char path[64], line[128];
	snprintf(path, sizeof path, "/proc/%d/syscall", tid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return 1;
	ssize_t n = read(fd, line, sizeof line - 1);
	close(fd);
	return n > 0 && line[0] >= '0' && line[0] <= '9';
}

int sleeps_now(pid_t tid)
{
	for (int row = 0; row < 4; row++) {
		if (row) usleep(200);
		if (state(tid) != 'S' || !in_call(tid)) return 0;
	}
	return 1;
}

void asleep(pid_t tid)
{
	for (int i = 0; i < 20000; i++) {
		if (sleeps_now(tid)) return;
		usleep(200);
	}
	die("%s does not sleep", who(tid));
}

void gone(pid_t tid)
{
	for (int i = 0; i < 20000; i++) {
		char s = state(tid);
		if (s == 0 || s == 'Z' || s == 'X') return;
		usleep(200);
	}
	die("%s does not end", who(tid));
}

/* ---- waiting ---- */

int quietly(pid_t pid)
{
	int st = 0;
	pid_t got;
	do got = wait4(pid, &st, __WALL, NULL);
	while (got < 0 && errno == EINTR);
	if (got != pid) die("wait for %s: %m", who(pid));
	return st;
}

int await_flags(const char *text, pid_t pid, int flags)
{
	int st = -1;
	errno = 0;
	pid_t got = wait4(pid, &st, flags, NULL);
	if (got < 0) say("wait %s %s: %s", who(pid), text, errname(-errno));
	else if (got == 0) say("wait %s %s: nothing", who(pid), text);
	else say("wait %s %s: %s %s", who(pid), text, who(got), status(st));
	return st;
}

int await(pid_t pid)
{
	int st = quietly(pid);
	say("%s %s", who(pid), status(st));
	return st;
}

void end(pid_t pid)
{
	int st;
	kill(pid, SIGKILL);
	for (;;) {
		pid_t got = wait4(pid, &st, __WALL, NULL);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0 || !WIFSTOPPED(st)) return;
		pt(PTRACE_CONT, pid, 0, 0);
	}
}

/* ---- what a stop tells ---- */

static void text_msg(char *b, size_t size, pid_t pid, int ev)
{
	unsigned long msg = ~0UL;
	long r = pt(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&msg);
	const char *n = who(msg);
	if (r < 0) snprintf(b, size, "msg %s", errname(r));
	else if (ev == PTRACE_EVENT_EXIT) snprintf(b, size, "msg %s", status(msg));
	else if (*n != '?') snprintf(b, size, "msg %s", n);
	else if (ev == PTRACE_EVENT_VFORK_DONE) snprintf(b, size, "msg ?"); /* a child that nobody traces */
	else snprintf(b, size, "msg %#lx", msg);
}

static void text_siginfo(char *b, size_t size, pid_t pid)
{
	siginfo_t si;
	memset(&si, 0, sizeof si);
	long r = pt(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&si);
	snprintf(b, size, "siginfo %s", r < 0 ? errname(r) : info(&si));
}

static void text_call(char *b, size_t size, pid_t pid)
{
	struct ptrace_syscall_info s;
	memset(&s, 0xee, sizeof s);
	long r = pt(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, (unsigned long)&s);
	if (r < 0) { snprintf(b, size, "call %s", errname(r)); return; }
	int n = snprintf(b, size, "call size %ld arch %#x ", r, s.arch);
	b += n;
	size -= n;
	switch (s.op) {
	case PTRACE_SYSCALL_INFO_NONE: snprintf(b, size, "none"); break;
	case PTRACE_SYSCALL_INFO_ENTRY: snprintf(b, size, "entry %s", sysname(s.entry.nr)); break;
	case PTRACE_SYSCALL_INFO_EXIT:
		snprintf(b, size, "exit %s is_error %d", value(s.exit.rval), s.exit.is_error);
		break;
	case PTRACE_SYSCALL_INFO_SECCOMP: snprintf(b, size, "seccomp %s data %#x", sysname(s.seccomp.nr), s.seccomp.ret_data); break;
	default: snprintf(b, size, "op %d", s.op);
	}
}

void tell_msg(pid_t pid, int st) { char b[128]; text_msg(b, sizeof b, pid, EVENT(st)); say("  %s", b); }
void tell_siginfo(pid_t pid) { char b[256]; text_siginfo(b, sizeof b, pid); say("  %s", b); }
void tell_call(pid_t pid) { char b[256]; text_call(b, sizeof b, pid); say("  %s", b); }

void tell(pid_t pid, int st)
{
	if (!WIFSTOPPED(st)) return;
	if (EVENT(st)) tell_msg(pid, st);
	tell_siginfo(pid);
	tell_call(pid);
}

/* passed is the signal to resume with: what a signal-delivery-stop stopped for. */
static int passed(int st)
{
	int sig = WSTOPSIG(st);
	return EVENT(st) || sig == SIGTRAP || sig == (SIGTRAP | 0x80) ? 0 : sig;
}

void run_out(long request, pid_t pid)
{
	for (;;) {
		long r = pt(request, pid, 0, 0);
		if (r < 0) { say("resume %s: %s", who(pid), errname(r)); return; }
		for (;;) {
			int st = await(pid);
			if (!WIFSTOPPED(st)) return;
			tell(pid, st);
			if (passed(st) == 0) break;
			r = pt(request, pid, 0, passed(st));
			if (r < 0) { say("resume %s: %s", who(pid), errname(r)); return; }
		}
	}
}

/* The log of one tracee, and the children that its events told of. */
struct tracelog {
	pid_t pid;
	int started; /* its first stop was there */
	int made;
	pid_t child[16];
	char text[6000];
	size_t len;
};

static struct tracelog logs[64];
static int logs_used;

static struct tracelog *log_of(pid_t pid)
{
	for (int i = 0; i < logs_used; i++)
		if (logs[i].pid == pid) return &logs[i];
	if (logs_used == (int)LEN(logs)) die("too many tracees");
	struct tracelog *l = &logs[logs_used++];
	memset(l, 0, sizeof *l);
	l->pid = pid;
	return l;
}

static void note(struct tracelog *l, const char *text)
{
	l->len += snprintf(l->text + l->len, sizeof l->text - l->len, "%s\n", text);
	if (l->len >= sizeof l->text) die("too much to log");
}

static void note_stop(struct tracelog *l, int st)
{
	int ev = EVENT(st);
	char text[256], line[260];
	if (ev == PTRACE_EVENT_FORK || ev == PTRACE_EVENT_VFORK || ev == PTRACE_EVENT_CLONE) {
		unsigned long msg = 0;
		pt(PTRACE_GETEVENTMSG, l->pid, 0, (unsigned long)&msg);
		if (l->made == (int)LEN(l->child)) die("too many children");
		l->child[l->made++] = (pid_t)msg;
	}
	if (ev) {
		text_msg(text, sizeof text, l->pid, ev);
		snprintf(line, sizeof line, "  %s", text);
		note(l, line);
	}
	text_siginfo(text, sizeof text, l->pid);
	snprintf(line, sizeof line, "  %s", text);
	note(l, line);
}

/* name_children names what the named have made, generation by generation. */
static void name_children(void)
{
	for (int more = 1; more;) {
		more = 0;
		for (int i = 0; i < logs_used; i++) {
			if (*who(logs[i].pid) == '?') continue;
			for (int j = 0; j < logs[i].made; j++)
				if (*who(logs[i].child[j]) == '?') {
					name(logs[i].child[j], "%.20s.%d", who(logs[i].pid), j + 1);
					more = 1;
				}
		}
	}
}

/* print_log puts in the names. */
static void print_log(const struct tracelog *l)
{
	static char out[2 * sizeof l->text];
	size_t n = 0;
	for (const char *p = l->text; *p && n < sizeof out - 64;) {
		if (*p == '\1') {
			char *end;
			n += sprintf(out + n, "%s", who((pid_t)strtol(p + 1, &end, 10)));
			p = end + 1;
		} else out[n++] = *p++;
	}
	if (n) n--;
	printf("%s:\n%.*s\n", who(l->pid), (int)n, out);
	fflush(stdout);
}

void run_all(long request)
{
	int st;
	pid_t pid;
	logs_used = 0;
	names_later = 1;
	while ((pid = wait4(-1, &st, __WALL, NULL)) > 0 || errno == EINTR) {
		if (pid < 0) continue;
		struct tracelog *l = log_of(pid);
		note(l, status(st));
		if (!WIFSTOPPED(st)) continue;
		note_stop(l, st);
		int sig = passed(st);
		if (sig == SIGSTOP && !l->started) sig = 0; /* that of an automatic attach */
		l->started = 1;
		pt(request, pid, 0, sig);
	}
	int err = errno;
	names_later = 0;
	name_children();
	for (int done = 0; done < logs_used; done++) { /* in the order of the names */
		struct tracelog *first = NULL;
		for (int i = 0; i < logs_used; i++)
			if (logs[i].pid && (!first || strcmp(who(logs[i].pid), who(first->pid)) < 0)) first = &logs[i];
		print_log(first);
		first->pid = 0;
	}
	say("wait: %s", errname(-err));
}

/* ---- exec ---- */

void exec_self(const char *what)
{
	execl(self_path, "probe", "-child", what, NULL);
	die("exec: %m");
}

int main(int argc, char **argv)
{
	self_path = getenv("PROBE_SELF");
	if (!self_path) self_path = "/proc/self/exe";
	if (argc == 3 && !strcmp(argv[1], "-child")) {
		exec_child(argv[2]);
		return 0;
	}
	names = mmap(NULL, sizeof *names, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (names == MAP_FAILED || argc != 2) {
		fprintf(stderr, "usage: probe -l | probe CASE\n");
		return 2;
	}
	name(self_pid(), "tracer");
	for (size_t i = 0; i < LEN(families); i++)
		for (const struct probe_case *c = families[i]; c->name; c++) {
			if (!strcmp(argv[1], "-l")) { printf("%s\n", c->name); continue; }
			if (strcmp(argv[1], c->name)) continue;
			struct rlimit none = {0, 0};
			setrlimit(RLIMIT_CORE, &none);
			alarm(20);
			c->run();
			return 0;
		}
	if (!strcmp(argv[1], "-l")) return 0;
	fprintf(stderr, "no case %s; probe -l lists them\n", argv[1]);
	return 2;
}
