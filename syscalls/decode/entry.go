package decode

import (
	"encoding/json"

	"utrace/syscalls"
)

// EntryText returns a call at its entry as strace would write its beginning:
// `openat(AT_FDCWD, "/etc/passwd", O_RDONLY)`. Arguments that the kernel fills in
// are "...". Of strings limit bytes are shown.
func EntryText(mem Memory, id syscalls.Arch, c View, limit int) string {
	d := New(mem, &Options{StringLimit: limit})
	d.Begin(id, c)
	d.Name()
	d.Text("(")
	d.Enter()
	if !d.Complete() {
		d.Text("...")
	}
	d.Text(")")
	return string(d.Bytes())
}

// EntryJSON returns the arguments of a call at its entry as an object, each by
// its name. Of strings limit bytes are shown.
func EntryJSON(mem Memory, id syscalls.Arch, c View, limit int) json.RawMessage {
	d := New(mem, &Options{StringLimit: limit, JSON: true})
	d.Begin(id, c)
	d.Text("{")
	d.Enter()
	d.End()
	d.Text("}")
	return d.Bytes()
}
