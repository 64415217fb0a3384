package doctor

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/sys"
	"utrace/linux"
)

// traceTimeout bounds the trial run.
const traceTimeout = 10 * time.Second

// tracing runs a program under a tracer, with an engine that counts its calls.
func tracing() Finding {
	f := Finding{Name: "tracing", Vital: true}
	calls, err := countCalls()
	switch {
	case err != nil:
		f.Verdict, f.Is = No, err.Error()
		f.Do = "see below for what is missing; in a container: docker run --cap-add SYS_PTRACE, or --security-opt seccomp=unconfined"
	case calls == 0:
		f.Verdict, f.Is = No, "a program ran, but none of its system calls was seen"
		f.Do = "please report this, with this output"
	default:
		f.Verdict, f.Is = OK, fmt.Sprintf("a program ran and %d of its system calls were seen", calls)
	}
	return f
}

func countCalls() (calls int64, err error) {
	path, err := exec.LookPath("true")
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), traceTimeout)
	defer cancel()
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, tr.Close(ctx)) }()
	var seen atomic.Int64
	ops := utrace.Ops{
		Name: "doctor",
		SyscallEntry: func(_ *utrace.Engine, a utrace.Action, _ *utrace.Syscall) utrace.Action {
			seen.Add(1)
			return a.NoOpinion()
		},
	}
	proc, err := tr.Start(exec.Command(path), func(t *utrace.Task) error {
		e, err := t.Attach(utrace.AttachCreate, &ops, nil)
		if err != nil {
			return err
		}
		defer e.Put()
		return e.SetEvents(utrace.EventSyscallEntry)
	})
	if err != nil {
		return 0, err
	}
	if _, err := proc.Wait(ctx); err != nil {
		return 0, fmt.Errorf("the traced program did not end: %w", err)
	}
	return seen.Load(), nil
}

// requests tries the ptrace requests that the host uses.
func requests() []Finding {
	seize := Finding{Name: "PTRACE_SEIZE", Verdict: OK, Is: "works", Vital: true}
	get := Finding{Name: "PTRACE_GET_SYSCALL_INFO", Verdict: OK, Is: "works", Vital: true}
	set := Finding{Name: "PTRACE_SET_SYSCALL_INFO", Verdict: OK, Is: "works: a call is changed without all registers being written"}
	err := withProbe(func(p *probe) error {
		if err := p.seize(); err != nil {
			return err
		}
		var info sys.SyscallInfo
		if e := sys.GetSyscallInfo(p.tid, &info); e != 0 {
			get.Verdict, get.Is, get.Do = No, e.Error(), "it takes Linux 5.3: run a newer kernel"
		}
		if !sys.HaveSetSyscallInfo(p.tid) {
			set.Verdict, set.Is = Warn, "this kernel does not have it (Linux 6.16 does); registers are written instead, which costs a little more"
		}
		return nil
	})
	if err != nil {
		seize.Verdict, seize.Is = No, err.Error()
		seize.Do = "ptrace is forbidden: see nested, seccomp mode and ptrace_scope below"
		return []Finding{seize}
	}
	return append([]Finding{seize, get, set}, stepping()...)
}

// stepping tells whether single steps and block steps do what they are for. A
// block step that stops after every instruction is one that the machine, most
// often a virtual one, accepted and does not do: then both ways lead to the
// same places.
func stepping() []Finding {
	single := Finding{Name: "single-step", Verdict: OK, Is: "works"}
	block := Finding{Name: "block-step", Verdict: OK, Is: "works"}
	const n = 8
	one, err := trySteps(unix.PTRACE_SINGLESTEP, n)
	if err != nil {
		single.Verdict, single.Is = Warn, err.Error()
		single.Do = "engines that step will not work on this machine"
	}
	many, berr := trySteps(unix.PTRACE_SINGLEBLOCK, n)
	switch {
	case berr != nil:
		block.Verdict, block.Is = Warn, berr.Error()+"; single steps are made instead"
	case err == nil && slices.Equal(one, many):
		block.Verdict, block.Is = Warn, "accepted, but stops after every instruction, as some virtual machines do; correct, only slower"
	}
	return []Finding{single, block}
}

func trySteps(request uintptr, n int) (at []uint64, err error) {
	err = withProbe(func(p *probe) (err error) {
		at, err = p.steps(request, n)
		return err
	})
	return at, err
}
