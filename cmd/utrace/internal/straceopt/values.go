package straceopt

import (
	"strconv"
	"strings"
	"time"

	"utrace/cmd/utrace/internal/getopt"
	"utrace/engine/count"
	"utrace/engine/inject"
	"utrace/engine/trace"
	"utrace/syscalls/decode"
)

const (
	maxColumn = 1 << 16
	maxString = decode.MaxStringLimit
)

// wrong is a value that an option does not take.
func wrong(o getopt.Option) error { return usage("invalid %s argument: '%s'", o.Spelling, o.Value) }

func number(o getopt.Option, most int) (int, error) {
	n, err := strconv.ParseUint(o.Value, 10, 31)
	if err != nil || int(n) > most {
		return 0, wrong(o)
	}
	return int(n), nil
}

func daemon(o getopt.Option) (int, error) {
	switch {
	case !o.HasValue || o.Value == "grandchild":
		return 1, nil
	case o.Value == "pgroup" || o.Value == "pgrp":
		return 2, nil
	case o.Value == "session":
		return 3, nil
	}
	return 0, wrong(o)
}

func interruptible(o getopt.Option) (int, error) {
	switch o.Value {
	case "1", "anywhere":
		return 1, nil
	case "2", "waiting":
		return 2, nil
	case "3", "never":
		return 3, nil
	case "4", "never_tstp":
		return 4, nil
	}
	return 0, wrong(o)
}

// pids takes process ids with commas or white space between them, as pidof(1)
// and pgrep(1) print them.
func (p *parser) pids(text string) error {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", \t\n", r) })
	if len(words) == 0 && text != "" {
		words = []string{""}
	}
	for _, w := range words {
		pid, err := strconv.ParseInt(w, 10, 32)
		if err != nil || pid <= 0 {
			return Errorf("Invalid process id: '%s'", w)
		}
		p.PIDs = append(p.PIDs, int(pid))
	}
	return nil
}

func precisionOf(word string) (trace.Precision, bool) {
	p, ok := map[string]trace.Precision{"s": trace.Seconds, "ms": trace.Millis, "us": trace.Micros, "ns": trace.Nanos}[word]
	return p, ok
}

func precision(o getopt.Option) (trace.Precision, error) {
	if !o.HasValue {
		return trace.Micros, nil
	}
	p, ok := precisionOf(o.Value)
	if !ok {
		return p, wrong(o)
	}
	return p, nil
}

// timestamps takes [[format:]FORMAT][,[precision:]PRECISION], in any order.
func (p *parser) timestamps(o getopt.Option) error {
	t := &p.Trace
	t.Time, t.TimeUnit = trace.TimeOfDay, trace.Seconds
	if !o.HasValue {
		return nil
	}
	formats := map[string]trace.TimeFormat{"none": trace.NoTime, "time": trace.TimeOfDay, "unix": trace.UnixTime}
	for word := range strings.SplitSeq(o.Value, ",") {
		key, value, keyed := strings.Cut(word, ":")
		if !keyed {
			key, value = "", word
		}
		format, isFormat := formats[value]
		unit, isUnit := precisionOf(value)
		switch {
		case isFormat && (key == "" || key == "format"):
			t.Time = format
		case isUnit && (key == "" || key == "precision"):
			t.TimeUnit = unit
		default:
			return wrong(o)
		}
	}
	return nil
}

func overhead(o getopt.Option) (time.Duration, error) {
	d, err := inject.ParseTime(o.Value)
	if err != nil {
		return 0, wrong(o)
	}
	return d, nil
}

func sortBy(text string) (string, error) {
	name, ok := count.SortName(text)
	if !ok {
		return "", usage("invalid sortby: '%s'", text)
	}
	return name, nil
}

func columns(text string) ([]string, error) {
	var names []string
	seen := map[string]bool{}
	for word := range strings.SplitSeq(text, ",") {
		name, ok := count.ColumnName(word)
		switch {
		case !ok:
			return nil, usage("unknown column name: '%s'", word)
		case seen[name]:
			return nil, usage("call summary column has been provided more than once: '%s'", word)
		}
		seen[name] = true
		names = append(names, name)
	}
	return names, nil
}

func constants(o getopt.Option) (decode.Constants, error) {
	switch o.Value {
	case "raw":
		return decode.Numbers, nil
	case "abbrev":
		return decode.Names, nil
	case "verbose":
		return decode.Verbose, nil
	}
	return 0, wrong(o)
}

func stringStyle(o getopt.Option) (decode.StringStyle, error) {
	switch {
	case !o.HasValue || o.Value == "all":
		return decode.HexAll, nil
	case o.Value == "none":
		return decode.Octal, nil
	case o.Value == "non-ascii-chars":
		return decode.HexNonASCIIChars, nil
	case o.Value == "non-ascii":
		return decode.HexNonASCII, nil
	}
	return 0, wrong(o)
}

func (p *parser) colour(o getopt.Option) error {
	switch {
	case !o.HasValue:
		p.Colour = "always"
	case o.Value == "auto" || o.Value == "always" || o.Value == "never":
		p.Colour = o.Value
	default:
		return wrong(o)
	}
	return nil
}
