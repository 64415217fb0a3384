package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/control"
	"utrace/engine"
	"utrace/engine/held"
	"utrace/internal/pidns"
)

// Config is what a Server serves.
type Config struct {
	Version string
	Board   *held.Board    // of the engines that hold calls
	Kinds   []*engine.Kind // that can be attached
	// Make makes an instance of what stands after -e, of one of the kinds.
	Make func(kinds []*engine.Kind, spec string) (engine.Instance, error)
}

// Server serves one tracer.
type Server struct {
	c    Config
	hub  hub
	http http.Server
	ops  utrace.Ops // the observer's

	mu        sync.Mutex
	tr        *utrace.Tracer
	last      int
	instances map[int]*instance
}

// instance is a ready-made engine that is attached.
type instance struct {
	id   int
	spec string
	inst engine.Instance // nil if it is not a controller's, to be closed here
	ops  *utrace.Ops     // by which its engines are found on tasks
}

// Know tells of an engine that somebody else has attached, as spec says.
func (s *Server) Know(spec string, ops *utrace.Ops) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.instances {
		if i.ops == ops {
			return
		}
	}
	s.last++
	s.instances[s.last] = &instance{id: s.last, spec: spec, ops: ops}
}

// New makes a server. It serves when Serve is called.
func New(c Config) *Server {
	s := &Server{c: c, instances: map[int]*instance{}}
	s.http = http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       withPeer,
	}
	s.ops = s.observer()
	c.Board.Watch(s.watch)
	return s
}

// Listen makes the socket, with mode 0600. One that nobody serves is replaced.
func Listen(path string) (net.Listener, error) {
	removeStale(path)
	old := unix.Umask(0o177) // from its first moment
	l, err := net.Listen("unix", path)
	unix.Umask(old)
	if errors.Is(err, unix.EADDRINUSE) {
		return nil, fmt.Errorf("control socket %s: there is a file already", path)
	}
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	return l, nil
}

// removeStale removes a socket that nobody serves: its server was killed.
func removeStale(path string) {
	if info, err := os.Lstat(path); err != nil || info.Mode().Type() != os.ModeSocket {
		return
	}
	c, err := net.Dial("unix", path)
	if err == nil {
		c.Close()
	} else if errors.Is(err, unix.ECONNREFUSED) {
		_ = os.Remove(path)
	}
}

// Serve answers on l, which it closes in the end, until Close.
func (s *Server) Serve(l net.Listener, tr *utrace.Tracer) {
	s.mu.Lock()
	s.tr = tr
	s.mu.Unlock()
	_ = s.http.Serve(l)
}

// Close ends all connections and streams, and closes the instances that
// controllers have attached.
func (s *Server) Close() error {
	s.hub.close() // which ends the streams, once they are read
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = s.http.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.instances {
		err = errors.Join(err, i.close())
	}
	s.instances = map[int]*instance{}
	return err
}

// tasks returns all tasks, by process and thread id.
func (s *Server) tasks() []*utrace.Task {
	s.mu.Lock()
	tr := s.tr
	s.mu.Unlock()
	tasks := tr.Tasks()
	slices.SortFunc(tasks, func(a, b *utrace.Task) int {
		return cmp.Or(cmp.Compare(a.PID(), b.PID()), cmp.Compare(a.TID(), b.TID()))
	})
	return tasks
}

// task finds a task by its id, or by its thread id.
func (s *Server) task(id string) (*utrace.Task, error) {
	tid, _, full := strings.Cut(id, ".")
	n, err := strconv.Atoi(tid)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "%q is no task: want TID.GENERATION or TID", id)
	}
	for _, t := range s.tasks() {
		if full && t.ID().String() == id || !full && t.TID() == n {
			return t, nil
		}
	}
	return nil, fail(http.StatusNotFound, "no task %s", id)
}

// engineOf finds an engine on a task.
func engineOf(t *utrace.Task, id string) (*utrace.Engine, error) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "%q is no engine: want its number", id)
	}
	for _, e := range t.Engines() {
		if e.ID() == n {
			return e, nil
		}
	}
	return nil, fail(http.StatusNotFound, "no engine %d on task %s", n, t.ID())
}

func (s *Server) showTask(t *utrace.Task) control.Task {
	ct := control.Task{ID: t.ID().String(), TID: t.TID(), PID: t.PID(), Comm: pidns.Comm(t.TID()), State: t.State(), Engines: []control.Engine{}}
	if p := t.Parent(); p != nil {
		ct.Parent = p.ID().String()
	}
	for _, e := range t.Engines() {
		if e.Ops() != &s.ops {
			ct.Engines = append(ct.Engines, s.showEngine(e))
		}
	}
	return ct
}

func (s *Server) showEngine(e *utrace.Engine) control.Engine {
	ce := control.Engine{ID: e.ID(), Name: e.Ops().Name, Events: eventNames(e.Events()), Holds: e.Holds()}
	if set := e.Syscalls(); set != nil {
		ce.Syscalls = set.String()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.instances {
		if i.ops == e.Ops() {
			ce.Instance = i.id
		}
	}
	return ce
}

func eventNames(ev utrace.Events) []string {
	if ev == 0 {
		return []string{}
	}
	return strings.Split(ev.String(), "|")
}

func showHeld(c *held.Call) control.Held {
	w, terms, t := c.What(), c.Terms(), c.Task()
	h := control.Held{
		ID: c.ID(), Task: t.ID().String(), TID: t.TID(), PID: t.PID(), Comm: pidns.Comm(t.TID()), Engine: terms.Engine, Why: terms.Why,
		Arch: w.Arch.String(), Nr: w.Nr, Name: w.Name, Text: w.Text, Decoded: w.Decoded, Round: w.Round,
		Since: c.Since(), Deadline: c.Deadline(), Default: terms.Default.String(),
	}
	for _, a := range w.Args {
		h.Args = append(h.Args, fmt.Sprintf("%#x", a))
	}
	return h
}

func showSettled(s *held.Settled) *control.Settled {
	cs := &control.Settled{ID: s.ID, Gone: s.Gone}
	if s.Gone == "" {
		cs.Decision, cs.By = s.Decision.String(), s.Decision.By
	}
	return cs
}

// decision understands a decision that came as JSON.
func decision(d control.Decision, by string) (held.Decision, error) {
	hd := held.Decision{Verb: held.Verb(d.Verb), Nr: d.Nr, Result: d.Result, By: by}
	if d.By != "" {
		hd.By = d.By + ", " + by
	}
	for i, v := range d.Args {
		n, err := strconv.Atoi(i)
		if err != nil {
			return hd, fmt.Errorf("args: %q is no argument: they are 0 to 5", i)
		}
		value, err := number(v)
		if err != nil {
			return hd, fmt.Errorf("args: argument %s: %w", i, err)
		}
		if hd.Args == nil {
			hd.Args = map[int]uint64{}
		}
		hd.Args[n] = value
	}
	if d.Errno != "" {
		e, err := held.ParseDecision(d.Errno)
		if err != nil || e.Verb != held.Abort {
			return hd, fmt.Errorf("errno: %q is no error: want a name such as EPERM", d.Errno)
		}
		if d.Result != 0 {
			return hd, errors.New("either result or errno")
		}
		hd.Result = e.Result
	}
	return hd, hd.Check()
}

// number understands a register's value: hexadecimal with 0x, decimal, negative.
func number(text string) (uint64, error) {
	if v, err := strconv.ParseUint(text, 0, 64); err == nil {
		return v, nil
	}
	v, err := strconv.ParseInt(text, 0, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no 64-bit number", text)
	}
	return uint64(v), nil
}

// attach attaches a ready-made engine as a says.
func (s *Server) attach(a control.Attach) (*instance, error) {
	var root *utrace.Task
	if a.Task != "" {
		t, err := s.task(a.Task)
		if err != nil {
			return nil, err
		}
		root = t
	}
	inst, err := s.c.Make(s.kinds(), a.Spec)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "%v", err)
	}
	i := &instance{spec: a.Spec, inst: inst}
	n := 0
	// Children of a task that has it get it too; whoever was born meanwhile to
	// one that had not is found in the next round.
	for more := true; more; {
		more = false
		for _, t := range s.tasks() {
			if !within(t, root, a.Tree) || i.on(t) {
				continue
			}
			e, err := inst.Attach(t)
			if errors.Is(err, unix.ESRCH) {
				continue
			}
			if err != nil {
				return nil, errors.Join(fail(http.StatusConflict, "attach to %s: %v", t.ID(), err), s.end(i))
			}
			i.ops = e.Ops()
			e.Put()
			n++
			more = root == nil || a.Tree
		}
	}
	if n == 0 {
		return nil, errors.Join(fail(http.StatusNotFound, "there is no such thread any more"), s.end(i))
	}
	for _, t := range s.tasks() {
		i.once(t)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	i.id = s.last
	s.instances[i.id] = i
	return i, nil
}

// kinds are the engines that controllers may attach.
func (s *Server) kinds() []*engine.Kind { return append(slices.Clone(s.c.Kinds), s.watchKind()) }

// within reports whether an engine for root, or its tree, or all, is for t.
func within(t, root *utrace.Task, tree bool) bool {
	if root == nil || t == root {
		return true
	}
	if !tree {
		return false
	}
	for ; t != nil; t = t.Parent() {
		if t.PID() == root.PID() {
			return true
		}
	}
	return false
}

// on reports whether the instance is on t.
func (i *instance) on(t *utrace.Task) bool {
	return i.ops != nil && slices.ContainsFunc(t.Engines(), func(e *utrace.Engine) bool { return e.Ops() == i.ops })
}

// once takes the later one off a task that has it twice: attached here, and by
// its parent, at the same time.
func (i *instance) once(t *utrace.Task) {
	found := 0
	for _, e := range t.Engines() {
		if e.Ops() == i.ops {
			if found++; found > 1 {
				_ = e.Control(utrace.Detach)
			}
		}
	}
}

// end detaches an instance from all tasks and closes it.
func (s *Server) end(i *instance) error {
	if i.ops != nil {
		for more := true; more; { // again, for those that children got meanwhile
			more = false
			for _, t := range s.tasks() {
				for _, e := range t.Engines() {
					if e.Ops() == i.ops && e.Control(utrace.Detach) == nil {
						more = true
					}
				}
			}
		}
	}
	return i.close()
}

func (i *instance) close() error {
	if i.inst == nil {
		return nil
	}
	return i.inst.Close()
}

func (s *Server) showInstance(i *instance) control.Instance {
	ci := control.Instance{ID: i.id, Spec: i.spec, Tasks: []string{}}
	for _, t := range s.tasks() {
		if i.on(t) {
			ci.Tasks = append(ci.Tasks, t.ID().String())
		}
	}
	return ci
}

// examine calls fn with a thread that some engine holds.
func (s *Server) examine(ctx context.Context, t *utrace.Task, fn func(*utrace.Stopped) error) error {
	for _, e := range t.Engines() {
		// An event is told before the callback that stops the thread has answered.
		if e.Barrier(ctx) != nil || !e.Holds() {
			continue
		}
		err := e.AwaitStop(ctx)
		if err == nil {
			err = e.Examine(fn)
		}
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ESRCH) {
			continue // let go meanwhile
		}
		return err
	}
	return fail(http.StatusConflict, "task %s is not held: hold a call of it, or stop it with an engine of kind %s", t.ID(), watchName)
}

// reply writes an answer; v is JSON, or bytes.
func reply(w http.ResponseWriter, v any) {
	if v == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if b, ok := v.([]byte); ok {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(b)
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b, '\n'))
}

func fail(status int, format string, args ...any) error {
	return &control.Error{Status: status, Message: fmt.Sprintf(format, args...)}
}

// refuse answers with an error: 4xx with a reason, whatever it is about.
func refuse(w http.ResponseWriter, err error) {
	e := &control.Error{Status: http.StatusInternalServerError, Message: err.Error()}
	var failed *control.Error
	var settled *held.Settled
	var unknown held.Unknown
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &failed):
		e = failed
	case errors.As(err, &settled):
		e.Status, e.Settled = http.StatusConflict, showSettled(settled)
	case errors.As(err, &unknown):
		e.Status = http.StatusNotFound
	case errors.As(err, &tooBig):
		e.Status = http.StatusRequestEntityTooLarge
	case errors.Is(err, unix.ESRCH):
		e.Status = http.StatusGone
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.EFAULT), errors.Is(err, unix.EIO), errors.Is(err, unix.EOPNOTSUPP):
		e.Status = http.StatusUnprocessableEntity
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EALREADY), errors.Is(err, unix.EBUSY):
		e.Status = http.StatusConflict
	}
	b, _ := json.Marshal(e)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Status)
	_, _ = w.Write(append(b, '\n'))
}
