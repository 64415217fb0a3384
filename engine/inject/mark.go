package inject

import "utrace"

// Mark says what injectors did to a call.
type Mark uint8

const (
	Result  Mark = 1 << iota // the result is injected
	Args                     // memory was changed that arguments point to
	Delayed                  // the thread was held
)

// Marks returns what the injectors between e and the kernel did to the call that
// is at its exit. For e's SyscallExit callback; its SyscallEntry callback has called Forget.
func Marks(e *utrace.Engine) Mark {
	var m Mark
	for _, o := range e.Task().Engines() { // closest to the kernel first
		if o == e {
			break
		}
		if th, ok := o.Data().(*thread); ok && th.task == e.Task() {
			m |= th.marks
		}
	}
	return m
}

// Forget forgets what Marks would return: an injector is not asked about calls outside of its set, and would tell of
// the last one in it. For e's SyscallEntry callback, in a call's first round.
func Forget(e *utrace.Engine) {
	for _, o := range e.Task().Engines() {
		if o == e {
			break
		}
		if th, ok := o.Data().(*thread); ok && th.task == e.Task() {
			th.marks = 0
		}
	}
}

// String returns the marks as strace puts them after a result, or "".
func (m Mark) String() string {
	s := ""
	switch m & (Result | Args) {
	case Result:
		s = "(INJECTED)"
	case Args:
		s = "(INJECTED: args)"
	case Result | Args:
		s = "(INJECTED: args, retval)"
	}
	switch {
	case m&Delayed != 0 && s != "":
		s += " (DELAYED)"
	case m&Delayed != 0:
		s = "(DELAYED)"
	}
	return s
}
