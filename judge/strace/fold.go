package main

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
)

//go:embed fold.txt
var foldText string

// foldRule makes one of what differs between two runs of one program.
type foldRule struct {
	pattern *regexp.Regexp
	with    string
}

var foldRules = mustFoldRules(foldText)

// mustFoldRules reads fold.txt: a pattern, white space, and what stands for it;
// lines with # say why.
func mustFoldRules(text string) []foldRule {
	var rules []foldRule
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 2 {
			panic(fmt.Sprintf("fold.txt: %q: want a pattern and what stands for it", line))
		}
		rules = append(rules, foldRule{regexp.MustCompile(fields[0]), strings.ReplaceAll(fields[1], `\x20`, " ")})
	}
	return rules
}

func fold(line string) string {
	for _, r := range foldRules {
		line = r.pattern.ReplaceAllString(line, r.with)
	}
	return line
}
