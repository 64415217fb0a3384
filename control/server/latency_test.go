package server_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"utrace/control"
)

// BenchmarkDecision measures the time from a client's write of its decision to
// the thread's next instruction, and that of a bare POST on a Unix socket, in
// turn. Run it with -benchtime 5000x.
func BenchmarkDecision(b *testing.B) {
	dir := b.TempDir()
	prog, file := filepath.Join(dir, "clocked"), filepath.Join(dir, "times")
	if out, err := exec.Command("gcc", "-O1", "-o", prog, "testdata/clocked.c").CombinedOutput(); err != nil {
		b.Fatalf("gcc: %v\n%s", err, out)
	}
	s := start(b, "getsid", fmt.Sprintf("exec %s %s %d", prog, file, b.N))
	bare := bareServer(b)
	var wrote, posts []uint64
	for h := s.held(); h.ID != 0; h = s.next(h.ID) {
		began := monotonic()
		resp, err := bare.Post("http://bare/", "application/json", bytes.NewReader([]byte(`{"verb":"run"}`)))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		posts = append(posts, monotonic()-began)
		wrote = append(wrote, monotonic())
		if err := s.client.Decide(s.ctx, h.ID, control.Decision{Verb: "run"}); err != nil {
			b.Fatal(err)
		}
	}
	s.wait()
	raw, err := os.ReadFile(file)
	if err != nil || len(raw) != 8*len(wrote) {
		b.Fatalf("%d decisions, %d bytes of times, %v", len(wrote), len(raw), err)
	}
	for i := range wrote {
		wrote[i] = binary.LittleEndian.Uint64(raw[8*i:]) - wrote[i]
	}
	decision, post := median(wrote), median(posts)
	b.ReportMetric(decision/1000, "us/decision")
	b.ReportMetric(post/1000, "us/post")
	b.ReportMetric((decision-post)/1000, "us-over-post")
	b.ReportMetric(0, "ns/op")
}

func median(v []uint64) float64 {
	slices.Sort(v)
	return float64(v[len(v)/2])
}

func monotonic() uint64 {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts)
	return uint64(ts.Nano())
}

// bareServer answers POSTs on a Unix socket with nothing.
func bareServer(b *testing.B) *http.Client {
	l, err := net.Listen("unix", filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	srv := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	})}
	go srv.Serve(l)
	b.Cleanup(func() { srv.Close() })
	return &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", l.Addr().String())
	}}}
}
