package inject

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/syscalls"
)

// tampering is what is done to a call that is hit.
type tampering struct {
	skip   bool  // the call is not made, or another in its place
	result int64 // if skip: the raw result
	pure   map[arch.ID]int

	signal                unix.Signal // 0: none
	delaysEnter           bool
	delaysExit            bool
	delayEnter, delayExit time.Duration
	pokeEnter, pokeExit   []poke

	when when
}

// poke is bytes for where an argument, counted from 0, points.
type poke struct {
	arg  int
	data []byte
}

// The bounds are strace's.
const (
	maxErrno  = 4095
	maxSignal = 64
	maxPoke   = 1024 // bytes
	maxArg    = 6
)

// parse understands the keys, by strace's rules for what goes together.
func parse(params map[string]string) (tampering, error) {
	d := tampering{when: always}
	for _, key := range []string{"error", "retval", "syscall", "signal", "delay_enter", "delay_exit", "poke_enter", "poke_exit", "when"} {
		value, given := params[key]
		if !given {
			continue
		}
		if err := d.set(key, value); err != nil {
			return d, err
		}
	}
	_, failing := params["error"]
	_, returning := params["retval"]
	switch {
	case failing && returning:
		return d, fmt.Errorf("error=%s and retval=%s exclude each other: give one", params["error"], params["retval"])
	case d.pure != nil && !d.skip:
		return d, fmt.Errorf("syscall=%s stands in for a call that error= or retval= skips: give one of them", params["syscall"])
	case !d.skip && d.signal == 0 && !d.delaysEnter && !d.delaysExit && d.pokeEnter == nil && d.pokeExit == nil:
		return d, errors.New("nothing to do: give one of error=, retval=, signal=, delay_enter=, delay_exit=, poke_enter=, poke_exit=")
	}
	return d, nil
}

func (d *tampering) set(key, value string) (err error) {
	switch key {
	case "error":
		var e unix.Errno
		e, err = parseErrno(value)
		d.skip, d.result = true, -int64(e)
	case "retval":
		d.skip = true
		d.result, err = parseResult(value)
	case "syscall":
		d.pure, err = parsePure(value)
	case "signal":
		d.signal, err = parseSignal(value)
	case "delay_enter":
		d.delaysEnter = true
		d.delayEnter, err = parseDelay(key, value)
	case "delay_exit":
		d.delaysExit = true
		d.delayExit, err = parseDelay(key, value)
	case "poke_enter":
		d.pokeEnter, err = parsePokes(key, value)
	case "poke_exit":
		d.pokeExit, err = parsePokes(key, value)
	case "when":
		d.when, err = parseWhen(value)
	}
	return err
}

func parseErrno(text string) (unix.Errno, error) {
	if n, ok := number(text, 1, maxErrno); ok {
		return unix.Errno(n), nil
	}
	if n, ok := syscalls.Errno(strings.ToUpper(text)); ok {
		return unix.Errno(n), nil
	}
	return 0, fmt.Errorf("error=%s: want the name of an error, as ENOENT, or a number from 1 to %d%s",
		text, maxErrno, suggest(strings.ToUpper(text), errnoNames()))
}

func parseResult(text string) (int64, error) {
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return n, nil
	}
	if n, err := strconv.ParseUint(text, 0, 64); err == nil {
		return int64(n), nil
	}
	return 0, fmt.Errorf("retval=%s: want a number of 64 bits, decimal, or after 0x hexadecimal, or after 0 octal", text)
}

// parsePure finds the call's number on each architecture. It must be one that
// does nothing but tell.
func parsePure(name string) (map[arch.ID]int, error) {
	pure := map[arch.ID]int{}
	var names []string
	for _, id := range syscalls.Archs() {
		c, ok := syscalls.ByName(id, name)
		if ok && c.Classes&syscalls.ClassPure != 0 {
			pure[id] = c.Nr
		}
		for c := range syscalls.Table(id) {
			if c.Classes&syscalls.ClassPure != 0 {
				names = append(names, c.Name)
			}
		}
	}
	if len(pure) == len(syscalls.Archs()) {
		return pure, nil
	}
	return nil, fmt.Errorf("syscall=%s: want a call without side effects that every architecture has, one of %%pure, as getpid%s",
		name, suggest(name, names))
}

func parseSignal(text string) (unix.Signal, error) {
	if n, ok := number(text, 1, maxSignal); ok {
		return unix.Signal(n), nil
	}
	if n, ok := syscalls.SignalNumber(text); ok && n >= 1 && n <= maxSignal {
		return unix.Signal(n), nil
	}
	var names []string
	for n := 1; n <= maxSignal; n++ {
		names = append(names, syscalls.SignalName(n))
	}
	name := "SIG" + strings.TrimPrefix(strings.ToUpper(text), "SIG")
	return 0, fmt.Errorf("signal=%s: want the name of a signal, as SIGUSR1, or a number from 1 to %d%s",
		text, maxSignal, suggest(name, names))
}

func parseDelay(key, text string) (time.Duration, error) {
	d, err := ParseTime(text)
	if err != nil {
		return 0, fmt.Errorf("%s=%s: %w", key, text, err)
	}
	return d, nil
}

// ParseTime understands a time as strace does: a decimal number, with a point
// and an exponent if need be, of microseconds or of the unit behind it.
func ParseTime(text string) (time.Duration, error) {
	digits := strings.TrimRight(text, "nums")
	unit, known := map[string]time.Duration{
		"": time.Microsecond, "ns": time.Nanosecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second,
	}[text[len(digits):]]
	n, err := strconv.ParseFloat(digits, 64)
	ns := n * float64(unit)
	if !known || err != nil || strings.Trim(digits, "0123456789.eE+-") != "" || n < 0 || ns >= math.MaxInt64 {
		return 0, errors.New("want a time in microseconds, or with a unit, as 10ms; units are ns, us, ms, s")
	}
	return time.Duration(ns), nil
}

// parsePokes understands @argN=HEX[,@argM=HEX]...
func parsePokes(key, text string) ([]poke, error) {
	var pokes []poke
	seen := [maxArg]bool{}
	for word := range strings.SplitSeq(text, ",") {
		bad := func(why string) error {
			return fmt.Errorf("%s=%s: %q: %s; want @argN=HEX[,@argM=HEX]..., as @arg2=00ff", key, text, word, why)
		}
		name, data, _ := strings.Cut(word, "=")
		digit, ok := strings.CutPrefix(name, "@arg")
		if !ok {
			return nil, bad(`it does not begin with "@arg"`)
		}
		n, ok := number(digit, 1, maxArg)
		if !ok || len(digit) != 1 {
			return nil, bad(fmt.Sprintf("N is a number from 1 to %d", maxArg))
		}
		if seen[n-1] {
			return nil, bad(fmt.Sprintf("argument %d is given twice", n))
		}
		seen[n-1] = true
		b, err := hex.DecodeString(data)
		if err != nil || len(b) == 0 || len(b) > maxPoke {
			return nil, bad(fmt.Sprintf("HEX is two digits for each of 1 to %d bytes", maxPoke))
		}
		pokes = append(pokes, poke{arg: n - 1, data: b})
	}
	return pokes, nil
}

func errnoNames() []string {
	var names []string
	for n := 1; n <= maxErrno; n++ {
		if name := syscalls.ErrnoName(n); name != "" {
			names = append(names, name)
		}
	}
	return names
}
