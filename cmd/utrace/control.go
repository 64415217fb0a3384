package main

import (
	"fmt"
	"net"

	"utrace"
	"utrace/cmd/utrace/internal/session"
	"utrace/control/server"
	"utrace/engine"
)

// controlled is the control socket of a command line that asked for one.
type controlled struct {
	server   *server.Server
	listener net.Listener
	withdraw func()
}

// control opens the control socket at path. Nobody is answered before serve.
func (st *stack) control(path string) error {
	c := &controlled{}
	var err error
	if c.listener, err = server.Listen(path); err != nil {
		return err
	}
	if c.withdraw, err = session.Announce(path); err != nil {
		c.listener.Close()
		return fmt.Errorf("control socket: %w", err)
	}
	c.server = server.New(server.Config{Version: version(), Board: st.board, Kinds: kinds(), Make: st.makeSpec})
	st.controlled = c
	return nil
}

// serve begins to answer controllers.
func (c *controlled) serve(tr *utrace.Tracer) {
	if c != nil {
		go c.server.Serve(c.listener, tr)
	}
}

// observe puts the observer on a task, if there is a socket.
func (c *controlled) observe(t *utrace.Task) error {
	if c == nil {
		return nil
	}
	e, err := c.server.Attach(t)
	if err == nil {
		e.Put()
	}
	return err
}

// know tells controllers of an engine of the command line.
func (c *controlled) know(spec string, e *utrace.Engine) {
	if c != nil {
		c.server.Know(spec, e.Ops())
	}
}

// unserve ends all connections and removes the socket.
func (c *controlled) unserve() error {
	if c == nil {
		return nil
	}
	c.withdraw()
	err := c.server.Close()
	c.listener.Close()
	return err
}

// makeSpec makes an engine of what a controller sent. Its files are opened by
// this process, and closed at its end.
func (st *stack) makeSpec(kinds []*engine.Kind, text string) (engine.Instance, error) {
	s, err := parseSpec(kinds, text)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.make(s, "")
}
