package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// entry is a line of calls.txt.
type entry struct {
	nr64, nr32 int // -1 for none
	name       string
	form
	classes  []string
	commands string // the variable that holds its commands, if it has some
}

// form is what the arguments and the result are, of a call or of one of its commands.
type form struct {
	args     []arg
	ret      string
	retTable string
}

// arg is one "name dir Kind:table[length]". The same form tells of a struct's fields.
type arg struct{ name, dir, kind, table, length string }

var (
	lineForm = regexp.MustCompile(`^\s*(\d+|-)\s+(\d+|-)\s+(\w+)\((.*)\)(.*)$`)
	argForm  = regexp.MustCompile(`^(\w+) (?:(out|inout|beside) )?([A-Z]\w*)(?::(\w+))?(?:\[(\w+)\])?$`)
	retForm  = regexp.MustCompile(`^([A-Z]\w*)(?::(\w+))?$`)
)

func (g *generator) parseCalls(lines []line) error {
	for _, l := range lines {
		e, err := g.parseCall(l.text)
		if err != nil {
			return fmt.Errorf("%d: %w", l.nr, err)
		}
		g.calls = append(g.calls, e)
	}
	return nil
}

// writeCalls writes table.go.
func (g *generator) writeCalls(b *bytes.Buffer) {
	g.writeTable(b, "amd64", func(e *entry) int { return e.nr64 })
	g.writeTable(b, "i386", func(e *entry) int { return e.nr32 })
	g.writeKindNames(b)
}

func (g *generator) parseCall(line string) (*entry, error) {
	m := lineForm.FindStringSubmatch(line)
	if m == nil {
		return nil, fmt.Errorf("not a call: %q", line)
	}
	e := &entry{nr64: number(m[1]), nr32: number(m[2]), name: m[3]}
	var err error
	if e.args, err = g.parseArgs(m[4]); err != nil {
		return nil, fmt.Errorf("%s: %w", e.name, err)
	}
	e.ret = "Long"
	for _, word := range strings.Fields(m[5]) {
		if r := retForm.FindStringSubmatch(word); r != nil {
			e.ret, e.retTable = r[1], r[2]
		} else if e.classes = append(e.classes, word); classConst[word] == "" {
			return nil, fmt.Errorf("%s: neither a result nor a class: %q", e.name, word)
		}
	}
	if err := g.checkForm(&e.form); err != nil {
		return nil, fmt.Errorf("%s: %w", e.name, err)
	}
	return e, nil
}

func (g *generator) parseArgs(list string) (args []arg, err error) {
	for _, text := range splitList(list) {
		a := argForm.FindStringSubmatch(text)
		if a == nil {
			return nil, fmt.Errorf("not an argument: %q", text)
		}
		args = append(args, arg{a[1], a[2], a[3], a[4], a[5]})
	}
	return args, nil
}

// checkForm refuses lengths and tables that do not exist.
func (g *generator) checkForm(f *form) error {
	for _, a := range f.args {
		if a.length != "" && number(a.length) < 0 && f.index(a.length) < 0 {
			return fmt.Errorf("%s has no such length: %q", a.name, a.length)
		}
		if err := g.checkTable(a.kind, a.table); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
	}
	return g.checkTable(f.ret, f.retTable)
}

func (g *generator) checkTable(kind, table string) error {
	if table == "" || isStruct(kind) || g.consts.tables[table] {
		return nil
	}
	return fmt.Errorf("package flags has no %s", table)
}

// isStruct reports whether what a Kind names is a struct, not a table of package flags.
func isStruct(kind string) bool { return kind == "Struct" || kind == "Structs" || kind == "SockStruct" }

func splitList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// number returns a column's number, -1 for "-".
func number(column string) int {
	n, err := strconv.Atoi(column)
	if err != nil {
		return -1
	}
	return n
}

func (f *form) index(argument string) int {
	return slices.IndexFunc(f.args, func(a arg) bool { return a.name == argument })
}

var classConst = map[string]string{
	"%file": "ClassFile", "%process": "ClassProcess", "%net": "ClassNetwork", "%signal": "ClassSignal",
	"%ipc": "ClassIPC", "%desc": "ClassDesc", "%memory": "ClassMemory", "%creds": "ClassCreds",
	"%clock": "ClassClock", "%pure": "ClassPure", "%stat": "ClassStat", "%lstat": "ClassLstat",
	"%fstat": "ClassFstat", "%statfs": "ClassStatfs", "%fstatfs": "ClassFstatfs", "%%statfs": "ClassUstat",
}

// writeTable writes the calls that have a number in an architecture.
func (g *generator) writeTable(b *bytes.Buffer, arch string, nr func(*entry) int) {
	var calls []*entry
	for _, e := range g.calls {
		if nr(e) >= 0 {
			calls = append(calls, e)
		}
	}
	slices.SortFunc(calls, func(x, y *entry) int { return nr(x) - nr(y) })
	fmt.Fprintf(b, "var %sCalls = [...]Call{\n", arch)
	for _, e := range calls {
		g.writeCall(b, nr(e), e)
	}
	slices.SortFunc(calls, func(x, y *entry) int { return strings.Compare(x.name, y.name) })
	fmt.Fprintf(b, "}\n\n// %sNames are the numbers in the order of the names.\nvar %sNames = [...]uint16{", arch, arch)
	for i, e := range calls {
		if i%16 == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "%d, ", nr(e))
	}
	b.WriteString("\n}\n\n")
}

func (g *generator) writeCall(b *bytes.Buffer, nr int, e *entry) {
	fmt.Fprintf(b, "%d: {Nr: %d, Name: %q, ", nr, nr, e.name)
	g.writeForm(b, &e.form)
	if len(e.classes) > 0 {
		consts := make([]string, len(e.classes))
		for i, class := range e.classes {
			consts[i] = classConst[class]
		}
		fmt.Fprintf(b, ", Classes: %s", strings.Join(consts, "|"))
	}
	if e.commands != "" {
		fmt.Fprintf(b, ", commands: &%s", e.commands)
	}
	b.WriteString("},\n")
}

// writeForm writes the fields that Call and Form have in common.
func (g *generator) writeForm(b *bytes.Buffer, f *form) {
	g.kinds[f.ret] = true
	fmt.Fprintf(b, "Ret: %s", f.ret)
	if f.retTable != "" {
		fmt.Fprintf(b, ", RetFlags: &flags.%s", f.retTable)
	}
	if len(f.args) == 0 {
		return
	}
	b.WriteString(", Args: []Arg{")
	for i, a := range f.args {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("{")
		g.writeArg(b, a, f.index(a.length)-i)
		b.WriteString("}")
	}
	b.WriteString("}")
}

var dirConst = map[string]string{"out": "Out", "inout": "InOut", "beside": "Beside"}

// writeArg writes the fields of an Arg. The length is so many arguments or fields further on, if it is one.
func (g *generator) writeArg(b *bytes.Buffer, a arg, length int) {
	g.kinds[a.kind] = true
	fmt.Fprintf(b, "Name: %q, Kind: %s", a.name, a.kind)
	switch {
	case a.dir != "":
		fmt.Fprintf(b, ", Dir: %s", dirConst[a.dir])
	case a.kind == "BufOut", a.kind == "StrOut":
		b.WriteString(", Dir: Out")
	}
	switch {
	case a.length == "":
	case number(a.length) >= 0:
		fmt.Fprintf(b, ", Count: %s", a.length)
	default:
		fmt.Fprintf(b, ", Len: %d", length)
	}
	switch {
	case isStruct(a.kind):
		fmt.Fprintf(b, ", Type: %q", a.table)
		if s := g.structs[a.table]; s != nil {
			fmt.Fprintf(b, ", Shape: &%s", s.variable())
		}
	case a.kind == "OpenFlags" && a.table == "":
		b.WriteString(", Flags: &flags.Open")
	case a.table != "":
		fmt.Fprintf(b, ", Flags: &flags.%s", a.table)
	}
}
