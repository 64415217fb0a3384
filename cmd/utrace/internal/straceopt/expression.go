package straceopt

import (
	"maps"
	"strconv"
	"strings"

	"utrace/engine"
	"utrace/engine/inject"
	"utrace/engine/trace"
	"utrace/internal/fdinfo"
	"utrace/syscalls"
)

// expression takes [QUALIFIER=]VALUE, the value of -e.
func (p *parser) expression(text string) error {
	if name, value, ok := strings.Cut(text, "="); ok && qualifier(name) != "" {
		name = qualifier(name)
		if long := map[string]string{"quiet": "quiet", "decode-fds": "decode-fds"}[name]; long != "" {
			p.times[long]++
		}
		return p.qualify(name, value)
	}
	return p.qualify("trace", text)
}

// qualify takes one qualifier; the last of each kind counts, but for those that
// inject.
func (p *parser) qualify(name, value string) (err error) {
	t := &p.Trace
	switch name {
	case "trace":
		t.Calls, err = calls(name, value)
	case "abbrev":
		t.Values.Full, err = others(name, value)
	case "verbose":
		t.Values.Flat, err = others(name, value)
	case "raw":
		t.Values.Raw, err = calls(name, value)
	case "signal":
		t.Signals, err = signals(value)
	case "trace-fds":
		p.FDs, err = descriptors(value)
	case "read":
		t.Read, err = descriptors(value)
	case "write":
		t.Write, err = descriptors(value)
	case "inject", "fault":
		err = p.inject(name, value)
	case "status":
		t.Statuses, err = bits("status", value, map[string]trace.Statuses{
			"successful": trace.Successful, "failed": trace.Failed, "unfinished": trace.Unfinished,
			"unavailable": trace.Unavailable, "detached": trace.Detached,
		})
	case "quiet":
		t.Quiet, err = bits("quiet", value, map[string]trace.Quiet{
			"attach": trace.QuietAttach, "exit": trace.QuietExit, "path-resolution": trace.QuietPath,
			"personality": trace.QuietPersonality, "thread-execve": trace.QuietThreadExecve, "superseded": trace.QuietThreadExecve,
		})
	case "decode-fds":
		t.FDs, err = bits("decode-fds", value, map[string]fdinfo.Details{
			"path": fdinfo.Path, "socket": fdinfo.Socket, "dev": fdinfo.Device, "pidfd": fdinfo.Pidfd,
		})
	case "decode-pids":
		t.PIDs, err = bits("decode-pids", value, map[string]trace.PIDDetails{
			"comm": trace.PIDComm, "pidns": trace.PIDNamespace,
		})
	case "kvm":
		return usage("option -e kvm= is not supported: utrace does not look into virtual machines")
	}
	return err
}

// calls is a set of system calls, for a qualifier.
func calls(name, value string) (*syscalls.Set, error) {
	if value == "" {
		return nil, Errorf("invalid system call ''")
	}
	set, err := syscalls.ParseSet(value)
	if err != nil {
		return nil, Errorf("-e %s=%s: %v", name, value, err)
	}
	return set, nil
}

// others is all that is not in a set.
func others(name, value string) (*syscalls.Set, error) {
	set, err := calls(name, value)
	if err != nil {
		return nil, err
	}
	return set.Invert(), nil
}

// words takes [!]WORD[,WORD]..., where all and none have the obvious meaning.
func words(value string, add func(word string) bool, all func()) (inverted bool, bad string, ok bool) {
	value, inverted = strings.CutPrefix(value, "!")
	for word := range strings.SplitSeq(value, ",") {
		switch {
		case word == "all":
			all()
		case word == "none":
		case !add(word):
			return false, word, false
		}
	}
	return inverted, "", true
}

// bits is a set of a few words.
func bits[T ~uint8](kind, value string, named map[string]T) (T, error) {
	var every, set T
	for v := range maps.Values(named) {
		every |= v
	}
	inverted, bad, ok := words(value, func(word string) bool {
		set |= named[word]
		return named[word] != 0
	}, func() { set = every })
	switch {
	case !ok:
		return 0, Errorf("invalid %s '%s'", kind, bad)
	case inverted:
		return every &^ set, nil
	}
	return set, nil
}

func signals(value string) (trace.SignalSet, error) {
	var set trace.SignalSet
	inverted, bad, ok := words(value, func(word string) bool {
		sig, err := strconv.Atoi(word)
		named := err != nil
		if named {
			sig, named = syscalls.SignalNumber(word)
			if !named {
				return false
			}
		}
		if sig < 0 || sig > 64 {
			return false
		}
		if sig > 0 {
			set = set.With(sig)
		}
		return true
	}, func() { set = trace.AllSignals })
	switch {
	case !ok:
		return 0, Errorf("invalid signal '%s'", bad)
	case inverted:
		return ^set, nil
	}
	return set, nil
}

func descriptors(value string) (trace.FDSet, error) {
	set := trace.FDSet{Named: map[int]bool{}}
	inverted, bad, ok := words(value, func(word string) bool {
		fd, err := strconv.ParseUint(word, 10, 31)
		set.Named[int(fd)] = true
		return err == nil
	}, func() { set.Not = true })
	switch {
	case !ok:
		return set, Errorf("invalid descriptor '%s'", bad)
	case set.Not: // all
		set.Named = nil
	}
	set.Not = set.Not != inverted
	return set, nil
}

// inject takes SET[:KEY=VALUE]...; fault is inject with an error that is ENOSYS
// if it is not given. Of a key given twice the last counts. Where two concern
// one call the later alone does.
func (p *parser) inject(name, value string) error {
	fields := strings.Split(value, ":")
	set, err := calls(name, fields[0])
	if err != nil {
		return err
	}
	params := map[string]string{}
	for _, field := range fields[1:] {
		key, v, ok := strings.Cut(field, "=")
		if !ok || v == "" || !injectKey(key) {
			return Errorf("invalid %s argument '%s': %q is none of error=, retval=, signal=, syscall=, delay_enter=, delay_exit=, poke_enter=, poke_exit=, when=", name, value, field)
		}
		params[key] = v
	}
	if name == "fault" {
		for key := range params {
			if key != "error" && key != "when" {
				return Errorf("invalid fault argument '%s': it has error= and when=; for %s= write -e inject=", value, key)
			}
		}
		if params["error"] == "" {
			params["error"] = "ENOSYS"
		}
	}
	in := Injection{Set: set, Params: params}
	if _, err := inject.New(engine.Config{Set: in.Set, Params: in.Params}); err != nil {
		return Errorf("invalid %s argument '%s': %v", name, value, err)
	}
	for i := range p.Inject {
		earlier := &p.Inject[i]
		earlier.Set = earlier.Set.Invert().Union(set).Invert()
	}
	p.Inject = append(p.Inject, in)
	return nil
}

func injectKey(key string) bool {
	for _, p := range inject.Kind.Params {
		if p.Key == key {
			return true
		}
	}
	return false
}
