package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTableIsUpToDate(t *testing.T) {
	calls, err := os.ReadFile("../../calls.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := Generate(calls)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("table.go is not what calls.txt says: run go generate in package syscalls")
	}
}

func TestGenerateRefuses(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"read(fd FD)", "calls.txt:1: not a call"},
		{"0 3 read(FD)", "not an argument"},
		{"0 3 read(buf BufOut[count])", "no such length"},
		{"0 3 read(fd FD) %files", "neither a result nor a class"},
	} {
		if _, err := Generate([]byte(tt.line)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Generate(%q): error %v, want one that says %q", tt.line, err, tt.want)
		}
	}
}
