package trace

import (
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"utrace/engine"
	"utrace/internal/sys/systest"
	"utrace/syscalls"
)

// sockets makes socket(2), shutdown(2) and one that is none through i386's socketcall(2), then shmdt(2) through ipc(2).
const sockets = `
.globl _start
_start:	mov $1, %ebx
	mov $new, %ecx
	mov $102, %eax
	int $0x80
	mov $13, %ebx
	mov $shut, %ecx
	mov $102, %eax
	int $0x80
	mov $99, %ebx
	mov $102, %eax
	int $0x80
	mov $22, %ebx
	mov $16, %edi
	mov $117, %eax
	int $0x80
	mov $1, %eax
	xor %ebx, %ebx
	int $0x80
.data
new:	.long 1, 1, 0
shut:	.long -1, 0
`

// A set has what i386 makes through another call by its name, as strace's -e trace= has.
func TestCallsWithinOthers(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("i386's calls")
	}
	bin := systest.Build(t, "sockets.S", sockets, systest.Bare...)
	for spec, want := range map[string]string{
		"shutdown":          "shutdown",
		"socket,shmdt":      "socket shmdt",
		"socketcall":        "socketcall",
		"!%net,exit,execve": "socketcall shmdt",
		"%ipc":              "shmdt",
		"socket@64":         "",
	} {
		set, err := syscalls.ParseSet(spec)
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile(`(?m)^\d+ +(\w+)\(`).FindAllStringSubmatch(run(t, engine.Config{Set: set}, false, bin), -1)
		var got []string
		for _, m := range names {
			got = append(got, m[1])
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %v, want %s", spec, got, want)
		}
	}
}
