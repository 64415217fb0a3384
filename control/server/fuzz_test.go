package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"utrace/control"
)

// FuzzAPI sends requests of any kind about a held thread. Each is answered, with
// a reason if it is refused, and the thread can still be decided about.
func FuzzAPI(f *testing.F) {
	s := start(f, "chdir", "cd /")
	h := s.held()
	for _, path := range []string{
		"/v1", "/v1/kinds", "/v1/tasks", "/v1/tasks/%T", "/v1/tasks/%T/regs", "/v1/tasks/%T/memory?addr=0x1000&len=8",
		"/v1/tasks/%T/engines/2", "/v1/tasks/%T/engines/2/control", "/v1/engines", "/v1/engines/1", "/v1/held", "/v1/held/1", "/v1/held/2",
	} {
		for _, method := range []string{"GET", "POST", "PATCH", "PUT", "DELETE"} {
			for _, body := range []string{"", "{}", `{"verb":"report"}`, `{"action":"stop"}`, `{"spec":"nop:read"}`, `{"events":["EXEC"],"syscalls":"!read"}`, `{"rax":"0"}`} {
				if method != "GET" || body == "" {
					f.Add(method, path, body)
				}
			}
		}
	}
	hc := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", s.socket)
	}}}
	f.Cleanup(func() {
		hc.CloseIdleConnections()
		_ = s.proc.Signal(9) // some request may have let it go
		s.wait()
	})
	f.Fuzz(func(t *testing.T, method, path, body string) {
		path = strings.ReplaceAll(path, "%T", h.Task)
		if strings.Contains(path, "events") || strings.Contains(body, "run") || strings.Contains(body, "abort") || strings.Contains(body, "kill") ||
			strings.Contains(body, "resume") || strings.Contains(body, "interrupt") || strings.Contains(body, "step") || strings.Contains(body, "detach") || method == "DELETE" {
			return // a stream, or the end of the held call
		}
		conn, err := net.Dial("unix", s.socket)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: utrace\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", method, path, len(body), body)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return // it was no request
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		if resp.StatusCode >= 500 {
			t.Errorf("%s %s %q: %d %s", method, path, body, resp.StatusCode, b)
		}
		var e control.Error
		if ours := strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json"); resp.StatusCode >= 400 && ours {
			if json.Unmarshal(b, &e) != nil || e.Message == "" {
				t.Errorf("%s %s %q: %d without a reason: %s", method, path, body, resp.StatusCode, b)
			}
		}
		if _, err := s.client.Held(s.ctx); err != nil {
			t.Errorf("after %s %s %q: %v", method, path, body, err)
		}
	})
}
