package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"strconv"
)

// Client talks to one socket. It keeps connections for further requests.
type Client struct{ http http.Client }

// New returns a client of the socket at path. It connects when it is used.
func New(path string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &Client{http.Client{Transport: &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 16}}}
}

// Close closes the connections that are idle.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Session asks who serves.
func (c *Client) Session(ctx context.Context) (s Session, err error) {
	return s, c.call(ctx, "GET", "/v1", nil, &s)
}

// Tasks lists the traced threads, by process and thread id.
func (c *Client) Tasks(ctx context.Context) (list []Task, err error) {
	return list, c.call(ctx, "GET", "/v1/tasks", nil, &list)
}

// Task returns one; id is a task's ID or a thread id.
func (c *Client) Task(ctx context.Context, id string) (t Task, err error) {
	return t, c.call(ctx, "GET", taskPath(id), nil, &t)
}

// Kinds lists the ready-made engines.
func (c *Client) Kinds(ctx context.Context) (list []Kind, err error) {
	return list, c.call(ctx, "GET", "/v1/kinds", nil, &list)
}

// Instances lists the ready-made engines that are attached.
func (c *Client) Instances(ctx context.Context) (list []Instance, err error) {
	return list, c.call(ctx, "GET", "/v1/engines", nil, &list)
}

// Attach attaches an engine.
func (c *Client) Attach(ctx context.Context, a Attach) (i Instance, err error) {
	return i, c.call(ctx, "POST", "/v1/engines", a, &i)
}

// Detach detaches an instance from all tasks.
func (c *Client) Detach(ctx context.Context, instance int) error {
	return c.call(ctx, "DELETE", "/v1/engines/"+strconv.Itoa(instance), nil, nil)
}

// Set changes the events and the set of one engine on one task.
func (c *Client) Set(ctx context.Context, task string, engine uint64, s Set) error {
	return c.call(ctx, "PATCH", enginePath(task, engine), s, nil)
}

// Control tells a thread what to do as far as one engine is concerned.
func (c *Client) Control(ctx context.Context, task string, engine uint64, action string) error {
	return c.call(ctx, "POST", enginePath(task, engine)+"/control", Action{action}, nil)
}

// Regs returns the registers of a task that is held, by name.
func (c *Client) Regs(ctx context.Context, task string) (regs map[string]string, err error) {
	return regs, c.call(ctx, "GET", taskPath(task)+"/regs", nil, &regs)
}

// SetRegs changes some of them.
func (c *Client) SetRegs(ctx context.Context, task string, regs map[string]string) error {
	return c.call(ctx, "PATCH", taskPath(task)+"/regs", regs, nil)
}

// ReadMemory reads n bytes of a held task's memory; fewer at the border of what
// can be read.
func (c *Client) ReadMemory(ctx context.Context, task string, addr uint64, n int) ([]byte, error) {
	var raw []byte
	return raw, c.call(ctx, "GET", fmt.Sprintf("%s/memory?addr=%#x&len=%d", taskPath(task), addr, n), nil, &raw)
}

// WriteMemory writes to it, all or nothing.
func (c *Client) WriteMemory(ctx context.Context, task string, addr uint64, p []byte) error {
	return c.call(ctx, "PUT", fmt.Sprintf("%s/memory?addr=%#x", taskPath(task), addr), p, nil)
}

// Held lists the calls that wait for a decision, oldest first.
func (c *Client) Held(ctx context.Context) (list []Held, err error) {
	return list, c.call(ctx, "GET", "/v1/held", nil, &list)
}

// Decide decides about a held call.
func (c *Client) Decide(ctx context.Context, id uint64, d Decision) error {
	return c.call(ctx, "POST", "/v1/held/"+strconv.FormatUint(id, 10), d, nil)
}

// Events yields what happens from now on, until ctx ends or the session does. It
// begins to listen when it returns.
func (c *Client) Events(ctx context.Context) (iter.Seq2[Event, error], error) {
	resp, err := c.do(ctx, "GET", "/v1/events", nil)
	if err != nil {
		return nil, err
	}
	return func(yield func(Event, error) bool) {
		defer resp.Body.Close()
		for lines := bufio.NewReader(resp.Body); ; {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				if err != io.EOF && ctx.Err() == nil {
					yield(Event{}, err)
				}
				return
			}
			var ev Event
			if err = json.Unmarshal(line, &ev); !yield(ev, err) || err != nil {
				return
			}
		}
	}, nil
}

func taskPath(id string) string { return "/v1/tasks/" + url.PathEscape(id) }

func enginePath(task string, engine uint64) string {
	return taskPath(task) + "/engines/" + strconv.FormatUint(engine, 10)
}

// call makes a request. Its body, and the answer's, is JSON, or bytes.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	resp, err := c.do(ctx, method, path, in)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch out := out.(type) {
	case nil:
		_, err = io.Copy(io.Discard, resp.Body)
	case *[]byte:
		*out, err = io.ReadAll(resp.Body)
	default:
		err = json.NewDecoder(resp.Body).Decode(out)
	}
	return err
}

func (c *Client) do(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body []byte
	switch in := in.(type) {
	case nil:
	case []byte:
		body = in
	default:
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://utrace"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil || resp.StatusCode < 300 {
		return resp, err
	}
	defer resp.Body.Close()
	e := &Error{}
	if json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(e) != nil || e.Message == "" {
		e.Message = http.StatusText(resp.StatusCode)
	}
	e.Status = resp.StatusCode
	return nil, e
}
