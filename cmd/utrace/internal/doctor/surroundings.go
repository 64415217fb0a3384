package doctor

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/cmd/utrace/internal/why"
)

func kernel() Finding {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return Finding{Name: "kernel", Verdict: Warn, Is: err.Error()}
	}
	return Finding{Name: "kernel", Verdict: OK, Is: fmt.Sprintf("%s %s %s",
		unix.ByteSliceToString(u.Sysname[:]), unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Machine[:]))}
}

func self() why.Status {
	st, err := why.ReadStatus("self")
	if err != nil {
		return why.Status{}
	}
	return st
}

func yama() Finding {
	f := Finding{Name: "ptrace_scope", Verdict: OK}
	scope, ok := why.PtraceScope()
	if !ok {
		f.Is = "no Yama: any process of the same user may be attached to"
		return f
	}
	f.Is = fmt.Sprintf("%d: without CAP_SYS_PTRACE one may trace %s", scope, why.ScopeMeaning(scope))
	capable := self().HasCap(unix.CAP_SYS_PTRACE)
	switch {
	case scope >= 3:
		f.Verdict, f.Do, f.Vital = No, "only a boot with another setting changes that (/etc/sysctl.d, kernel.yama.ptrace_scope)", true
	case capable || scope == 0:
	case scope == 2:
		f.Verdict, f.Do = No, "run utrace as root, or: sudo sysctl -w kernel.yama.ptrace_scope=1"
	default:
		f.Verdict, f.Do = Warn, "utrace run works; for utrace attach: root, or sudo sysctl -w kernel.yama.ptrace_scope=0"
	}
	return f
}

func ptraceCapability() Finding {
	if self().HasCap(unix.CAP_SYS_PTRACE) {
		return Finding{Name: "CAP_SYS_PTRACE", Verdict: OK, Is: "there: processes of other users may be traced"}
	}
	return Finding{Name: "CAP_SYS_PTRACE", Verdict: Warn,
		Is: "not there: only processes of this user that have no privileges may be traced, and setuid programs run without theirs",
		Do: "if that is not enough: run utrace as root, in a container with --cap-add SYS_PTRACE"}
}

func noNewPrivs() Finding {
	if self().Int("NoNewPrivs") == 0 {
		return Finding{Name: "no_new_privs", Verdict: OK, Is: "not set"}
	}
	return Finding{Name: "no_new_privs", Verdict: Warn, Is: "set: setuid programs get no privileges, traced or not",
		Do: "in a container: run it without --security-opt no-new-privileges"}
}

func nested() Finding {
	f := Finding{Name: "nested", Verdict: OK, Is: "utrace itself is not traced"}
	if tracer := self().Int("TracerPid"); tracer != 0 {
		f.Verdict = Warn
		f.Is = "utrace itself is traced by " + why.Describe(tracer)
		f.Do = "a tracer that follows children (strace -f) takes utrace's programs too: use it without -f, or utrace outside of it"
	}
	return f
}

func procfs() Finding {
	f := Finding{Name: "/proc", Verdict: OK, Is: "mounted, all processes can be seen"}
	options, ok := procOptions()
	switch {
	case !ok:
		return Finding{Name: "/proc", Verdict: No, Vital: true, Is: "not mounted", Do: "mount -t proc proc /proc"}
	case options != "":
		f.Verdict, f.Is = Warn, "mounted with "+options+": processes of other users cannot be seen"
		f.Do = "for utrace attach to those: run utrace as root"
	}
	return f
}

// procOptions returns the hidepid option of the mount on /proc.
func procOptions() (hidepid string, ok bool) {
	data, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line) // proc(5): 4 is the mount point, the last the options
		if len(fields) < 7 || fields[4] != "/proc" {
			continue
		}
		ok = true
		for option := range strings.SplitSeq(fields[len(fields)-1], ",") {
			value, found := strings.CutPrefix(option, "hidepid=")
			if found && !slices.Contains([]string{"0", "off"}, value) {
				hidepid = option
			}
		}
	}
	return hidepid, ok
}

func userNamespace() Finding {
	data, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return Finding{Name: "user namespace", Verdict: Warn, Is: err.Error()}
	}
	if slices.Equal(strings.Fields(string(data)), []string{"0", "0", "4294967295"}) {
		return Finding{Name: "user namespace", Verdict: OK, Is: "the machine's own"}
	}
	return Finding{Name: "user namespace", Verdict: Warn,
		Is: "a namespace of its own: capabilities count for processes in it only",
		Do: "to attach to processes outside: run utrace outside"}
}

func container() Finding {
	st := self()
	switch st.Int("Seccomp") {
	case 0:
		return Finding{Name: "seccomp mode", Verdict: OK, Is: "utrace runs under no filter"}
	case 1:
		return Finding{Name: "seccomp mode", Verdict: No, Is: "strict: nothing works"}
	}
	n := st["Seccomp_filters"]
	if n == "" {
		n = "some"
	}
	return Finding{Name: "seccomp mode", Verdict: Warn,
		Is: fmt.Sprintf("utrace runs under %s filter(s), a container's most likely; what they refuse, nobody sees", n),
		Do: "if tracing does not work: docker run --security-opt seccomp=unconfined"}
}
