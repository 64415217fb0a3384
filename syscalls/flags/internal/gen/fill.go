package main

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Fill finds the constants of every list.
func Fill(files []*File) error {
	f := filler{headers: map[string]*Headers{}, tables: map[string]*Table{}}
	for _, step := range []func(*Table) error{f.add, f.ask, f.fill} {
		var errs []error
		for _, file := range files {
			for _, t := range file.Tables {
				if err := step(t); err != nil {
					errs = append(errs, fmt.Errorf("tables.txt:%d: table %s: %w", t.Line, t.Name, err))
				}
			}
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

type filler struct {
	headers map[string]*Headers // what has been read of each list of headers
	tables  map[string]*Table
}

func (f *filler) add(t *Table) error {
	if f.tables[t.Name] != nil {
		return fmt.Errorf("there is one of this name already")
	}
	f.tables[t.Name] = t
	return nil
}

// ask collects all that a table needs, so that the compiler runs once for all tables.
func (f *filler) ask(t *Table) error {
	for _, l := range []*List{&t.Values, &t.Bits} {
		for _, g := range l.Groups {
			h, err := f.read(g)
			if err != nil {
				return err
			}
			if g.ask, err = g.names(h); err != nil {
				return err
			}
			h.Ask(g.ask)
		}
	}
	return nil
}

func (f *filler) read(g *Group) (*Headers, error) {
	key := fmt.Sprint(g.I386, g.Headers)
	if h := f.headers[key]; h != nil {
		return h, nil
	}
	h, err := ReadHeaders(g.Headers, g.I386)
	if err == nil {
		f.headers[key] = h
	}
	return h, err
}

// fill makes both lists of a table, if that is not done yet.
func (f *filler) fill(t *Table) error {
	if len(t.Values.Flags)+len(t.Bits.Flags) > 0 {
		return nil
	}
	if err := f.list(&t.Bits, func(t *Table) []Flag { return t.Bits.Flags }); err != nil {
		return err
	}
	t.Bits.Flags = slices.DeleteFunc(t.Bits.Flags, func(f Flag) bool { return f.Value == 0 })
	if err := f.list(&t.Values, func(t *Table) []Flag { return t.Values.Flags }); err != nil {
		return err
	}
	if t.Or {
		t.Values.Flags = or(t.Values.Flags)
	}
	slices.SortStableFunc(t.Values.Flags, func(a, b Flag) int { return cmp.Compare(a.Value, b.Value) })
	return nil
}

// or makes one name of several for one value, in the order of the alphabet.
func or(flags []Flag) (joined []Flag) {
	slices.SortFunc(flags, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), strings.Compare(a.Name, b.Name))
	})
	for _, f := range slices.Compact(flags) {
		if n := len(joined); n > 0 && joined[n-1].Value == f.Value {
			joined[n-1].Name += " or " + f.Name
		} else {
			joined = append(joined, f)
		}
	}
	return joined
}

func (f *filler) list(l *List, same func(*Table) []Flag) error {
	var errs []error
	for _, g := range l.Groups {
		h, err := f.read(g)
		if err != nil {
			return err
		}
		values, err := h.Values()
		if err != nil {
			return err
		}
		first, place := len(l.Flags), map[string]int{} // the word that stands for a constant
		for i, w := range g.Words {
			before := len(l.Flags)
			if w.Kind == Same {
				other := f.tables[w.Text]
				if other == nil {
					return fmt.Errorf("there is no table %s", w.Text)
				}
				if err := f.fill(other); err != nil {
					return err
				}
				l.Flags = append(l.Flags, same(other)...)
			} else {
				errs = append(errs, l.named(g, w, values))
			}
			for _, flag := range l.Flags[before:] {
				place[flag.Name] = i
			}
		}
		others := len(l.Flags)
		l.others(g, values)
		for _, flag := range l.Flags[others:] {
			place[flag.Name] = g.match(flag.Name)
		}
		slices.SortStableFunc(l.Flags[first:], func(a, b Flag) int { return cmp.Compare(place[a.Name], place[b.Name]) })
	}
	return errors.Join(errs...)
}

// match is the first word of a group that is a pattern for a name.
func (g *Group) match(name string) int {
	return slices.IndexFunc(g.Words, func(w Word) bool {
		ok, _ := path.Match(w.Text, name)
		return w.Kind == Ioctls || w.Kind == Pattern && ok
	})
}

// named adds the constant that a word names.
func (l *List) named(g *Group, w Word, values map[string]uint64) error {
	v, ok := values[w.Text]
	switch {
	case w.Kind == ByHand:
		if ok && unsigned(v) != w.Value {
			return fmt.Errorf("%s is %#x, and %#x in the headers", w.Text, w.Value, v)
		}
		l.Flags = append(l.Flags, Flag{w.Value, w.Text})
	case (w.Kind == Name || w.Kind == Expr) && !ok:
		return fmt.Errorf("%s is no constant of %s", w.Text, some(g.Headers))
	case w.Kind == Name || w.Kind == Expr:
		l.Flags = append(l.Flags, Flag{unsigned(v), w.Text})
	}
	return nil
}

// others adds what the patterns of a group match and no word names, in the order of the headers: one name for
// a value, or, of ioctls, all.
func (l *List) others(g *Group, values map[string]uint64) {
	all := slices.ContainsFunc(g.Words, func(w Word) bool { return w.Kind == Ioctls })
	for _, name := range g.ask {
		v, ok := values[name]
		v = unsigned(v)
		if ok && !slices.ContainsFunc(l.Flags, func(f Flag) bool { return f.Name == name || f.Value == v && !all }) {
			l.Flags = append(l.Flags, Flag{v, name})
		}
	}
}

// unsigned makes 32 bits of a negative int.
func unsigned(v uint64) uint64 {
	if v>>32 == 0xffffffff {
		return uint64(uint32(v))
	}
	return v
}

// names are all expressions that a group may need the values of.
func (g *Group) names(h *Headers) (ask []string, err error) {
	for _, w := range g.Words {
		if w.Kind == Name || w.Kind == Expr || w.Kind == ByHand && h.Has(w.Text) {
			ask = append(ask, w.Text)
		}
	}
	used := map[string]bool{}
	for _, name := range h.Names {
		in, out := false, false
		for _, w := range g.Words {
			switch w.Kind {
			case Pattern, Except:
				if ok, _ := path.Match(w.Text, name); ok {
					used[w.Text] = true
					in, out = in || w.Kind == Pattern, out || w.Kind == Except
				}
			case Ioctls:
				in = in || h.IsIoctl(name)
			}
		}
		if in && !out {
			ask = append(ask, name)
		}
	}
	for _, w := range g.Words {
		if (w.Kind == Pattern || w.Kind == Except) && !used[w.Text] {
			err = errors.Join(err, fmt.Errorf("%s matches nothing in %s", w.Text, some(g.Headers)))
		}
	}
	return ask, err
}
