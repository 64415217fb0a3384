package decode

import (
	"bytes"

	"utrace/syscalls"
)

// id writes a user or group id, of which -1 is none.
func (o *out) id(v uint32) {
	if v == ^uint32(0) {
		o.both("-1")
		return
	}
	o.udec(uint64(v))
}

const atFDCWD = -100

// fd writes a descriptor and, if asked for, what it is.
func (o *out) fd(fd int32) { o.describedFD(fd, false) }

// atFD writes a descriptor of a directory, which may stand for the working directory.
func (o *out) atFD(fd int32) { o.describedFD(fd, true) }

func (o *out) describedFD(fd int32, at bool) {
	cwd := at && fd == atFDCWD
	if o.opt.FD == nil || o.plainFDs && !o.json || fd < 0 && !cwd {
		o.fdNumber(fd, cwd)
		return
	}
	m := o.mark()
	o.either("", `{"fd":`)
	o.fdNumber(fd, cwd)
	if o.appendNote(`,"is":`, o.opt.FD, fd) {
		o.either("", "}")
		return
	}
	o.back(m)
	o.fdNumber(fd, cwd)
}

func (o *out) fdNumber(fd int32, cwd bool) {
	if cwd {
		o.nameSigned(int64(fd), "AT_FDCWD")
		return
	}
	o.dec(int64(fd))
}

func (o *out) nameSigned(v int64, name string) { o.name(uint64(v), inDec, name) }

// appendNote writes what a hook knows of a number: in text "<note>", in JSON a member's value. That a file
// has no name any more stands behind the ">".
func (o *out) appendNote(key string, note func([]byte, int32) []byte, v int32) bool {
	o.either("<", key)
	start := len(o.b)
	o.b = note(o.b, v)
	if len(o.b) == start {
		return false
	}
	if !o.json {
		path, deleted := bytes.CutSuffix(o.b[start:], []byte(" (deleted)"))
		o.b = append(o.b[:start+len(path)], '>')
		if deleted {
			o.both("(deleted)")
		}
		return true
	}
	s := append([]byte(nil), o.b[start:]...)
	o.b = o.b[:start]
	o.jsonString(s, false)
	return true
}

// pid writes the id of a process or a thread and, if asked for, its command and its id outside.
func (o *out) pid(id int32, kind PidKind) {
	if o.opt.Comm == nil && o.opt.Outer == nil || id <= 0 {
		o.dec(int64(id))
		return
	}
	m := o.mark()
	o.either("", `{"pid":`)
	o.dec(int64(id))
	some := false
	if o.opt.Comm != nil {
		before := o.mark()
		if some = o.appendNote(`,"comm":`, o.opt.Comm, id); !some {
			o.back(before)
		}
	}
	if o.opt.Outer != nil {
		if outer, ok := o.opt.Outer(id, kind); ok {
			some = true
			o.either(" /* ", `,"outer":`)
			o.dec(int64(outer))
			o.text(" in strace's PID NS */")
		}
	}
	if some {
		o.either("", "}")
		return
	}
	o.back(m)
	o.dec(int64(id))
}

// pidKind is what the id in an argument or a field is the id of.
func (d *Decoder) pidKind(a *syscalls.Arg) PidKind {
	switch a.Name {
	case "pgid":
		return ProcessGroup
	case "tgid", "upid", "l_pid", "shm_cpid", "shm_lpid", "msg_lspid", "msg_lrpid":
		return Process
	}
	if d.call == nil {
		return Thread
	}
	switch d.call.Name {
	case "kill", "rt_sigqueueinfo", "pidfd_open", "setpgid", "prlimit64", "process_vm_readv", "process_vm_writev",
		"migrate_pages", "move_pages", "ptrace", "kcmp", "get_robust_list", "fcntl", "fcntl64":
		return Process
	}
	return Thread
}

// resultKind is what the id that the call returns is the id of.
func (d *Decoder) resultKind() PidKind {
	switch d.call.Name {
	case "getpgrp", "getpgid":
		return ProcessGroup
	case "getsid", "setsid":
		return Session
	case "gettid", "clone", "clone3":
		return Thread
	}
	return Process
}
