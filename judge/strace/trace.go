package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// trace is what a tracer wrote of one run: whole lines, by thread.
type trace struct {
	threads []string // names, in the order of their first lines
	lines   map[string][]string
}

// line is a line of a trace: the id that it begins with, and the rest.
type line struct{ id, text string }

// parseTrace reads the text of strace -f -o FILE, and folds it. tracer is the
// process id of the tracer, which is the parent of the first process.
func parseTrace(text string, tracer int) (*trace, error) {
	lines, err := wholeLines(text)
	if err != nil {
		return nil, err
	}
	if len(lines) > 0 {
		// What the first execve points at is in the tracer's memory.
		lines[0].text = environment.ReplaceAllString(lines[0].text, ", ENVP /*")
	}
	t := &trace{lines: map[string][]string{}}
	first, _, _ := strings.Cut(text, " ")
	f := newFamily(tracer, first, lines)
	for _, l := range lines {
		name := f.name(l.id)
		if _, seen := t.lines[name]; !seen {
			t.threads = append(t.threads, name)
		}
		t.lines[name] = append(t.lines[name], l.text)
	}
	for _, lines := range t.lines {
		for i, l := range lines {
			lines[i] = fold(f.nameIDs(l))
		}
	}
	return t, nil
}

var environment = regexp.MustCompile(`, 0x[0-9a-f]+ /\*`)

// wholeLines puts together the lines that another thread's came into.
func wholeLines(text string) ([]line, error) {
	var lines []line
	unfinished := map[string]string{}
	for n, raw := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		id, rest, ok := strings.Cut(raw, " ")
		if _, err := strconv.Atoi(id); !ok || err != nil {
			return nil, fmt.Errorf("line %d of a trace has no process id: %.100q", n+1, raw)
		}
		rest = strings.TrimLeft(rest, " ")
		if m := cut.FindStringSubmatch(rest); m != nil {
			unfinished[id] = m[1]
			continue
		}
		if m := superseded.FindStringSubmatch(rest); m != nil {
			// The thread that executes goes on under its leader's id.
			unfinished[id] = unfinished[m[1]]
			delete(unfinished, m[1])
		}
		if strings.HasPrefix(rest, "<... ") {
			_, tail, _ := strings.Cut(rest, " resumed>")
			rest = unfinished[id] + tail
			delete(unfinished, id)
		}
		lines = append(lines, line{id, rest})
	}
	for id, head := range unfinished { // killed there
		lines = append(lines, line{id, head})
	}
	return lines, nil
}

var (
	cut        = regexp.MustCompile(`^(.*) <(?:unfinished|pid changed to \d+) \.\.\.>$`)
	superseded = regexp.MustCompile(`^\+\+\+ superseded by execve in pid (\d+) \+\+\+$`)
)

// family names threads after their places in it, which are the same in every
// run: the first is 1, its second child 1.2. The tracer is 0.
type family struct {
	names   map[string]string // by id
	parents map[string]string // ids
	order   map[string]int    // which child of its parent's
}

func newFamily(tracer int, first string, lines []line) *family {
	f := &family{map[string]string{strconv.Itoa(tracer): "0", first: "1"}, map[string]string{}, map[string]int{}}
	children := map[string]int{}
	for _, l := range lines {
		if m := birth.FindStringSubmatch(l.text); m != nil && f.parents[m[1]] == "" {
			children[l.id]++
			f.parents[m[1]], f.order[m[1]] = l.id, children[l.id]
		}
	}
	return f
}

// birth matches the line of a call that makes a process or a thread.
var birth = regexp.MustCompile(`^(?:clone|clone3|fork|vfork)\(.*\) += (\d+)`)

func (f *family) name(id string) string {
	name, known := f.names[id]
	if known {
		return name
	}
	f.names[id] = "?" // nobody saw it born; or a broken trace goes in a circle
	if parent, ok := f.parents[id]; ok {
		f.names[id] = fmt.Sprint(f.name(parent), ".", f.order[id])
	}
	return f.names[id]
}

// nameIDs puts the names of threads in the place of their ids.
func (f *family) nameIDs(text string) string {
	return number.ReplaceAllStringFunc(text, func(id string) string {
		if f.names[id] == "" && f.parents[id] == "" {
			return id
		}
		return "<" + f.name(id) + ">"
	})
}

var number = regexp.MustCompile(`\b\d{3,}\b`)
