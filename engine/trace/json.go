package trace

import (
	"strconv"
	"time"
)

// schemaVersion is that of the objects that Options.JSON makes; docs/json.md
// says what is in them. It is raised when a member changes its meaning or goes.
const schemaVersion = 1

// object makes l the beginning of an object of some type about th: what all
// objects have.
func (o *output) object(l *lineBuf, th *thread, kind string, at time.Time) {
	l.reset()
	l.str(`{"v":`)
	l.b = strconv.AppendInt(l.b, schemaVersion, 10)
	l.str(`,"type":"`)
	l.str(kind)
	l.str(`"`)
	if !at.IsZero() {
		l.member("time", at.UnixNano())
	}
	l.member("pid", int64(th.task.PID()))
	l.member("tid", int64(th.task.TID()))
}

func (l *lineBuf) member(name string, v int64) {
	l.str(`,"`)
	l.str(name)
	l.str(`":`)
	l.b = strconv.AppendInt(l.b, v, 10)
}

func (l *lineBuf) text(name, v string) {
	l.str(`,"`)
	l.str(name)
	l.str(`":"`)
	l.str(v)
	l.str(`"`)
}

// callObject writes a call that has ended: th.head has the arguments that were
// known at its entry.
func (o *output) callObject(th *thread, e *end) {
	l := &o.line
	o.object(l, th, "syscall", th.since)
	l.text("arch", th.arch.String())
	l.member("nr", int64(th.nr))
	l.text("name", th.d.CallName())
	if !th.split {
		l.str(`,"args":{`)
		l.add(th.head.b)
		l.add(e.args)
		l.str("}")
	}
	if len(e.outcome) > 0 {
		l.str(",")
		l.add(e.outcome)
	}
	if e.timed {
		l.member("duration", int64(e.took))
	}
	if th.ip != 0 {
		l.text("ip", "0x"+strconv.FormatUint(th.ip, 16))
	}
	if e.mark != "" {
		l.text("injected", e.mark)
	}
	if len(th.frames) > 0 {
		l.stackJSON(th.frames)
	}
	switch e.status {
	case Unfinished:
		l.str(`,"unfinished":true`)
	case Detached:
		l.str(`,"detached":true`)
	}
	l.str("}\n")
	o.write()
}

// eventObject writes an object about something else, with further members.
func (o *output) eventObject(th *thread, kind string, members []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	l := &o.line
	o.object(l, th, kind, time.Now())
	if len(members) > 0 {
		l.str(",")
		l.add(members)
	}
	if kind == "signal" && len(th.frames) > 0 {
		l.stackJSON(th.frames)
	}
	l.str("}\n")
	o.write()
}
