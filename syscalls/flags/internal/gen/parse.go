package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// File is one file of Go to make.
type File struct {
	Name   string
	Title  string
	Tables []*Table
}

// Table is one table: what tables.txt says of it, and the constants that Fill finds for it.
type Table struct {
	Name, Prefix, Doc           string
	Line                        int
	Mask, Octal                 uint64
	Huge                        string
	Zero                        string
	Last, Loose, Apart, Decimal bool
	Rest                        string
	Or                          bool // several names of one value are one: "A or B"
	Values, Bits                List
}

// List is what tables.txt says of a list, and the constants that it stands for.
type List struct {
	Groups []*Group
	Flags  []Flag
}

// Group is words of a list that are looked for in the same headers.
type Group struct {
	Headers []string
	I386    bool // the values are those of a 32-bit program
	Words   []Word
	ask     []string // the expressions to ask the compiler for
}

// Flag is a constant.
type Flag struct {
	Value uint64
	Name  string
}

// Word is one word of a list.
type Word struct {
	Kind  WordKind
	Text  string
	Value uint64 // of a ByHand word
}

// WordKind says what a Word stands for.
type WordKind int

// The kinds of words.
const (
	Name    WordKind = iota // a constant of the headers
	Expr                    // a C expression in quotation marks, which is its own name
	ByHand                  // NAME=VALUE, which the headers may lack
	Pattern                 // with "*": all constants of the headers that match and are not named elsewhere
	Except                  // "!" and a pattern: none of those
	Ioctls                  // "_IO": all macros that are made by _IO(), _IOR(), _IOW(), _IOWR()
	Same                    // "@" and a table: the same list of that table
)

var (
	identifier = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	pattern    = regexp.MustCompile(`^[\w*?]+$`)
	words      = regexp.MustCompile(`"[^"]*"|\S+`)
)

// Parse reads tables.txt.
func Parse(text string) ([]*File, error) {
	p := parser{sets: map[string][]string{}}
	for i, line := range strings.Split(text, "\n") {
		p.number = i + 1
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("tables.txt:%d: %w", p.number, err)
		}
	}
	for _, f := range p.files {
		for _, t := range f.Tables {
			if t.Doc == "" || len(t.Values.Groups)+len(t.Bits.Groups) == 0 {
				return nil, fmt.Errorf("tables.txt:%d: table %s wants a doc and a list", t.Line, t.Name)
			}
		}
	}
	return p.files, nil
}

type parser struct {
	number  int
	files   []*File
	sets    map[string][]string
	headers []string
	table   *Table
	list    *List
	group   *Group
}

func (p *parser) line(line string) error {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	keyword, rest, _ := strings.Cut(line, " ")
	switch keyword {
	case "file":
		name, title, _ := strings.Cut(rest, " ")
		p.files = append(p.files, &File{Name: name, Title: title})
		p.table, p.list, p.headers = nil, nil, nil
		return nil
	case "headers":
		p.headers, p.group = nil, nil
		return p.include(strings.Fields(rest))
	case "include":
		p.group = nil
		return p.include(strings.Fields(rest))
	case "set":
		name, headers, _ := strings.Cut(rest, " ")
		p.sets[name] = append(p.sets[name], strings.Fields(headers)...)
		return nil
	case "table":
		return p.begin(strings.Fields(rest))
	}
	if p.table == nil {
		return fmt.Errorf("%q: not in a table", line)
	}
	switch keyword {
	case "i386":
		name, more, _ := strings.Cut(rest, " ")
		return p.i386(name, strings.Fields(more))
	case "doc":
		p.table.Doc = strings.TrimSpace(p.table.Doc + " " + rest)
		return nil
	case "enum":
		p.table.Mask = 0xffffffff
		fallthrough
	case "values":
		p.list, p.group = &p.table.Values, nil
	case "bits":
		p.list, p.group = &p.table.Bits, nil
	default:
		rest = line
	}
	if p.list == nil {
		return fmt.Errorf("%q: neither doc, enum, values nor bits", line)
	}
	if p.group == nil {
		p.group = &Group{Headers: p.headers}
		p.list.Groups = append(p.list.Groups, p.group)
	}
	for _, text := range words.FindAllString(rest, -1) {
		w, err := parseWord(text)
		if err != nil {
			return err
		}
		p.group.Words = append(p.group.Words, w)
	}
	return nil
}

// include adds headers, and sets of them.
func (p *parser) include(names []string) error {
	for _, name := range names {
		headers := []string{name}
		if !strings.HasSuffix(name, ".h") {
			if headers = p.sets[name]; headers == nil {
				return fmt.Errorf("%q: neither a header nor a set of them", name)
			}
		}
		p.headers = append(slices.Clip(p.headers), headers...)
	}
	return nil
}

// begin starts a table: NAME PREFIX option ...
func (p *parser) begin(fields []string) error {
	if len(p.files) == 0 || len(fields) < 2 {
		return fmt.Errorf("table wants a file before it, a name and a prefix")
	}
	t := &Table{Name: fields[0], Prefix: strings.Trim(fields[1], "-"), Line: p.number}
	for _, option := range fields[2:] {
		key, value, _ := strings.Cut(option, "=")
		var err error
		switch key {
		case "mask":
			t.Mask, err = strconv.ParseUint(value, 0, 64)
		case "huge":
			t.Huge = value
		case "octal":
			t.Octal, err = strconv.ParseUint(value, 0, 64)
		case "zero":
			t.Zero = value
		case "last":
			t.Last = true
		case "loose":
			t.Loose = true
		case "decimal":
			t.Decimal = true
		case "apart":
			t.Apart, t.Rest = true, value
		case "or":
			t.Or = true
		default:
			err = fmt.Errorf("unknown option %q of table %s: want mask=, octal=, huge=, zero=, last, loose, apart, decimal or or", option, t.Name)
		}
		if err != nil {
			return err
		}
	}
	f := p.files[len(p.files)-1]
	f.Tables = append(f.Tables, t)
	p.table, p.list, p.group = t, nil, nil
	return nil
}

// i386 makes the lists of the table at hand those of another, with the values that a 32-bit program has, and
// with more words.
func (p *parser) i386(name string, more []string) error {
	var added []Word
	for _, text := range more {
		w, err := parseWord(text)
		if err != nil {
			return err
		}
		added = append(added, w)
	}
	for _, f := range p.files {
		for _, t := range f.Tables {
			if t.Name == name && t != p.table {
				p.table.Mask, p.table.Values, p.table.Bits = t.Mask, t.Values.i386(added), t.Bits.i386(added)
				return nil
			}
		}
	}
	return fmt.Errorf("there is no table %q before this one", name)
}

func (l *List) i386(more []Word) (copied List) {
	for _, g := range l.Groups {
		copied.Groups = append(copied.Groups, &Group{Headers: g.Headers, Words: slices.Concat(g.Words, more), I386: true})
	}
	return copied
}

func parseWord(text string) (Word, error) {
	switch {
	case strings.HasPrefix(text, `"`):
		return Word{Kind: Expr, Text: strings.Trim(text, `"`)}, nil
	case strings.HasPrefix(text, "@"):
		return Word{Kind: Same, Text: text[1:]}, nil
	case strings.HasPrefix(text, "!") && pattern.MatchString(text[1:]):
		return Word{Kind: Except, Text: text[1:]}, nil
	case text == "_IO":
		return Word{Kind: Ioctls}, nil
	case strings.ContainsAny(text, "*?") && pattern.MatchString(text):
		return Word{Kind: Pattern, Text: text}, nil
	case identifier.MatchString(text):
		return Word{Kind: Name, Text: text}, nil
	}
	if name, value, ok := strings.Cut(text, "="); ok {
		v, err := strconv.ParseUint(value, 0, 64)
		if err == nil {
			return Word{Kind: ByHand, Text: name, Value: v}, nil
		}
	}
	return Word{}, fmt.Errorf("%q: want a name, a pattern, !pattern, @table, NAME=VALUE, _IO or an expression in quotation marks", text)
}
