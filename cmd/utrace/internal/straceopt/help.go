package straceopt

// Help is what -h prints.
const Help = `Usage: utrace strace [OPTION]... { -p PID... | CMD [ARG]... }

Traces system calls and signals with strace's options, in strace's words. What
differs: children and threads are followed unless --no-follow-forks is given,
lines may be JSON objects, and an option that utrace does not have is refused.

Startup:
  -E VAR=VAL, --env=VAR=VAL   set a variable for CMD; -E VAR removes it
  -p PID, --attach=PID        trace processes that run: PID[,PID]..., may be repeated
  -u USER, --user=USER        run CMD as that user
  --argv0=NAME                CMD's argv[0]

Tracing:
  -b execve, --detach-on=execve   let go of who executes another program
  -D, -DD, -DDD, --daemonize[=grandchild|pgroup|session]
                              trace from a grandchild, CMD being our caller's child
  -f, --follow-forks          follow children and threads: the default
  --no-follow-forks           do not
  -ff, --output-separately    with -o FILE: each thread's lines to FILE.TID
  -I N, --interruptible=N     what ^C and other fatal signals do: 1 or 2, anywhere or
                              waiting: end the trace; 3 or 4, never or never_tstp: they
                              are CMD's (default with -o FILE CMD)
  --kill-on-exit              CMD dies with the tracer, which is always so
  --no-ptrace                 debuggers and tracers inside get EPERM, as under strace;
                              without it they work
  --seccomp-bpf               accepted; a filter is used where that is possible
  --syscall-limit=N           let all go after N calls

Filtering:
  -e trace=SET, --trace=SET   which calls: names, %class, /regex, all, none; ! inverts,
                              ? forgives, @64 and @32 limit
  -e signal=SET               which signals: names or numbers, all, none; ! inverts
  -e status=SET               calls that are successful, failed, unfinished, unavailable,
                              detached
  -z, --successful-only       status=successful
  -Z, --failed-only           status=failed
  -P PATH, --trace-path=PATH  calls that name PATH or use a descriptor of it
  -e trace-fds=FDS            or that use one of these descriptors

Output format:
  --json                      an object a line: docs/json.md
  --color[=auto|always|never] colours; auto is on a terminal, unless NO_COLOR is set
  -a N, --columns=N           the column of results (40)
  -e abbrev=SET, verbose=SET, raw=SET
                              calls whose structs are cut short, shown at all; whose
                              arguments are plain numbers
  -e read=FDS, write=FDS      dump what is read from, written to these descriptors
  -e quiet=SET, -q, -qq, -qqq no messages: attach, exit, path-resolution, personality,
                              thread-execve, all
  -e decode-fds=SET, -y, -yy  what descriptors are: path, socket, dev, pidfd, all
  -e decode-pids=SET, -Y      what process ids are: comm, pidns
  -i, --instruction-pointer   where the thread is
  -k, --stack-traces          below each call those of the program that it was made in
  -n, --syscall-number        the number of the call
  -o FILE, --output=FILE      write to FILE, or by '|CMD' or '!CMD' to a command
  -A, --output-append-mode    append to it
  -r, --relative-timestamps[=PRECISION]
                              time since the line before; PRECISION is s, ms, us or ns
  -s N, --string-limit=N      bytes of a string that are shown (32)
  -t, -tt, -ttt, --absolute-timestamps[=[format:]none|time|unix,[precision:]PRECISION]
                              time of day
  -T, --syscall-times[=PRECISION]
                              how long each call took
  -v, --no-abbrev             all of each struct
  -x, -xx, --strings-in-hex[=none|non-ascii-chars|non-ascii|all]
                              strings in hexadecimal
  -X raw|abbrev|verbose, --const-print-style=...
                              constants as numbers, names or both
  --always-show-pid           [pid N] on each line

Statistics:
  -c, --summary-only          a table of calls in place of the lines
  -C, --summary               besides the lines
  -O TIME, --summary-syscall-overhead=TIME
                              take so much off each call; TIME is in us or has a unit
  -S KEY, --summary-sort-by=KEY
                              time, min-time, max-time, avg-time, calls, errors, name,
                              nothing
  -U COLUMNS, --summary-columns=COLUMNS
                              time-percent, total-time, min-time, max-time, avg-time,
                              calls, errors, name
  -w, --summary-wall-clock    wall clock time, not processor time

Tampering:
  -e inject=SET[:error=ERRNO|:retval=N][:signal=SIG][:syscall=NAME]
     [:delay_enter=TIME][:delay_exit=TIME][:poke_enter=@argN=HEX,...]
     [:poke_exit=@argN=HEX,...][:when=FIRST[..LAST][+[STEP]]]
  -e fault=SET[:error=ERRNO][:when=...]

Exit status: that of CMD; 1 for a wrong command line, or if nothing could be traced.
`
