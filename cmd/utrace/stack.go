package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"utrace"
	"utrace/engine"
	"utrace/linux"
)

// stack is the engines of one command line, in the order given, and the files
// that they write to.
type stack struct {
	engines []engine.Instance
	files   map[string]*os.File // by path: two engines may share one
	host    linux.Options
}

// newStack opens what the engines write to and makes them. Nothing is run yet,
// so a wrong value costs nothing.
func newStack(specs []spec, out string) (*stack, error) {
	st := &stack{files: map[string]*os.File{}}
	for _, s := range specs {
		if err := st.add(s, out); err != nil {
			return nil, errors.Join(err, st.close())
		}
	}
	return st, nil
}

func (st *stack) add(s spec, out string) error {
	config := engine.Config{Set: s.set, Params: s.params}
	if s.kind.Writes {
		path, own := s.params[outParam.Key]
		if !own {
			path = out
		}
		w, err := st.open(path)
		if err != nil {
			return err
		}
		config.Out = w
	}
	e, err := s.kind.New(config)
	if err != nil {
		return &usageError{fmt.Errorf("-e %s: %w", s.kind.Name, err)}
	}
	st.engines = append(st.engines, e)
	return nil
}

// open opens a file to write to; "" is standard error. A file is appended to
// while it is written, so that others who write to it lose nothing.
func (st *stack) open(path string) (io.Writer, error) {
	if path == "" {
		return os.Stderr, nil
	}
	if f, ok := st.files[path]; ok {
		return f, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o666)
	if err != nil {
		return nil, fmt.Errorf("output file: %w", err)
	}
	st.files[path] = f
	return f, nil
}

// attach puts the engines on a task: the first is closest to the kernel.
func (st *stack) attach(t *utrace.Task) error {
	for _, inst := range st.engines {
		e, err := inst.Attach(t)
		if err != nil {
			return err
		}
		e.Put() // the attachment keeps it
	}
	return nil
}

// close lets the engines write what is left and closes the files.
func (st *stack) close() error {
	var errs []error
	for _, inst := range st.engines {
		errs = append(errs, inst.Close())
	}
	for _, f := range st.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
