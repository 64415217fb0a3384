package trace

import (
	"utrace/internal/fdinfo"
	"utrace/internal/pidns"
	"utrace/internal/unwind"
	"utrace/syscalls/decode"
)

// SetStringLimit sets how many bytes of a string are shown, which may be none.
func (o *Options) SetStringLimit(n int) {
	o.Values.StringLimit = n
	if n == 0 {
		o.Values.StringLimit = -1 // 0 is the default
	}
}

// describers makes what tells of descriptors, processes and stacks.
func (t *Tracer) describers() {
	if t.opt.FDs != 0 {
		quote := func(dst, s []byte) []byte {
			return decode.AppendQuoted(dst, s, t.opt.Values.Strings, "<>")
		}
		if t.opt.JSON {
			quote = nil
		}
		t.fds = fdinfo.New(t.opt.FDs, quote)
	}
	if t.opt.PIDs != 0 {
		t.pids = pidns.NewTranslator()
	}
	if t.opt.Stacks {
		t.unwinder = unwind.New()
	}
}

// values are the options for one thread's decoder: those of all, with the hooks
// that need to know whose descriptors and ids they are asked about.
func (t *Tracer) values(th *thread) *decode.Options {
	o := t.opt.Values
	o.JSON, o.Interface = t.opt.JSON, appendInterface
	o.Netlink = func(fd int32) (int, bool) { return fdinfo.Netlink(th.task.TID(), fd) }
	if t.fds != nil {
		o.FD = func(dst []byte, fd int32) []byte { return t.fds.Append(dst, th.task.TID(), fd) }
	}
	if t.opt.PIDs&PIDComm != 0 {
		o.Comm = func(dst []byte, id int32) []byte { return t.pids.AppendComm(dst, th.task.TID(), int(id)) }
	}
	if t.opt.PIDs&PIDNamespace != 0 {
		o.Outer = func(id int32, kind decode.PidKind) (int, bool) {
			return t.pids.Outer(th.task.TID(), int(id), pidns.Kind(kind))
		}
	}
	return &o
}
