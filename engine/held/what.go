package held

import (
	"encoding/json"

	"utrace"
	"utrace/arch"
	"utrace/syscalls/decode"
)

// What is a call as the engine that holds it saw it.
type What struct {
	Arch arch.ID
	Nr   int
	Name string
	Args [6]uint64
	// Text is the call as strace would write its beginning:
	// `openat(AT_FDCWD, "/etc/passwd", O_RDONLY)`. Arguments that the kernel
	// fills in are "...".
	Text string
	// Decoded is the same as a JSON object, the arguments by name, each with
	// "raw" and "value" (package decode).
	Decoded json.RawMessage
	// Round is 1, and more after Report.
	Round int
}

// textLimit is how much is shown of a string: somebody is to decide about it.
const textLimit = 4096

func (w *What) look(c *utrace.Syscall) {
	w.Arch, w.Nr, w.Name, w.Args = c.Arch(), c.Nr(), c.Name(), c.Args()
	w.Round++
	w.Text = decode.EntryText(c.Memory(), c.Arch(), c, textLimit)
	w.Decoded = decode.EntryJSON(c.Memory(), c.Arch(), c, textLimit)
}
