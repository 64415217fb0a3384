package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Headers are the constants of some headers: macros without arguments, and enumerators.
type Headers struct {
	include []string
	flags   []string
	Names   []string          // in the order of the headers
	macros  map[string]string // what a macro stands for; one with arguments is "NAME("
	values  map[string]uint64 // those that have been asked for
	ask     []string          // what to ask the compiler for
}

var (
	define     = regexp.MustCompile(`(?m)^#define (\w+)[ \t]+(\S.*)$`)
	defineCall = regexp.MustCompile(`(?m)^#define (\w+\()[^)]*\)[ \t]+(\S.*)$`)
	directive  = regexp.MustCompile(`(?m)^#.*$`)
	enumBody   = regexp.MustCompile(`\benum\b[^{};]*\{([^}]*)\}`)
	enumerator = regexp.MustCompile(`(?:^|,)\s*([A-Za-z_]\w*)\s*(?:=|,|$|__attribute)`)
	ioctlMacro = regexp.MustCompile(`\b_IO(?:R|W|WR|C)?\b`)
	macroCall  = regexp.MustCompile(`^\(?\s*([A-Za-z_]\w*)\s*\(`)
	mark       = regexp.MustCompile(`==> (\d+) \$(-?\d+)`)
	diagnosis  = regexp.MustCompile(`(?m)^constant(\d+):\d+:\d+: (?:fatal )?error: (.*)$`)
)

// ReadHeaders asks the C preprocessor for all names.
func ReadHeaders(include []string, i386 bool) (*Headers, error) {
	h := &Headers{include: include, macros: map[string]string{}, values: map[string]uint64{}}
	if i386 {
		h.flags = []string{"-m32"}
	}
	out, err := h.cc(h.source(), "-E", "-dD", "-P")
	if err != nil {
		return nil, err
	}
	type found struct {
		at   int
		name string
	}
	var list []found
	for _, m := range define.FindAllSubmatchIndex(out, -1) {
		name := string(out[m[2]:m[3]])
		list = append(list, found{m[2], name})
		h.macros[name] = string(out[m[4]:m[5]])
	}
	for _, m := range defineCall.FindAllSubmatch(out, -1) {
		h.macros[string(m[1])] = string(m[2])
	}
	text := directive.ReplaceAllFunc(out, func(line []byte) []byte { return bytes.Repeat([]byte(" "), len(line)) })
	for _, body := range enumBody.FindAllSubmatchIndex(text, -1) {
		at := body[2]
		for _, item := range strings.Split(string(text[body[2]:body[3]]), ",") {
			if m := enumerator.FindStringSubmatch(item); m != nil {
				list = append(list, found{at, m[1]})
			}
			at += len(item) + 1
		}
	}
	slices.SortStableFunc(list, func(a, b found) int { return a.at - b.at })
	seen := map[string]bool{}
	for _, f := range list {
		if !seen[f.name] {
			seen[f.name] = true
			h.Names = append(h.Names, f.name)
		}
	}
	return h, nil
}

func (h *Headers) source() []byte {
	b := []byte("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdint.h>\n")
	for _, file := range h.include {
		b = fmt.Appendf(b, "#include <%s>\n", file)
	}
	return b
}

// cc runs the compiler over a source and returns what it writes.
func (h *Headers) cc(source []byte, args ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "flags")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in.c"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, source, 0o666); err != nil {
		return nil, err
	}
	cmd := exec.Command("cc", slices.Concat(h.flags, args, []string{"-w", "-o", out, in})...)
	if message, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cc with %s: %w: %s", some(h.include), err, message)
	}
	return os.ReadFile(out)
}

// Has reports whether the headers have a name.
func (h *Headers) Has(name string) bool { return slices.Contains(h.Names, name) }

// IsIoctl reports whether a macro is a call of _IO() or one of its like, or of a macro that calls them. One
// that is another name of an ioctl is none.
func (h *Headers) IsIoctl(name string) bool {
	m := macroCall.FindStringSubmatch(h.macros[name])
	if m == nil {
		return false
	}
	return ioctlMacro.MatchString(m[1]) || ioctlMacro.MatchString(h.macros[m[1]+"("]) || ioctlMacro.MatchString(h.macros[m[1]])
}

// Ask adds C expressions to those that Values evaluates.
func (h *Headers) Ask(exprs []string) { h.ask = append(h.ask, exprs...) }

// Values asks the compiler for the values of what Ask was told. Those that have none are left out.
func (h *Headers) Values() (map[string]uint64, error) {
	for len(h.ask) > 0 {
		slices.Sort(h.ask)
		h.ask = slices.Compact(h.ask)
		var err error
		if h.ask, err = h.evaluate(h.ask); err != nil {
			return nil, err
		}
	}
	return h.values, nil
}

// evaluate finds the values of some expressions, or, if some have none, returns the others: each is the operand of an
// assembler comment, in a function and a file of its own, so that an error names it.
func (h *Headers) evaluate(exprs []string) (again []string, err error) {
	b := h.source()
	for i, e := range exprs {
		b = fmt.Appendf(b, "#line 1 \"constant%d\"\n", i)
		b = fmt.Appendf(b, "void f%d(void) { __asm__ volatile(\"==> %d %%0\" :: \"i\"((long)(%s))); }\n", i, i, e)
	}
	out, err := h.cc(b, "-S", "-O1", "-fmax-errors=0")
	if err != nil {
		found := diagnosis.FindAllStringSubmatch(err.Error(), -1)
		if len(found) == 0 {
			return nil, err
		}
		bad := map[int]bool{}
		for _, m := range found {
			i, _ := strconv.Atoi(m[1])
			bad[i] = true
		}
		for i, e := range exprs {
			if !bad[i] {
				again = append(again, e)
			}
		}
		return again, nil
	}
	for _, m := range mark.FindAllSubmatch(out, -1) {
		i, _ := strconv.Atoi(string(m[1]))
		v, err := strconv.ParseInt(string(m[2]), 10, 64)
		if err != nil {
			return nil, err
		}
		h.values[exprs[i]] = uint64(v)
	}
	return nil, nil
}

// some names headers in a message.
func some(headers []string) string {
	const most = 6
	if len(headers) > most {
		return strings.Join(headers[:most], " ") + " ..."
	}
	return strings.Join(headers, " ")
}
