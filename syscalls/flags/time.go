package flags

// Clocks, timers and signals.

var (
	// ClockID is for clock_gettime(2).
	ClockID = Table{Prefix: "CLOCK_", Mask: Whole, Values: []Flag{
		{0, "CLOCK_REALTIME"}, {1, "CLOCK_MONOTONIC"}, {2, "CLOCK_PROCESS_CPUTIME_ID"},
		{3, "CLOCK_THREAD_CPUTIME_ID"}, {4, "CLOCK_MONOTONIC_RAW"}, {5, "CLOCK_REALTIME_COARSE"},
		{6, "CLOCK_MONOTONIC_COARSE"}, {7, "CLOCK_BOOTTIME"}, {8, "CLOCK_REALTIME_ALARM"},
		{9, "CLOCK_BOOTTIME_ALARM"}, {0xa, "CLOCK_SGI_CYCLE"}, {0xb, "CLOCK_TAI"},
	}}

	// Timer is for clock_nanosleep(2), timer_settime(2).
	Timer = Table{Prefix: "TIMER_", Bits: []Flag{
		{1, "TIMER_ABSTIME"},
	}}

	// Itimer is for setitimer(2).
	Itimer = Table{Prefix: "ITIMER_", Mask: Whole, Values: []Flag{
		{0, "ITIMER_REAL"}, {1, "ITIMER_VIRTUAL"}, {2, "ITIMER_PROF"},
	}}

	// ClockStates is what adjtimex(2) returns.
	ClockStates = Table{Prefix: "TIME_", Mask: Whole, Values: []Flag{
		{0, "TIME_OK"}, {1, "TIME_INS"}, {2, "TIME_DEL"}, {3, "TIME_OOP"}, {4, "TIME_WAIT"}, {5, "TIME_ERROR"},
	}}

	// SigprocmaskHow is for rt_sigprocmask(2).
	SigprocmaskHow = Table{Prefix: "SIG_", Mask: Whole, Values: []Flag{
		{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"},
	}}

	// SigactionFlags has the flags of struct sigaction.
	SigactionFlags = Table{Prefix: "SA_", Bits: []Flag{
		{0x4000000, "SA_RESTORER"}, {0x8000000, "SA_ONSTACK"}, {0x10000000, "SA_RESTART"}, {0x40000000, "SA_NODEFER"},
		{0x80000000, "SA_RESETHAND"}, {4, "SA_SIGINFO"}, {1, "SA_NOCLDSTOP"}, {2, "SA_NOCLDWAIT"},
		{0x400, "SA_UNSUPPORTED"}, {0x800, "SA_EXPOSE_TAGBITS"},
	}}

	// SigaltstackFlags has the flags of struct sigaltstack.
	SigaltstackFlags = Table{Prefix: "SS_", Bits: []Flag{
		{1, "SS_ONSTACK"}, {2, "SS_DISABLE"}, {0x80000000, "SS_AUTODISARM"},
	}}

	// SigevNotify says how struct sigevent notifies.
	SigevNotify = Table{Prefix: "SIGEV_", Mask: Whole, Values: []Flag{
		{0, "SIGEV_SIGNAL"}, {1, "SIGEV_NONE"}, {2, "SIGEV_THREAD"}, {4, "SIGEV_THREAD_ID"},
	}}
)
