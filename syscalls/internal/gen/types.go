package main

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// structType is a line of types.txt, with the layout on both machines.
type structType struct {
	name   string
	size   [2]int
	align  [2]int
	fields []field
	packed bool
	shape  string // "Boxed", "Bare" or "Dated"
	min    int    // the least bytes that make one, where a call says how many there are
	padded bool   // what a call does not give of it is 0
}

// field is a member, by the same words as an argument.
type field struct {
	arg
	size   [2]int // of one element
	align  [2]int
	offset [2]int
	signed bool
	nested bool
	count  [2]int // of an array; 0 if it is none
	show   []string
	when   *when
	hidden bool // padding
	later  bool // begins fields that a padded struct has got later
}

// when is a condition on another field.
type when struct {
	field  string
	unless bool
	mask   uint64
	values []uint64
}

// machine is amd64 or i386.
const machines = 2

var wordBytes = [machines]int{8, 4}

func (s *structType) variable() string {
	var b strings.Builder
	b.WriteString("struct")
	for _, part := range strings.Split(s.name, "_") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

var headForm = regexp.MustCompile(`^(\w+)((?: packed| boxed| bare| dated| padded| min=\d+)*):(.*)$`)

func (g *generator) parseTypes(lines []line) error {
	for i := 0; i < len(lines); {
		first := lines[i]
		text := first.text
		for i++; i < len(lines) && strings.HasPrefix(lines[i].text, " "); i++ {
			text += " " + lines[i].text
		}
		s, err := g.parseType(text)
		if err != nil {
			return fmt.Errorf("%d: %w", first.nr, err)
		}
		if g.structs[s.name] != nil {
			return fmt.Errorf("%d: a second %s", first.nr, s.name)
		}
		g.structs[s.name] = s
	}
	return nil
}

func (g *generator) parseType(text string) (*structType, error) {
	m := headForm.FindStringSubmatch(text)
	if m == nil {
		return nil, fmt.Errorf("not a struct: %q", text)
	}
	s := &structType{name: m[1], align: [2]int{1, 1}}
	for _, word := range strings.Fields(m[2]) {
		switch word {
		case "packed":
			s.packed = true
		case "boxed", "bare", "dated":
			s.shape = strings.ToUpper(word[:1]) + word[1:]
		case "padded":
			s.padded = true
		default:
			s.min = number(strings.TrimPrefix(word, "min="))
		}
	}
	var end [machines]int
	for _, text := range splitList(m[3]) {
		f, err := g.parseField(s, text, &end)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", s.name, text, err)
		}
		s.fields = append(s.fields, *f)
	}
	for i := range machines {
		if s.padded {
			break // what is behind the last field is not known
		}
		s.size[i] = (s.size[i] + s.align[i] - 1) / s.align[i] * s.align[i]
	}
	return s, s.check()
}

// check refuses what refers to fields that are not there.
func (s *structType) check() error {
	for _, f := range s.fields {
		if f.length != "" && number(f.length) < 0 && s.index(f.length) < 0 {
			return fmt.Errorf("%s: %s has no such length: %q", s.name, f.name, f.length)
		}
		if f.when != nil && s.index(f.when.field) < 0 {
			return fmt.Errorf("%s: %s depends on %q, which is not there", s.name, f.name, f.when.field)
		}
	}
	return nil
}

func (s *structType) index(name string) int {
	return slices.IndexFunc(s.fields, func(f field) bool { return f.name == name })
}

var (
	cTypeForm = regexp.MustCompile(`^(\w+)(?:\[(\d+)\])?$`)
	kindForm  = regexp.MustCompile(`^([A-Z]\w*)(?::(\w+))?(?:\[(\w+)\])?$`)
	whenForm  = regexp.MustCompile(`^(\w+?)(?:&(\w+))?(?:=([\w|]+))?$`)
)

var showConst = map[string]string{"full": "InFull", "nonzero": "NonZero", "in": "AtEntry", "out": "AtExit"}

// parseField reads "name ctype Kind word ..." and places it at the end of what is there.
func (g *generator) parseField(s *structType, text string, end *[machines]int) (*field, error) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return nil, fmt.Errorf("want a name and a type")
	}
	f := &field{hidden: words[0] == "_"}
	f.name = words[0]
	if err := g.setType(f, words[1]); err != nil {
		return nil, err
	}
	at := ""
	for words = words[2:]; len(words) > 0; words = words[1:] {
		w := words[0]
		m := kindForm.FindStringSubmatch(w)
		switch {
		case m != nil:
			f.kind, f.table, f.length = m[1], m[2], m[3]
			if err := g.checkTable(f.kind, f.table); err != nil {
				return nil, err
			}
		case showConst[w] != "":
			f.show = append(f.show, showConst[w])
		case w == "later" && s.padded:
			f.later = true
		case (w == "when" || w == "unless" || w == "at") && len(words) > 1:
			words = words[1:]
			if w == "at" {
				at = words[0]
			} else if err := g.setWhen(f, words[0], w == "unless"); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("what is %q?", w)
		}
	}
	return f, g.place(s, f, at, end)
}

// setType sets what follows from the C type: size, sign, and a kind to begin with.
func (g *generator) setType(f *field, text string) error {
	amd64, i386, two := strings.Cut(text, "/")
	if !two {
		i386 = amd64
	}
	for i, text := range [machines]string{amd64, i386} {
		m := cTypeForm.FindStringSubmatch(text)
		if m == nil {
			return fmt.Errorf("not a type: %q", text)
		}
		if err := g.setTypeOn(i, f, m[1]); err != nil {
			return err
		}
		f.count[i] = max(0, number(m[2]))
	}
	return nil
}

func (g *generator) setTypeOn(machine int, f *field, name string) error {
	set := func(size, align int, kind string) {
		f.size[machine], f.align[machine], f.kind = size, align, kind
	}
	switch word := wordBytes[machine]; name {
	case "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64":
		bits, _ := strconv.Atoi(name[1:])
		set(bits/8, min(bits/8, word), strings.ToUpper(name[:1])+"64")
	case "long":
		set(word, word, "S64")
	case "ulong":
		set(word, word, "U64")
	case "ptr":
		set(word, word, "Ptr")
	case "char":
		set(1, 1, "Chars")
	default:
		s := g.structs[name]
		if s == nil {
			return fmt.Errorf("no type %q before this line", name)
		}
		set(s.size[machine], s.align[machine], "Struct")
		f.table, f.nested = name, true
	}
	f.signed = name[0] == 's' || name == "long"
	return nil
}

func (g *generator) setWhen(f *field, text string, unless bool) error {
	m := whenForm.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("not a condition: %q", text)
	}
	w := &when{field: m[1], unless: unless, mask: ^uint64(0)}
	var err error
	if m[2] != "" {
		if w.mask, err = g.consts.value(m[2]); err != nil {
			return err
		}
	}
	for _, s := range strings.FieldsFunc(m[3], func(r rune) bool { return r == '|' }) {
		v, err := g.consts.value(s)
		if err != nil {
			return err
		}
		w.values = append(w.values, v)
	}
	f.when = w
	return nil
}

// place gives a field its offset: the next that suits it, or where "at" says: "16", "16/12" of amd64 and
// i386, or another field's name.
func (g *generator) place(s *structType, f *field, at string, end *[machines]int) error {
	amd64, i386, two := strings.Cut(at, "/")
	for i := range machines {
		align := f.align[i]
		if s.packed {
			align = 1
		}
		s.align[i] = max(s.align[i], align)
		f.offset[i] = (end[i] + align - 1) / align * align
		where := amd64
		if two && i == 1 {
			where = i386
		}
		if j := s.index(where); where != "" && j >= 0 {
			f.offset[i] = s.fields[j].offset[i]
		} else if where != "" {
			n, err := strconv.Atoi(where)
			if err != nil {
				return fmt.Errorf("no offset and no field: %q", where)
			}
			f.offset[i] = n
		}
		end[i] = f.offset[i] + f.size[i]*max(1, f.count[i])
		s.size[i] = max(s.size[i], end[i])
	}
	return nil
}

// writeTypes writes structs_table.go.
func (g *generator) writeTypes(b *bytes.Buffer) {
	names := slices.Sorted(maps.Keys(g.structs))
	b.WriteString("var structs = [...]*StructType{\n")
	for _, name := range names {
		fmt.Fprintf(b, "&%s,\n", g.structs[name].variable())
	}
	b.WriteString("}\n\n")
	for _, name := range names {
		g.writeType(b, g.structs[name])
	}
}

func (g *generator) writeType(b *bytes.Buffer, s *structType) {
	fmt.Fprintf(b, "var %s = StructType{Name: %q, Size: [2]uint16{%d, %d}, ", s.variable(), s.name, s.size[0], s.size[1])
	if s.min > 0 {
		fmt.Fprintf(b, "Min: %d, ", s.min)
	}
	if s.shape != "" {
		fmt.Fprintf(b, "%s: true, ", s.shape)
	}
	if s.padded {
		b.WriteString("Padded: true, ")
	}
	b.WriteString("Fields: []Field{\n")
	var shown []field
	for _, f := range s.fields {
		if !f.hidden {
			shown = append(shown, f)
		}
	}
	index := func(name string) int {
		return slices.IndexFunc(shown, func(f field) bool { return f.name == name })
	}
	since := 0
	for i, f := range shown {
		if f.later {
			since = f.offset[0]
		}
		b.WriteString("{Arg: Arg{")
		g.writeArg(b, f.arg, index(f.length)-i)
		fmt.Fprintf(b, "}, Offset: [2]uint16{%d, %d}, Size: [2]uint16{%d, %d}", f.offset[0], f.offset[1], f.size[0], f.size[1])
		if f.signed {
			b.WriteString(", Signed: true")
		}
		if f.nested {
			b.WriteString(", Nested: true")
		}
		if f.count[0] > 0 {
			fmt.Fprintf(b, ", Elems: [2]uint16{%d, %d}", f.count[0], f.count[1])
		}
		if len(f.show) > 0 {
			fmt.Fprintf(b, ", Show: %s", strings.Join(f.show, "|"))
		}
		if f.when != nil {
			g.writeWhen(b, f.when, index(f.when.field)-i)
		}
		if since > 0 {
			fmt.Fprintf(b, ", Since: %d", since)
		}
		b.WriteString("},\n")
	}
	b.WriteString("}}\n\n")
}

func (g *generator) writeWhen(b *bytes.Buffer, w *when, field int) {
	fmt.Fprintf(b, ", When: When{Field: %d, Unless: %t, Mask: %#x", field, w.unless, w.mask)
	if len(w.values) > 0 {
		b.WriteString(", Values: []uint64{")
		for _, v := range w.values {
			fmt.Fprintf(b, "%#x, ", v)
		}
		b.WriteString("}")
	}
	b.WriteString("}")
}
