package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
	"golang.org/x/sys/unix"

	"utrace/engine/held"
	"utrace/internal/nearest"
	"utrace/syscalls"
)

// verb is what a rule does.
type verb uint8

const (
	allow verb = iota
	deny       // also errno and result
	kill
	sendSignal
	hold
	logOnly
)

// rule is one line of a policy.
type rule struct {
	where  string // "FILE:LINE"
	words  string // the action as it stands there
	verb   verb
	result int64 // of deny
	signal int   // of sendSignal
	terms  held.Terms
	set    *syscalls.Set
	cond   *vm.Program // nil: always
	needs  facts
}

// Error is what is wrong with a policy, and where.
type Error struct {
	File         string
	Line, Column int // from 1; Column counts characters
	Message      string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Parse understands a policy. name is what its file is called in errors, which
// are *Error: all that are found, joined.
func Parse(name, text string) (*Policy, error) {
	p := &Policy{}
	var errs []error
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if s := strings.TrimSpace(line); s == "" || s[0] == '#' {
			continue
		}
		r, at, err := parseRule(line)
		if err != nil {
			errs = append(errs, &Error{name, number, utf8.RuneCountInString(line[:min(at, len(line))]) + 1, err.Error()})
			continue
		}
		r.where = fmt.Sprintf("%s:%d", name, number)
		p.rules = append(p.rules, r)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(p.rules) == 0 {
		return nil, &Error{name, 1, 1, "no rule: want lines of ACTION SET [if CONDITION]"}
	}
	p.set = p.rules[0].set
	for _, r := range p.rules[1:] {
		p.set = p.set.Union(r.set)
	}
	return p, nil
}

// words takes a line apart at spaces.
type words struct {
	line string
	at   int // of the word that was taken last
	next int // behind it
}

func (w *words) take() string {
	rest := w.line[w.next:]
	w.at = w.next + len(rest) - len(strings.TrimLeft(rest, " \t"))
	word := w.line[w.at:]
	if i := strings.IndexAny(word, " \t"); i >= 0 {
		word = word[:i]
	}
	w.next = w.at + len(word)
	return word
}

// back gives the last word back.
func (w *words) back() { w.next = w.at }

var actionNames = []string{"allow", "deny", "errno", "result", "kill", "signal", "hold", "log"}

// parseRule understands one line; at is where it is wrong, in bytes.
func parseRule(line string) (r *rule, at int, err error) {
	w := &words{line: line}
	r = &rule{}
	if err := r.action(w); err != nil {
		return nil, w.at, err
	}
	r.words = strings.Join(strings.Fields(line[:w.next]), " ")
	text := w.take()
	if text == "" || text == "if" {
		return nil, w.at, fmt.Errorf("want the system calls that the rule is for: names, %%class, /regex, or all")
	}
	if r.set, err = syscalls.ParseSet(text); err != nil {
		return nil, w.at, err
	}
	switch word := w.take(); word {
	case "":
		return r, 0, nil
	case "if":
	default:
		return nil, w.at, fmt.Errorf("%q: want \"if\" and a condition, or the end of the line", word)
	}
	source := line[w.next:]
	if strings.TrimSpace(source) == "" {
		return nil, w.next, errors.New("want a condition after \"if\"")
	}
	if at, err := r.condition(source); err != nil {
		return nil, w.next + at, err
	}
	return r, 0, nil
}

// action understands the words up to the set.
func (r *rule) action(w *words) error {
	name := w.take()
	switch name {
	case "allow":
	case "deny":
		r.verb, r.result = deny, -int64(unix.EPERM)
		word := w.take()
		n, ok := syscalls.Errno(word)
		if !ok {
			w.back()
			return nil
		}
		r.result = -int64(n)
	case "errno":
		word := w.take()
		n, ok := syscalls.Errno(word)
		if !ok || n == 0 {
			return fmt.Errorf("%q: want the name of an error, such as EACCES", word)
		}
		r.verb, r.result = deny, -int64(n)
	case "result":
		word := w.take()
		n, err := strconv.ParseInt(word, 0, 64)
		if err != nil {
			return fmt.Errorf("%q: want a number, the result", word)
		}
		r.verb, r.result = deny, n
	case "kill":
		r.verb = kill
	case "signal":
		word := w.take()
		n, ok := syscalls.SignalNumber(word)
		if !ok {
			return fmt.Errorf("%q: want the name of a signal, such as SIGUSR1", word)
		}
		r.verb, r.signal = sendSignal, n
	case "hold":
		r.verb = hold
		return r.holdTerms(w)
	case "log":
		r.verb = logOnly
	default:
		if near := nearest.Nearest(name, actionNames); near != "" {
			return fmt.Errorf("unknown action %q: did you mean %q?", name, near)
		}
		return fmt.Errorf("unknown action %q: want one of %s", name, strings.Join(actionNames, ", "))
	}
	return nil
}

func (r *rule) holdTerms(w *words) error {
	r.terms = held.Terms{Engine: name, Deadline: held.DefaultDeadline, Default: held.Decision{Verb: held.Abort, Result: -int64(unix.EPERM)}}
	for {
		word := w.take()
		key, value, ok := strings.Cut(word, "=")
		if !ok {
			w.back()
			return nil
		}
		var err error
		switch key {
		case "deadline":
			if r.terms.Deadline, err = held.ParseDeadline(value); err != nil {
				return err
			}
		case "default":
			if r.terms.Default, err = held.ParseDecision(value); err != nil {
				return fmt.Errorf("default=%s: %w", value, err)
			}
		default:
			return fmt.Errorf("%s=: hold takes deadline=TIME and default=WHAT", key)
		}
	}
}

// condition compiles an expression; at is where it is wrong, in bytes.
func (r *rule) condition(source string) (at int, err error) {
	tree, err := parser.Parse(source)
	if err == nil {
		ast.Walk(&tree.Node, &r.needs)
		r.cond, err = expr.Compile(source, expr.Env(&env{}), expr.AsBool())
	}
	if err == nil {
		return 0, nil
	}
	var ferr *file.Error
	if !errors.As(err, &ferr) {
		return len(source) - len(strings.TrimLeft(source, " \t")), fmt.Errorf("the condition: %w", err)
	}
	// From counts characters.
	at = len(source)
	for i := range source {
		if ferr.From == 0 {
			at = i
			break
		}
		ferr.From--
	}
	return at, fmt.Errorf("the condition: %s", ferr.Message)
}
