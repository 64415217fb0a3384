package main

import (
	"fmt"
	"strings"

	"utrace/engine"
	"utrace/internal/nearest"
	"utrace/syscalls"
)

// spec is one -e, understood.
type spec struct {
	text   string
	kind   *engine.Kind
	set    *syscalls.Set // nil: all
	params map[string]string
}

// parseSpecs understands all -e, in order. None given is the default engine;
// "none" alone is no engine.
func parseSpecs(kinds []*engine.Kind, texts []string) ([]spec, error) {
	if len(texts) == 0 {
		texts = []string{defaultEngine}
	}
	if len(texts) == 1 && texts[0] == noEngine {
		return nil, nil
	}
	specs := make([]spec, 0, len(texts))
	for _, text := range texts {
		s, err := parseSpec(kinds, text)
		if err != nil {
			return nil, &usageError{fmt.Errorf("-e %s: %w", text, err)}
		}
		specs = append(specs, s)
	}
	return specs, nil
}

// parseSpec understands NAME[:SET][:KEY=VALUE]...
func parseSpec(kinds []*engine.Kind, text string) (spec, error) {
	fields := splitFields(text)
	kind, err := findKind(kinds, fields[0])
	if err != nil {
		return spec{}, err
	}
	s := spec{text: text, kind: kind, params: map[string]string{}}
	for i, field := range fields[1:] {
		key, value, ok := cutParam(field)
		switch {
		case ok:
			if err := s.setParam(key, value); err != nil {
				return spec{}, err
			}
		case i == 0:
			if err := s.parseSet(field); err != nil {
				return spec{}, err
			}
		default:
			return spec{}, fmt.Errorf(`%q is not KEY=VALUE (a colon inside a value is written "\:")`, field)
		}
	}
	return s, nil
}

// splitFields splits at colons. A colon inside a field is written "\:"; every
// other backslash stands for itself, since regular expressions are full of
// them.
func splitFields(text string) []string {
	var fields []string
	var field strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], `\:`):
			field.WriteByte(':')
			i++
		case text[i] == ':':
			fields = append(fields, field.String())
			field.Reset()
		default:
			field.WriteByte(text[i])
		}
	}
	return append(fields, field.String())
}

// cutParam splits KEY=VALUE; ok is false if what stands before the first "="
// cannot be a key.
func cutParam(field string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(field, "=")
	if !ok || key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
		return "", "", false
	}
	return key, value, true
}

func findKind(kinds []*engine.Kind, name string) (*engine.Kind, error) {
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
	}
	names := kindNames(kinds)
	switch near := nearest.Nearest(name, append(names, noEngine)); {
	case name == noEngine:
		return nil, fmt.Errorf("%q stands alone: no other -e, and nothing after it", noEngine)
	case name == "":
		return nil, fmt.Errorf("want ENGINE[:SET][:KEY=VALUE]...; engines are: %s", strings.Join(names, ", "))
	case near != "":
		return nil, fmt.Errorf("unknown engine %q: did you mean %q?", name, near)
	}
	if _, err := syscalls.ParseSet(name); err == nil {
		return nil, fmt.Errorf("unknown engine %q: to trace those calls, write: -e trace:%s", name, name)
	}
	return nil, fmt.Errorf("unknown engine %q: engines are %s", name, strings.Join(names, ", "))
}

func (s *spec) parseSet(text string) error {
	if !s.kind.TakesSet {
		return fmt.Errorf("engine %s takes no set of system calls%s", s.kind.Name, s.keysHint(text))
	}
	if text == "" {
		return fmt.Errorf("an empty set of system calls: want names, %%class, /regex, all or none")
	}
	set, err := syscalls.ParseSet(text)
	if err != nil {
		return fmt.Errorf("%w%s", err, s.keysHint(text))
	}
	s.set = set
	return nil
}

// keysHint is for who wrote a key without a value.
func (s *spec) keysHint(word string) string {
	for _, p := range params(s.kind) {
		if p.Key == word {
			return fmt.Sprintf(" (the key is written %s=%s)", p.Key, p.Value)
		}
	}
	return ""
}

func (s *spec) setParam(key, value string) error {
	var keys []string
	for _, p := range params(s.kind) {
		keys = append(keys, p.Key)
		if p.Key != key {
			continue
		}
		if _, twice := s.params[key]; twice {
			return fmt.Errorf("key %q is given twice", key)
		}
		s.params[key] = value
		return nil
	}
	if len(keys) == 0 {
		return fmt.Errorf("unknown key %q: engine %s has none", key, s.kind.Name)
	}
	if near := nearest.Nearest(key, keys); near != "" {
		return fmt.Errorf("unknown key %q of engine %s: did you mean %q?", key, s.kind.Name, near)
	}
	return fmt.Errorf("unknown key %q of engine %s: its keys are %s", key, s.kind.Name, strings.Join(keys, ", "))
}
