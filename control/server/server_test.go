package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/control"
	"utrace/control/server"
	"utrace/engine"
	"utrace/engine/held"
	"utrace/engine/hold"
	"utrace/engine/nop"
	"utrace/linux"
	"utrace/syscalls"
)

// session is a program under a hold engine, with a control socket.
type session struct {
	t      testing.TB
	socket string
	client *control.Client
	srv    *server.Server
	tr     *utrace.Tracer
	proc   *utrace.Process
	out    bytes.Buffer
	ctx    context.Context
}

// start runs a shell script of which the calls in set are held.
func start(t testing.TB, set, script string) *session {
	t.Helper()
	s := &session{t: t, socket: filepath.Join(t.TempDir(), "sock")}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	s.ctx = ctx
	board := held.New()
	kinds := []*engine.Kind{&nop.Kind}
	srv := server.New(server.Config{Version: "test", Board: board, Kinds: kinds, Make: make_})
	s.srv = srv
	l, err := server.Listen(s.socket)
	if err != nil {
		t.Fatal(err)
	}
	if s.tr, err = linux.Open(linux.Options{}); err != nil {
		t.Fatal(err)
	}
	go srv.Serve(l, s.tr)
	calls, err := syscalls.ParseSet(set)
	if err != nil {
		t.Fatal(err)
	}
	h, err := hold.New(engine.Config{Set: calls, Board: board, Out: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	s.client = control.New(s.socket)
	t.Cleanup(func() {
		s.client.Close()
		if err := srv.Close(); err != nil {
			t.Errorf("close the server: %v", err)
		}
		if err := s.tr.Close(context.Background()); err != nil {
			t.Errorf("close the tracer: %v", err)
		}
	})
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Stdout, cmd.Dir = &s.out, t.TempDir()
	s.proc, err = s.tr.Start(cmd, func(task *utrace.Task) error {
		for _, attach := range []func(*utrace.Task) (*utrace.Engine, error){srv.Attach, h.Attach} {
			e, err := attach(task)
			if err != nil {
				return err
			}
			srv.Know("test", e.Ops())
			e.Put()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// make_ understands NAME and NAME:KEY=VALUE.
func make_(kinds []*engine.Kind, spec string) (engine.Instance, error) {
	fields := strings.Split(spec, ":")
	config := engine.Config{Params: map[string]string{}}
	for _, f := range fields[1:] {
		if key, value, ok := strings.Cut(f, "="); ok {
			config.Params[key] = value
			continue
		}
		set, err := syscalls.ParseSet(f)
		if err != nil {
			return nil, err
		}
		config.Set = set
	}
	for _, k := range kinds {
		if k.Name == fields[0] {
			return k.New(config)
		}
	}
	return nil, fmt.Errorf("unknown engine %q", fields[0])
}

// held waits for a held call.
func (s *session) held() control.Held {
	s.t.Helper()
	for s.ctx.Err() == nil {
		list, err := s.client.Held(s.ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(list) > 0 {
			return list[0]
		}
		time.Sleep(time.Millisecond)
	}
	s.t.Fatal("no call is held")
	panic("unreachable")
}

func (s *session) decide(id uint64, d control.Decision) {
	s.t.Helper()
	if err := s.client.Decide(s.ctx, id, d); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) wait() string {
	s.t.Helper()
	if _, err := s.proc.Wait(s.ctx); err != nil {
		s.t.Fatal(err)
	}
	return s.out.String()
}

func (s *session) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestHeldThread(t *testing.T) {
	s := start(t, "chdir", "cd /usr; exec /bin/pwd -P")
	h := s.held()
	if h.Name != "chdir" || h.Text != `chdir("/usr")` || h.Comm != "sh" || h.Default != "abort with EPERM" || h.Round != 1 {
		t.Errorf("held: %+v", h)
	}
	if want := `{"filename":{"raw":"` + h.Args[0] + `","value":"/usr"}}`; string(h.Decoded) != want {
		t.Errorf("decoded: %s, want %s", h.Decoded, want)
	}
	tasks, err := s.client.Tasks(s.ctx)
	if err != nil || len(tasks) != 1 || tasks[0].ID != h.Task || tasks[0].State != "held at syscall entry" {
		t.Fatalf("tasks: %+v, %v", tasks, err)
	}
	engines := tasks[0].Engines
	if len(engines) != 1 || engines[0].Name != "hold" || !engines[0].Holds || engines[0].Instance == 0 || engines[0].Syscalls != "chdir" {
		t.Errorf("engines: %+v", engines)
	}
	regs, err := s.client.Regs(s.ctx, h.Task)
	if err != nil || regs["rdi"] != h.Args[0] || regs["orig_rax"] != fmt.Sprintf("%#x", h.Nr) {
		t.Errorf("registers: %v, %v", regs, err)
	}
	// Another directory, at another address.
	sp := number(t, regs["rsp"])
	s.must(s.client.WriteMemory(s.ctx, h.Task, sp-4096, []byte("/etc\x00")))
	b, err := s.client.ReadMemory(s.ctx, h.Task, sp-4096, 4)
	if err != nil || string(b) != "/etc" {
		t.Errorf("memory: %q, %v", b, err)
	}
	s.must(s.client.SetRegs(s.ctx, h.Task, map[string]string{"rdi": fmt.Sprint(sp - 4096)}))
	s.decide(h.ID, control.Decision{Verb: "run", By: "test"})
	var late *control.Error
	err = s.client.Decide(s.ctx, h.ID, control.Decision{Verb: "abort"})
	want := fmt.Sprintf("test, pid %d", os.Getpid())
	if !errors.As(err, &late) || late.Status != http.StatusConflict || late.Settled == nil || late.Settled.Decision != "run" || late.Settled.By != want {
		t.Errorf("the second decision: %v", err)
	}
	if out := s.wait(); out != "/etc\n" {
		t.Errorf("the program printed %q", out)
	}
}

// next waits for a held call after id; a zero one at the program's end.
func (s *session) next(id uint64) control.Held {
	s.t.Helper()
	for {
		list, err := s.client.Held(s.ctx)
		s.must(err)
		if i := slices.IndexFunc(list, func(h control.Held) bool { return h.ID > id }); i >= 0 {
			return list[i]
		}
		select {
		case <-s.proc.Done():
			return control.Held{}
		case <-time.After(time.Millisecond):
		}
	}
}

func number(t *testing.T, hex string) (v uint64) {
	t.Helper()
	if _, err := fmt.Sscanf(hex, "0x%x", &v); err != nil {
		t.Fatalf("%q: %v", hex, err)
	}
	return v
}

func TestEnginesComeAndGo(t *testing.T) {
	s := start(t, "umask", "umask 7; (umask 5; :); umask 6")
	h := s.held()
	i, err := s.client.Attach(s.ctx, control.Attach{Spec: "nop:getpid"})
	if err != nil || i.Spec != "nop:getpid" || !slices.Equal(i.Tasks, []string{h.Task}) {
		t.Fatalf("attach: %+v, %v", i, err)
	}
	task, err := s.client.Task(s.ctx, h.Task)
	s.must(err)
	e := task.Engines[1]
	if e.Name != "nop" || e.Instance != i.ID || e.Syscalls != "getpid" {
		t.Errorf("engine: %+v", e)
	}
	events, set := []string{"SYSCALL_EXIT", "exec"}, "%file"
	s.must(s.client.Set(s.ctx, h.Task, e.ID, control.Set{Events: &events, Syscalls: &set}))
	task, err = s.client.Task(s.ctx, h.Task)
	s.must(err)
	if e := task.Engines[1]; !slices.Equal(e.Events, []string{"EXEC", "SYSCALL_EXIT"}) || !strings.Contains(e.Syscalls, "open") {
		t.Errorf("engine: %+v", e)
	}
	s.must(s.client.Detach(s.ctx, i.ID))
	if task, err = s.client.Task(s.ctx, h.Task); err != nil || len(task.Engines) != 1 {
		t.Errorf("task: %+v, %v", task, err)
	}
	var gone *control.Error
	if err := s.client.Detach(s.ctx, i.ID); !errors.As(err, &gone) || gone.Status != http.StatusNotFound {
		t.Errorf("detach twice: %v", err)
	}
	for h.ID != 0 {
		s.decide(h.ID, control.Decision{Verb: "abort"})
		h = s.next(h.ID)
	}
	s.wait()
}

// A watch engine stops a thread at its events; the controller looks, and lets it
// go.
func TestWatch(t *testing.T) {
	s := start(t, "chdir", "cd /; exec /bin/echo hello")
	h := s.held() // the shell's own exec is over
	events, err := s.client.Events(s.ctx)
	s.must(err)
	i, err := s.client.Attach(s.ctx, control.Attach{Spec: "watch:execve:stop=syscall_entry,exec", Task: h.Task})
	s.must(err)
	s.decide(h.ID, control.Decision{Verb: "run"})
	stops, others := []string{}, map[string]int{}
	for ev, err := range events {
		s.must(err)
		if ev.Engine == 0 || ev.Type == "syscall_exit" {
			others[ev.Type]++
			if ev.Type == "death" {
				break
			}
			continue
		}
		stops = append(stops, ev.Type)
		regs, err := s.client.Regs(s.ctx, ev.Task)
		if err != nil || regs["rip"] == "" {
			t.Errorf("registers at %s: %v", ev.Type, err)
		}
		s.must(s.client.Control(s.ctx, ev.Task, ev.Engine, "resume"))
	}
	if out := s.wait(); out != "hello\n" {
		t.Errorf("the program printed %q", out)
	}
	if !slices.Equal(stops, []string{"syscall_entry", "exec"}) {
		t.Errorf("it was stopped at %v, instance %+v", stops, i)
	}
	if others["exec"] != 1 || others["syscall_exit"] != 1 || others["settled"] != 1 || others["death"] != 1 {
		t.Errorf("events: %v", others)
	}
}

func TestRefusals(t *testing.T) {
	s := start(t, "umask", "umask 7")
	h := s.held()
	hc := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", s.socket)
	}}}
	defer hc.CloseIdleConnections()
	task, one := "/v1/tasks/"+h.Task, fmt.Sprintf("/v1/held/%d", h.ID)
	for _, test := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/", "", 404, "no /"},
		{"GET", "/v2/tasks", "", 404, "openapi.yaml"},
		{"DELETE", "/v1/tasks", "", 405, "want GET"},
		{"GET", "/v1/tasks/x", "", 400, "want TID.GENERATION"},
		{"GET", "/v1/tasks/1", "", 404, "no task 1"},
		{"GET", "/v1/tasks/1.99", "", 404, "no task"},
		{"POST", one, "", 400, "want a JSON object"},
		{"POST", one, "{", 400, "the body"},
		{"POST", one, "[]", 400, "the body"},
		{"POST", one, `{"verb":"run"} {}`, 400, "nothing after it"},
		{"POST", one, `{"verb":"run","colour":1}`, 400, "colour"},
		{"POST", one, `{"verb":"sprint"}`, 400, "sprint"},
		{"POST", one, `{"verb":"run","result":1}`, 400, "result"},
		{"POST", one, `{"verb":"run","args":{"6":"1"}}`, 400, "no argument 6"},
		{"POST", one, `{"verb":"run","args":{"a":"1"}}`, 400, "no argument"},
		{"POST", one, `{"verb":"run","args":{"0":"x"}}`, 400, "no 64-bit number"},
		{"POST", one, `{"verb":"abort","errno":"ENOPE"}`, 400, "no error"},
		{"POST", one, `{"verb":"abort","errno":"EPERM","result":3}`, 400, "either"},
		{"POST", one, `{"by":"` + strings.Repeat("x", 100<<10) + `"}`, 413, "larger"},
		{"POST", "/v1/held/0", `{"verb":"run"}`, 404, "no held call 0"},
		{"POST", "/v1/held/-1", `{"verb":"run"}`, 400, "no held call"},
		{"POST", "/v1/engines", `{"spec":"nope"}`, 400, "unknown engine"},
		{"POST", "/v1/engines", `{"spec":"watch:stop=lunch"}`, 400, "no event"},
		{"POST", "/v1/engines", `{"spec":"nop","task":"1"}`, 404, "no task"},
		{"DELETE", "/v1/engines/77", "", 404, "no engine 77"},
		{"DELETE", "/v1/engines/x", "", 400, "no engine"},
		{"PATCH", task + "/engines/1", `{}`, 403, "own"},
		{"PATCH", task + "/engines/2", `{"events":["LUNCH"]}`, 400, "LUNCH"},
		{"PATCH", task + "/engines/2", `{"syscalls":"lunch"}`, 400, "lunch"},
		{"POST", task + "/engines/2/control", `{"action":"fly"}`, 400, "fly"},
		{"POST", task + "/engines/99/control", `{"action":"stop"}`, 404, "no engine 99"},
		{"PATCH", task + "/regs", `{"rzx":"1"}`, 400, "rzx"},
		{"PATCH", task + "/regs", `{"rax":"1x"}`, 400, "rax"},
		{"GET", task + "/memory?addr=x&len=1", "", 400, "addr"},
		{"GET", task + "/memory?addr=0&len=0", "", 400, "len"},
		{"GET", task + "/memory?addr=0&len=99999999", "", 400, "len"},
		{"GET", task + "/memory?addr=0&len=8", "", 422, ""},
		{"PUT", task + "/memory?addr=0", "x", 422, ""},
	} {
		req, err := http.NewRequest(test.method, "http://utrace"+test.path, strings.NewReader(test.body))
		s.must(err)
		resp, err := hc.Do(req)
		s.must(err)
		b, err := io.ReadAll(resp.Body)
		s.must(err)
		resp.Body.Close()
		var e control.Error
		if err := json.Unmarshal(b, &e); err != nil || resp.StatusCode != test.status || e.Status != test.status || !strings.Contains(e.Message, test.want) {
			t.Errorf("%s %s %.40s: %d %s, want %d %q", test.method, test.path, test.body, resp.StatusCode, b, test.status, test.want)
		}
	}
	s.decide(h.ID, control.Decision{Verb: "kill"})
	s.wait()
}

// A client that does not read its stream holds nobody up, and is told what it
// has lost.
func TestSlowStream(t *testing.T) {
	const calls = 6000
	s := start(t, "umask", fmt.Sprintf("umask 7; exec dd if=/dev/zero of=/dev/null bs=1 count=%d status=none", calls))
	h := s.held()
	_, err := s.client.Attach(s.ctx, control.Attach{Spec: "watch:read,write"})
	s.must(err)
	conn, err := net.Dial("unix", s.socket)
	s.must(err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET /v1/events HTTP/1.0\r\n\r\n")
	s.must(err)
	lines := bufio.NewReader(conn)
	for line := ""; line != "\r\n"; { // the header
		line, err = lines.ReadString('\n')
		s.must(err)
	}
	for ; h.ID != 0; h = s.next(h.ID) {
		s.decide(h.ID, control.Decision{Verb: "run"})
	}
	s.wait()
	go s.srv.Close() // it ends the stream, once that is read
	got, lost := uint64(0), uint64(0)
	for d := json.NewDecoder(lines); ; {
		var ev control.Event
		if err := d.Decode(&ev); err != nil {
			break
		}
		lost += ev.Lost
		if strings.HasPrefix(ev.Type, "syscall") {
			got++
		}
	}
	if got < 1000 || got >= 4*calls || got+lost < 4*calls {
		t.Errorf("%d events came and %d were lost, of %d", got, lost, 4*calls)
	}
}

// Others than the user and root are refused.
func TestStrangers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be somebody else")
	}
	s := start(t, "umask", "umask 7")
	h := s.held()
	s.must(os.Chmod(s.socket, 0o777))
	for dir := s.socket; dir != "/tmp"; dir = filepath.Dir(dir) {
		s.must(os.Chmod(dir, 0o777))
	}
	for _, path := range []string{"/v1/held", "/v1/events"} {
		cmd := exec.Command("curl", "-s", "--unix-socket", s.socket, "http://utrace"+path)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		out, err := cmd.Output()
		var e control.Error
		if err != nil || json.Unmarshal(out, &e) != nil || e.Status != http.StatusForbidden {
			t.Errorf("%s: %s, %v", path, out, err)
		}
	}
	s.decide(h.ID, control.Decision{Verb: "kill"})
	s.wait()
}

func TestSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sock")
	l, err := server.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := server.Listen(path); err == nil {
		t.Error("a second server has the same socket")
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	if l, err = server.Listen(path); err != nil {
		t.Errorf("what a killed server left: %v", err)
	} else {
		l.Close()
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Listen(path); err == nil || !errors.Is(err, unix.EADDRINUSE) && !strings.Contains(err.Error(), "already") {
		t.Errorf("a file is there: %v", err)
	}
}
