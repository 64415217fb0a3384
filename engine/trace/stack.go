package trace

import (
	"strconv"
	"strings"

	"utrace/internal/unwind"
	"utrace/syscalls/decode"
)

// stack notes the calls that a thread is in, for -k.
func (t *Tracer) stack(th *thread) {
	th.frames = nil
	if t.unwinder == nil {
		return
	}
	if regs, err := th.task.Regs(); err == nil {
		th.frames = t.unwinder.Stack(th.task.TID(), th.arch, &regs, th.task.Memory())
	}
}

// leaves reports whether nothing of the stack is left when the call ends.
func (th *thread) leaves() bool {
	switch th.callName() {
	case "exit", "exit_group", "execve", "execveat", "rt_sigreturn", "sigreturn":
		return true
	}
	return false
}

// stackLines appends the lines of a stack.
func (th *thread) stackLines(b []byte) []byte {
	for _, f := range th.frames {
		b = f.Append(b)
	}
	return b
}

// stackJSON writes the member "stack".
func (l *lineBuf) stackJSON(frames []unwind.Frame) {
	l.str(`,"stack":[`)
	for i, f := range frames {
		if i > 0 {
			l.str(",")
		}
		l.str(`{"address":"0x`)
		l.b = strconv.AppendUint(l.b, f.Addr, 16)
		l.str(`"`)
		if f.File != "" {
			l.str(`,"file":`)
			l.b = decode.AppendJSON(l.b, []byte(strings.ToValidUTF8(f.File, "\ufffd")))
		}
		if f.Symbol != "" {
			l.str(`,"symbol":`)
			l.b = decode.AppendJSON(l.b, []byte(strings.ToValidUTF8(f.Symbol, "\ufffd")))
			l.str(`,"offset":`)
			l.b = strconv.AppendUint(l.b, f.Offset, 10)
		}
		l.str("}")
	}
	l.str("]")
}
