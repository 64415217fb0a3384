package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os/exec"
	"path"
	"strings"
)

//go:embed programs.txt c
var files embed.FS

// program is something to trace: a script of programs.txt, or a C program of c/.
type program struct {
	name   string
	needs  []string // commands
	setup  string   // a script that is run before, untraced
	script string   // traced under sh -c; empty for a C program
	source string   // of a C program, its path in files
	flags  []string // for the C compiler
}

// missing returns the first command that p needs and that is not installed.
func (p *program) missing() string {
	for _, name := range p.needs {
		if _, err := exec.LookPath(name); err != nil {
			return name
		}
	}
	return ""
}

// allPrograms returns the scripts in the order of programs.txt, then the C
// programs by name.
func allPrograms() ([]program, error) {
	text, err := files.ReadFile("programs.txt")
	if err != nil {
		return nil, err
	}
	programs, err := parsePrograms(string(text))
	if err != nil {
		return nil, err
	}
	sources, err := fs.Glob(files, "c/*.c")
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		p, err := cProgram(source)
		if err != nil {
			return nil, err
		}
		programs = append(programs, p)
	}
	return programs, nil
}

// parsePrograms reads programs.txt: "== NAME: COMMAND..." begins a program, with
// the commands that it needs; lines that begin with "+ " are its setup, all
// others the script.
func parsePrograms(text string) ([]program, error) {
	var programs []program
	for line := range strings.Lines(text) {
		header, isHeader := strings.CutPrefix(line, "== ")
		switch {
		case isHeader:
			name, needs, found := strings.Cut(header, ":")
			if !found {
				return nil, fmt.Errorf("programs.txt: %q has no colon", line)
			}
			programs = append(programs, program{name: name, needs: strings.Fields(needs)})
		case len(programs) == 0: // the comment at the top
		default:
			p := &programs[len(programs)-1]
			if setup, ok := strings.CutPrefix(line, "+ "); ok {
				p.setup += setup
			} else {
				p.script += line
			}
		}
	}
	for i := range programs {
		programs[i].script = strings.TrimSpace(programs[i].script)
	}
	return programs, nil
}

// cProgram reads how a C program is built from its first line, "// cc: FLAG...".
func cProgram(source string) (program, error) {
	text, err := files.ReadFile(source)
	if err != nil {
		return program{}, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	flags, ok := strings.CutPrefix(first, "// cc:")
	if !ok {
		return program{}, fmt.Errorf("%s: the first line is not \"// cc: FLAGS\"", source)
	}
	name := strings.TrimSuffix(path.Base(source), ".c")
	return program{name: name, needs: []string{"gcc"}, source: source, flags: strings.Fields(flags)}, nil
}
