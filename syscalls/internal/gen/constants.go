package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// constants are what package flags names: its tables, and the constants in them.
type constants struct {
	tables map[string]bool
	values map[string][]uint64 // several of a name that stands for different values in different tables
}

// readConstants reads the tables of package flags from its source, so that the generator needs no list of
// them.
func readConstants(dir string) (*constants, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	c := &constants{map[string]bool{}, map[string][]uint64{}}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for _, name := range n.Names {
					c.tables[name.Name] = true
				}
			case *ast.CompositeLit:
				c.add(n)
			}
			return true
		})
	}
	return c, nil
}

// add takes a {0x1, "NAME"}.
func (c *constants) add(n *ast.CompositeLit) {
	if len(n.Elts) != 2 {
		return
	}
	value, ok1 := n.Elts[0].(*ast.BasicLit)
	name, ok2 := n.Elts[1].(*ast.BasicLit)
	if !ok1 || !ok2 || value.Kind != token.INT || name.Kind != token.STRING {
		return
	}
	v, err1 := strconv.ParseUint(value.Value, 0, 64)
	s, err2 := strconv.Unquote(name.Value)
	if err1 != nil || err2 != nil {
		return
	}
	for _, s := range strings.Split(s, " or ") { // requests of ioctl(2) that have one number
		if !slices.Contains(c.values[s], v) {
			c.values[s] = append(c.values[s], v)
		}
	}
}

// all returns a number, or the values of a constant: a request of ioctl(2) may have one on each machine.
func (c *constants) all(s string) ([]uint64, error) {
	if v, err := strconv.ParseUint(s, 0, 64); err == nil {
		return []uint64{v}, nil
	}
	if c.values[s] == nil {
		return nil, fmt.Errorf("no constant %s in package flags; write its number", s)
	}
	return c.values[s], nil
}

// value returns a number, or the value of a constant that has only one.
func (c *constants) value(s string) (uint64, error) {
	v, err := c.all(s)
	switch {
	case err != nil:
		return 0, err
	case len(v) > 1:
		return 0, fmt.Errorf("%s has several values in package flags; write its number", s)
	}
	return v[0], nil
}
