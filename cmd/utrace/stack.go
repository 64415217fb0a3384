package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"utrace"
	"utrace/engine"
	"utrace/engine/held"
	"utrace/linux"
)

// stack is the engines of one command line, in the order given, and the files
// that they write to.
type stack struct {
	engines []placed
	board   *held.Board // of the calls that the engines hold
	host    linux.Options
	*controlled

	mu    sync.Mutex          // guards files: controllers attach engines too
	files map[string]*os.File // by path: two engines may share one
}

// placed is an engine in its place.
type placed struct {
	spec string
	engine.Instance
}

// newStack opens what the engines write to and makes them. Nothing is run yet,
// so a wrong value costs nothing.
func newStack(specs []spec, out string) (*stack, error) {
	st := &stack{files: map[string]*os.File{}, board: held.New()}
	for _, s := range specs {
		inst, err := st.make(s, out)
		if err != nil {
			return nil, errors.Join(err, st.close())
		}
		st.engines = append(st.engines, placed{s.text, inst})
	}
	return st, nil
}

// make makes one engine. st.mu is held, or nobody else knows st yet.
func (st *stack) make(s spec, out string) (engine.Instance, error) {
	config := engine.Config{Set: s.set, Params: s.params, Board: st.board}
	if s.kind.Writes {
		path, own := s.params[outParam.Key]
		if !own {
			path = out
		}
		w, err := st.open(path)
		if err != nil {
			return nil, err
		}
		config.Out = w
	}
	inst, err := s.kind.New(config)
	if err != nil {
		return nil, &usageError{fmt.Errorf("-e %s: %w", s.kind.Name, err)}
	}
	return inst, nil
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
	if err := st.observe(t); err != nil {
		return err
	}
	for _, p := range st.engines {
		e, err := p.Attach(t)
		if err != nil {
			return err
		}
		st.know(p.spec, e)
		e.Put() // the attachment keeps it
	}
	return nil
}

// close lets the engines write what is left and closes the files.
func (st *stack) close() error {
	errs := []error{st.unserve()}
	for _, p := range st.engines {
		errs = append(errs, p.Close())
	}
	for _, f := range st.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
