package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// trace is what a tracer wrote of one run: whole lines, by thread. A thread is
// named after its place in the family: the first is 1, its second child 1.2.
type trace struct {
	threads []string // in order of birth
	lines   map[string][]string
}

// parseTrace reads the text of strace -f -o FILE. tracer is the process id of
// the tracer, which is the parent of the first process.
func parseTrace(text string, tracer int) (*trace, error) {
	t := &trace{lines: map[string][]string{}}
	family := map[string]string{strconv.Itoa(tracer): "0"} // names, by id as it is printed
	children := map[string]int{}
	unfinished := map[string]string{}
	type line struct{ id, text string }
	var lines []line
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
	if len(lines) > 0 {
		// What the first execve points at is in the tracer's memory.
		lines[0].text = environment.ReplaceAllString(lines[0].text, ", ENVP /*")
	}
	// Children are named first, in the order in which their parents made them.
	for _, l := range lines {
		if _, known := family[l.id]; !known && len(family) == 1 {
			family[l.id] = "1"
		}
		if m := birth.FindStringSubmatch(l.text); m != nil && family[l.id] != "" {
			if _, known := family[m[1]]; !known {
				children[l.id]++
				family[m[1]] = fmt.Sprint(family[l.id], ".", children[l.id])
			}
		}
	}
	for _, l := range lines {
		name, known := family[l.id]
		if !known {
			children[""]++
			name = fmt.Sprint("?", children[""])
			family[l.id] = name
		}
		if _, seen := t.lines[name]; !seen {
			t.threads = append(t.threads, name)
		}
		t.lines[name] = append(t.lines[name], l.text)
	}
	for _, lines := range t.lines {
		for i, l := range lines {
			lines[i] = fold(nameIDs(l, family))
		}
	}
	return t, nil
}

// cut matches the beginning of a line that another thread's came into.
var cut = regexp.MustCompile(`^(.*) <(?:unfinished|pid changed to \d+) \.\.\.>$`)

var superseded = regexp.MustCompile(`^\+\+\+ superseded by execve in pid (\d+) \+\+\+$`)

// birth matches the line of a call that makes a process or a thread.
var birth = regexp.MustCompile(`^(?:clone|clone3|fork|vfork)\(.*\) += (\d+)`)

var environment = regexp.MustCompile(`, 0x[0-9a-f]+ /\*`)

var number = regexp.MustCompile(`\b\d{3,}\b`)

// nameIDs puts the names of threads in the place of their ids.
func nameIDs(line string, family map[string]string) string {
	return number.ReplaceAllStringFunc(line, func(id string) string {
		if name, ok := family[id]; ok {
			return "<" + name + ">"
		}
		return id
	})
}
