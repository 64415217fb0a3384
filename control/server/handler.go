package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/control"
	"utrace/engine"
	"utrace/syscalls"
)

// Bounds on requests.
const (
	maxBody   = 64 << 10 // of JSON
	maxMemory = 1 << 20  // read or written at once
)

// action is what answers a request: a value for JSON, bytes, or nil for no
// content.
type action func(s *Server, r *http.Request, by string) (any, error)

// routes are the requests that are answered at once.
var routes = map[string]action{
	"GET /v1":                                        (*Server).getSession,
	"GET /v1/kinds":                                  (*Server).getKinds,
	"GET /v1/tasks":                                  (*Server).getTasks,
	"GET /v1/tasks/{task}":                           (*Server).getTask,
	"GET /v1/tasks/{task}/regs":                      (*Server).getRegs,
	"PATCH /v1/tasks/{task}/regs":                    (*Server).setRegs,
	"GET /v1/tasks/{task}/memory":                    (*Server).getMemory,
	"PUT /v1/tasks/{task}/memory":                    (*Server).setMemory,
	"PATCH /v1/tasks/{task}/engines/{engine}":        (*Server).setEngine,
	"POST /v1/tasks/{task}/engines/{engine}/control": (*Server).controlEngine,
	"GET /v1/engines":                                (*Server).getInstances,
	"POST /v1/engines":                               (*Server).attachInstance,
	"DELETE /v1/engines/{instance}":                  (*Server).detachInstance,
	"GET /v1/held":                                   (*Server).getHeld,
	"GET /v1/held/{id}":                              (*Server).getHeldOne,
	"POST /v1/held/{id}":                             (*Server).decide,
}

// handler routes requests.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, act := range routes {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			by, err := peer(r)
			var v any
			if err == nil {
				r.Body = http.MaxBytesReader(w, r.Body, maxMemory)
				v, err = act(s, r, by)
			}
			if err != nil {
				refuse(w, err)
				return
			}
			reply(w, v)
		})
	}
	mux.HandleFunc("GET /v1/events", func(w http.ResponseWriter, r *http.Request) {
		if _, err := peer(r); err != nil {
			refuse(w, err)
			return
		}
		s.stream(w, r)
	})
	return reasons(mux)
}

// reasons gives the mux's own refusals, of paths and methods, a reason.
func reasons(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		var allowed []string
		for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			other := r.Clone(r.Context())
			other.Method = m
			if _, pattern := mux.Handler(other); pattern != "" {
				allowed = append(allowed, m)
			}
		}
		if len(allowed) > 0 {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			refuse(w, fail(http.StatusMethodNotAllowed, "%s is not for %s: want %s", r.Method, r.URL.Path, strings.Join(allowed, " or ")))
			return
		}
		refuse(w, fail(http.StatusNotFound, "no %s: the paths are in control/openapi.yaml", r.URL.Path))
	})
}

// body reads a JSON object, strictly.
func body(r *http.Request, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody))
	d.DisallowUnknownFields()
	var tooBig *http.MaxBytesError
	switch err := d.Decode(v); {
	case err == nil:
	case errors.Is(err, io.EOF):
		return fail(http.StatusBadRequest, "want a JSON object as the body")
	case errors.As(err, &tooBig):
		return fail(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", maxBody)
	default:
		return fail(http.StatusBadRequest, "the body: %v", err)
	}
	if d.More() {
		return fail(http.StatusBadRequest, "the body: want one JSON object, and nothing after it")
	}
	return nil
}

func (s *Server) getSession(*http.Request, string) (any, error) {
	return control.Session{API: control.API, PID: os.Getpid(), Version: s.c.Version}, nil
}

func (s *Server) getKinds(*http.Request, string) (any, error) {
	kinds := []control.Kind{}
	for _, k := range s.kinds() {
		kinds = append(kinds, showKind(k))
	}
	return kinds, nil
}

func showKind(k *engine.Kind) control.Kind {
	ck := control.Kind{Name: k.Name, Summary: k.Summary, TakesSet: k.TakesSet, Params: []control.Param{}}
	for _, p := range k.Params {
		ck.Params = append(ck.Params, control.Param(p))
	}
	return ck
}

func (s *Server) getTasks(*http.Request, string) (any, error) {
	list := []control.Task{}
	for _, t := range s.tasks() {
		list = append(list, s.showTask(t))
	}
	return list, nil
}

func (s *Server) getTask(r *http.Request, _ string) (any, error) {
	t, err := s.task(r.PathValue("task"))
	if err != nil {
		return nil, err
	}
	return s.showTask(t), nil
}

func (s *Server) getRegs(r *http.Request, _ string) (any, error) {
	t, err := s.task(r.PathValue("task"))
	if err != nil {
		return nil, err
	}
	regs := map[string]string{}
	err = s.examine(r.Context(), t, func(st *utrace.Stopped) error {
		all, err := st.Regs()
		if err != nil {
			return err
		}
		v := reflect.ValueOf(all)
		for i := range v.NumField() {
			regs[strings.ToLower(v.Type().Field(i).Name)] = fmt.Sprintf("%#x", v.Field(i).Uint())
		}
		return nil
	})
	return regs, err
}

func (s *Server) setRegs(r *http.Request, _ string) (any, error) {
	t, err := s.task(r.PathValue("task"))
	if err != nil {
		return nil, err
	}
	var regs map[string]string
	if err := body(r, &regs); err != nil {
		return nil, err
	}
	return nil, s.examine(r.Context(), t, func(st *utrace.Stopped) error {
		all, err := st.Regs()
		if err != nil {
			return err
		}
		v := reflect.ValueOf(&all).Elem()
		for name, text := range regs {
			f := v.FieldByNameFunc(func(field string) bool { return strings.ToLower(field) == name })
			if !f.IsValid() {
				return fail(http.StatusBadRequest, "no register %q", name)
			}
			n, err := number(text)
			if err != nil {
				return fail(http.StatusBadRequest, "register %s: %v", name, err)
			}
			f.SetUint(n)
		}
		return st.SetRegs(&all)
	})
}

// place understands addr= and len=.
func place(r *http.Request) (addr uint64, n int, err error) {
	q := r.URL.Query()
	if addr, err = strconv.ParseUint(q.Get("addr"), 0, 64); err != nil {
		return 0, 0, fail(http.StatusBadRequest, "addr=%s: want an address", q.Get("addr"))
	}
	if r.Method == http.MethodGet {
		if n, err = strconv.Atoi(q.Get("len")); err != nil || n < 1 || n > maxMemory {
			return 0, 0, fail(http.StatusBadRequest, "len=%s: want a number from 1 to %d", q.Get("len"), maxMemory)
		}
	}
	return addr, n, nil
}

func (s *Server) getMemory(r *http.Request, _ string) (any, error) {
	t, err := s.task(r.PathValue("task"))
	if err != nil {
		return nil, err
	}
	addr, n, err := place(r)
	if err != nil {
		return nil, err
	}
	buf, got := make([]byte, n), 0
	err = s.examine(r.Context(), t, func(st *utrace.Stopped) error {
		var err error
		if got, err = st.Memory().ReadAt(buf, int64(addr)); got > 0 {
			err = nil
		}
		return err
	})
	return buf[:got], err
}

func (s *Server) setMemory(r *http.Request, _ string) (any, error) {
	t, err := s.task(r.PathValue("task"))
	if err != nil {
		return nil, err
	}
	addr, _, err := place(r)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return nil, s.examine(r.Context(), t, func(st *utrace.Stopped) error {
		_, err := st.Memory().WriteAt(b, int64(addr))
		return err
	})
}

// onEngine finds the engine that a path names.
func (s *Server) onEngine(r *http.Request) (*utrace.Engine, error) {
	t, err := s.task(r.PathValue("task"))
	if err != nil {
		return nil, err
	}
	e, err := engineOf(t, r.PathValue("engine"))
	if err == nil && e.Ops() == &s.ops {
		return nil, fail(http.StatusForbidden, "engine %d is the control socket's own", e.ID())
	}
	return e, err
}

func (s *Server) setEngine(r *http.Request, _ string) (any, error) {
	e, err := s.onEngine(r)
	if err != nil {
		return nil, err
	}
	var set control.Set
	if err := body(r, &set); err != nil {
		return nil, err
	}
	var calls *syscalls.Set
	if set.Syscalls != nil {
		if calls, err = syscalls.ParseSet(*set.Syscalls); err != nil {
			return nil, fail(http.StatusBadRequest, "syscalls: %v", err)
		}
	}
	var events utrace.Events
	if set.Events != nil {
		if events, err = parseEvents(*set.Events); err != nil {
			return nil, err
		}
	}
	if set.Syscalls != nil {
		if err := e.SetSyscalls(calls); err != nil {
			return nil, err
		}
	}
	if set.Events != nil {
		// EINPROGRESS: it is done, and a callback of before may still be running.
		if err := e.SetEvents(events); err != nil && !errors.Is(err, unix.EINPROGRESS) {
			return nil, err
		}
	}
	return nil, nil
}

func parseEvents(names []string) (ev utrace.Events, err error) {
	for _, name := range names {
		bit, ok := utrace.EventByName(strings.ToUpper(name))
		if !ok {
			return 0, fail(http.StatusBadRequest, "no event %q: they are %s", name, strings.ReplaceAll(utrace.AllEvents.String(), "|", ", "))
		}
		ev |= bit
	}
	return ev, nil
}

var actions = map[string]utrace.Action{
	"stop": utrace.Stop, "interrupt": utrace.Interrupt, "report": utrace.Report, "step": utrace.SingleStep,
	"blockstep": utrace.BlockStep, "resume": utrace.Resume, "detach": utrace.Detach,
}

func (s *Server) controlEngine(r *http.Request, _ string) (any, error) {
	e, err := s.onEngine(r)
	if err != nil {
		return nil, err
	}
	var a control.Action
	if err := body(r, &a); err != nil {
		return nil, err
	}
	act, ok := actions[a.Action]
	if !ok {
		return nil, fail(http.StatusBadRequest, "no action %q: want stop, interrupt, report, step, blockstep, resume or detach", a.Action)
	}
	// EINPROGRESS: it is on its way.
	if err := e.Control(act); err != nil && !errors.Is(err, unix.EINPROGRESS) {
		return nil, err
	}
	return nil, nil
}

func (s *Server) getInstances(*http.Request, string) (any, error) {
	s.mu.Lock()
	all := make([]*instance, 0, len(s.instances))
	for _, i := range s.instances {
		all = append(all, i)
	}
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b *instance) int { return a.id - b.id })
	list := []control.Instance{}
	for _, i := range all {
		list = append(list, s.showInstance(i))
	}
	return list, nil
}

func (s *Server) attachInstance(r *http.Request, _ string) (any, error) {
	var a control.Attach
	if err := body(r, &a); err != nil {
		return nil, err
	}
	i, err := s.attach(a)
	if err != nil {
		return nil, err
	}
	return s.showInstance(i), nil
}

func (s *Server) detachInstance(r *http.Request, _ string) (any, error) {
	id, err := strconv.Atoi(r.PathValue("instance"))
	if err != nil {
		return nil, fail(http.StatusBadRequest, "%q is no engine: want its number", r.PathValue("instance"))
	}
	s.mu.Lock()
	i := s.instances[id]
	delete(s.instances, id)
	s.mu.Unlock()
	if i == nil {
		return nil, fail(http.StatusNotFound, "no engine %d was attached here", id)
	}
	return nil, s.end(i)
}

func (s *Server) getHeld(*http.Request, string) (any, error) {
	list := []control.Held{}
	for _, c := range s.c.Board.Calls() {
		list = append(list, showHeld(c))
	}
	return list, nil
}

func heldID(r *http.Request) (uint64, error) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, fail(http.StatusBadRequest, "%q is no held call: want its number", r.PathValue("id"))
	}
	return id, nil
}

func (s *Server) getHeldOne(r *http.Request, _ string) (any, error) {
	id, err := heldID(r)
	if err != nil {
		return nil, err
	}
	c, err := s.c.Board.Call(id)
	if err != nil {
		return nil, err
	}
	return showHeld(c), nil
}

func (s *Server) decide(r *http.Request, by string) (any, error) {
	id, err := heldID(r)
	if err != nil {
		return nil, err
	}
	var cd control.Decision
	if err := body(r, &cd); err != nil {
		return nil, err
	}
	d, err := decision(cd, by)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "%v", err)
	}
	return nil, s.c.Board.Decide(r.Context(), id, d)
}

// stream writes events as they come, a line each, until the client leaves.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	st := s.hub.open()
	if st == nil {
		refuse(w, fail(http.StatusServiceUnavailable, "the session is over"))
		return
	}
	defer s.hub.leave(st)
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	_ = out.Flush()
	for enc := json.NewEncoder(w); ; {
		ev, ok := st.next(r.Context())
		if !ok {
			if n := s.hub.rest(st); n > 0 {
				_ = enc.Encode(control.Event{Type: "lost", Time: time.Now(), Lost: n})
			}
			return
		}
		_ = out.SetWriteDeadline(time.Now().Add(time.Minute))
		if enc.Encode(ev) != nil || len(st.events) == 0 && out.Flush() != nil {
			return
		}
	}
}
