package syscalls

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// inC are the structs that the C headers have, by their names there, and by header.
var inC = map[string][]string{
	"asm/stat.h":          {"stat=struct stat"},
	"linux/stat.h":        {"statx=struct statx", "statx_timestamp=struct statx_timestamp"},
	"linux/fcntl.h":       {"flock=struct flock", "flock64=struct flock64", "f_owner_ex=struct f_owner_ex"},
	"asm/statfs.h":        {"statfs=struct statfs"},
	"linux/openat2.h":     {"open_how=struct open_how"},
	"linux/time_types.h":  {"timespec64=struct __kernel_timespec", "itimerspec64=struct __kernel_itimerspec"},
	"linux/timex.h":       {"timex64=struct __kernel_timex"},
	"linux/times.h":       {"tms=struct tms"},
	"linux/utime.h":       {"utimbuf=struct utimbuf"},
	"linux/resource.h":    {"rusage=struct rusage", "rlimit=struct rlimit", "rlimit64=struct rlimit64"},
	"linux/utsname.h":     {"utsname=struct new_utsname", "old_utsname=struct old_utsname", "oldold_utsname=struct oldold_utsname"},
	"linux/sysinfo.h":     {"sysinfo=struct sysinfo"},
	"linux/mqueue.h":      {"mq_attr=struct mq_attr"},
	"linux/futex.h":       {"futex_waitv=struct futex_waitv", "robust_list_head=struct robust_list_head"},
	"linux/kcmp.h":        {"kcmp_epoll_slot=struct kcmp_epoll_slot"},
	"linux/capability.h":  {"cap_header=struct __user_cap_header_struct"},
	"linux/ptrace.h":      {"peeksiginfo_args=struct ptrace_peeksiginfo_args"},
	"linux/seccomp.h":     {"notif_sizes=struct seccomp_notif_sizes", "seccomp_notif_resp=struct seccomp_notif_resp", "seccomp_notif_addfd=struct seccomp_notif_addfd"},
	"linux/sem.h":         {"sembuf=struct sembuf", "seminfo=struct seminfo", "semid_ds=struct semid64_ds"},
	"linux/msg.h":         {"msginfo=struct msginfo", "msqid_ds=struct msqid64_ds"},
	"linux/shm.h":         {"shminfo=struct shminfo64", "shm_info=struct shm_info", "shmid_ds=struct shmid64_ds"},
	"linux/sched/types.h": {"sched_attr_known=struct sched_attr"},
	"linux/aio_abi.h":     {"io_event=struct io_event"},
	"linux/quota.h":       {"if_dqblk=struct if_dqblk", "if_nextdqblk=struct if_nextdqblk", "if_dqinfo=struct if_dqinfo"},
	"linux/keyctl.h":      {"keyctl_pkey_query=struct keyctl_pkey_query"},
	"linux/landlock.h":    {"landlock_path_beneath=struct landlock_path_beneath_attr"},
}

// TestStructsAreThoseOfTheHeaders compiles the headers for both machines, and holds each size and offset of
// types.txt against what the compiler says.
func TestStructsAreThoseOfTheHeaders(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the compiler here is for another machine")
	}
	for _, arch := range Archs() {
		source, checks := layoutSource(t)
		flag := "-m64"
		if arch == I386 {
			flag = "-m32"
		}
		cmd := exec.Command("gcc", flag, "-S", "-o", "-", "-xc", "-")
		cmd.Stdin = strings.NewReader(source)
		var errors bytes.Buffer
		cmd.Stderr = &errors
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("gcc %s: %v\n%s", flag, err, errors.Bytes())
		}
		found := regexp.MustCompile(`(?m)^\s*->(\d+) (\d+)$`).FindAllSubmatch(out, -1)
		if len(found) != len(checks) {
			t.Fatalf("%v: %d answers to %d questions", arch, len(found), len(checks))
		}
		for _, m := range found {
			i, _ := strconv.Atoi(string(m[1]))
			want, _ := strconv.Atoi(string(m[2]))
			if got := checks[i].got(Layout(arch)); got != want {
				t.Errorf("%v: %s is %d in types.txt, %d in the headers", arch, checks[i].what, got, want)
			}
		}
	}
}

// check is one number that the compiler is asked for.
type check struct {
	what string
	got  func(layout int) int
}

// layoutSource is a C program whose assembler has a line "->i n" for each check i.
func layoutSource(t *testing.T) (string, []check) {
	var includes, body strings.Builder
	var checks []check
	ask := func(expression string, c check) {
		fmt.Fprintf(&body, "asm volatile(\"\\n->%d %%c0\" : : \"i\"(%s));\n", len(checks), expression)
		checks = append(checks, c)
	}
	for header, structs := range inC {
		fmt.Fprintf(&includes, "#include <%s>\n", header)
		for _, entry := range structs {
			name, c, _ := strings.Cut(entry, "=")
			s, ok := StructByName(name)
			if !ok {
				t.Fatalf("types.txt has no %s", name)
			}
			ask("sizeof("+c+")", check{"the size of " + c, func(i int) int { return int(s.Size[i]) }})
			for _, f := range s.Fields {
				ask(fmt.Sprintf("__builtin_offsetof(%s, %s)", c, f.Name), check{c + "." + f.Name, func(i int) int { return int(f.Offset[i]) }})
				ask(fmt.Sprintf("sizeof(((%s *)0)->%s)", c, f.Name),
					check{"the size of " + c + "." + f.Name, func(i int) int { return int(f.Size[i]) * max(1, int(f.Elems[i])) }})
			}
		}
	}
	return includes.String() + "void f(void) {\n" + body.String() + "}\n", checks
}
