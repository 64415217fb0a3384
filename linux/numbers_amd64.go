package linux

// Numbers of native calls that the host makes or exchanges.
const (
	nrPrctl       = 157
	nrExecve      = 59
	nrEpollWait   = 232
	nrEpollPwait2 = 441
)
