package linux

import (
	"bytes"
	"context"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// TestWords: memory read and written word by word is what /proc/TID/mem shows,
// at every alignment.
func TestWords(t *testing.T) {
	h, tr, err := open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close(context.Background())
	compared := 0
	ops := &utrace.Ops{SyscallEntry: func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() != "write" {
			return a.NoOpinion()
		}
		th := h.thread(e.Task())
		regs, err := c.Regs()
		if err != nil {
			t.Error(err)
		}
		for skew := range uint64(8) {
			at := regs.SP() + skew
			var fast, slow, back [21]byte
			th.readMem(fast[:], at)
			if n, err := th.words(slow[:], at, false); n != len(slow) || err != nil || fast != slow {
				t.Errorf("at %#x: %x by mem, %x by words, %d, %v", at, fast, slow, n, err)
			}
			text := bytes.Repeat([]byte{0xa5}, len(back))
			th.words(text, at, true)
			th.readMem(back[:], at)
			th.words(fast[:], at, true)
			if !bytes.Equal(back[:], text) {
				t.Errorf("at %#x: wrote %x, found %x", at, text, back)
			}
			compared++
		}
		if n, err := th.words(make([]byte, 8), 8, false); n != 0 || err != unix.EIO {
			t.Errorf("words at 8: %d, %v", n, err)
		}
		return a.NoOpinion()
	}}
	p, err := tr.Start(exec.Command("echo", "hi"), func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, ops, nil)
		if err != nil {
			return err
		}
		return e.SetEvents(utrace.EventSyscallEntry)
	})
	if err != nil {
		t.Fatal(err)
	}
	if ws, err := p.Wait(context.Background()); err != nil || ws != 0 || compared == 0 {
		t.Errorf("status %#x, %v; %d compared", ws, err, compared)
	}
}
