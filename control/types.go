package control

import (
	"encoding/json"
	"fmt"
	"time"
)

// Session is what serves a socket.
type Session struct {
	API     int    `json:"api"` // version of this interface: 1
	PID     int    `json:"pid"` // of the utrace that serves
	Version string `json:"version"`
}

// API is the version of the interface.
const API = 1

// Task is a traced thread.
type Task struct {
	ID      string   `json:"id"` // "TID.GENERATION": names the thread for good
	TID     int      `json:"tid"`
	PID     int      `json:"pid"`
	Parent  string   `json:"parent,omitempty"` // ID of the task that cloned it
	Comm    string   `json:"comm"`
	State   string   `json:"state"`
	Engines []Engine `json:"engines"` // in order: the first is closest to the kernel
}

// Engine is an engine on one task.
type Engine struct {
	ID       uint64   `json:"id"` // on its task
	Name     string   `json:"name"`
	Instance int      `json:"instance,omitempty"` // see Instance
	Events   []string `json:"events"`
	Syscalls string   `json:"syscalls,omitempty"` // the set, if it is not all calls
	Holds    bool     `json:"holds"`              // it holds the thread stopped
}

// Kind is a ready-made engine that can be attached.
type Kind struct {
	Name     string  `json:"name"`
	Summary  string  `json:"summary"`
	TakesSet bool    `json:"takes_set"`
	Params   []Param `json:"params"`
}

// Param is a parameter of a Kind.
type Param struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Default string `json:"default,omitempty"`
	Help    string `json:"help"`
}

// Instance is a ready-made engine that is attached to a tree of tasks.
type Instance struct {
	ID    int      `json:"id"`
	Spec  string   `json:"spec"`  // as after -e
	Tasks []string `json:"tasks"` // ids
}

// Attach is a request to attach an engine.
type Attach struct {
	Spec string `json:"spec"` // ENGINE[:SET][:KEY=VALUE]...
	// Task is the id of a task; Tree: its process and all that descend from it
	// too. Without Task: all tasks.
	Task string `json:"task,omitempty"`
	Tree bool   `json:"tree,omitempty"`
}

// Set changes what an engine on one task wants to be told of; what is nil stays.
type Set struct {
	Events   *[]string `json:"events,omitempty"`   // names such as "SYSCALL_ENTRY"
	Syscalls *string   `json:"syscalls,omitempty"` // a set as after -e; "all"
}

// Action is what a thread is told to do: "stop", "interrupt", "report", "step",
// "blockstep", "resume" or "detach".
type Action struct {
	Action string `json:"action"`
}

// Held is a call that waits for a decision.
type Held struct {
	ID       uint64          `json:"id"`
	Task     string          `json:"task"`
	TID      int             `json:"tid"`
	PID      int             `json:"pid"`
	Comm     string          `json:"comm"`
	Engine   string          `json:"engine"`        // who holds it
	Why      string          `json:"why,omitempty"` // the rule that made it, if one did
	Arch     string          `json:"arch"`
	Nr       int             `json:"nr"`
	Name     string          `json:"name"`
	Text     string          `json:"text"`    // as strace writes it
	Args     []string        `json:"args"`    // the raw arguments, in hexadecimal
	Decoded  json.RawMessage `json:"decoded"` // arguments by name, see docs/json.md
	Round    int             `json:"round"`
	Since    time.Time       `json:"since"`
	Deadline time.Time       `json:"deadline"`
	Default  string          `json:"default"` // what happens at the deadline
}

// Decision is what is to become of a held call.
type Decision struct {
	// Verb is "run", "abort", "report" (ask all engines again) or "kill".
	Verb string `json:"verb"`
	// For "run": what to call instead, and arguments to change, by index.
	Nr   *int              `json:"nr,omitempty"`
	Args map[string]string `json:"args,omitempty"` // "0": "0x7f00", or decimal
	// For "abort": what the program sees, a value, or an error by name.
	Result int64  `json:"result,omitempty"`
	Errno  string `json:"errno,omitempty"`
	// By says who decides, for the log; the server adds the process id.
	By string `json:"by,omitempty"`
}

// Settled tells what became of a held call.
type Settled struct {
	ID       uint64 `json:"id"`
	Decision string `json:"decision,omitempty"` // in words
	By       string `json:"by,omitempty"`
	Gone     string `json:"gone,omitempty"` // why there was no decision
}

// Event is one line of the event stream.
type Event struct {
	// Type is "task" (a thread is new), "exec", "death", "held", "settled",
	// "gone", or "lost"; and of an engine of kind watch "syscall_entry",
	// "syscall_exit", "signal" and "exec".
	Type    string    `json:"type"`
	Time    time.Time `json:"time"`
	Task    string    `json:"task,omitempty"`
	TID     int       `json:"tid,omitempty"`
	PID     int       `json:"pid,omitempty"`
	Engine  uint64    `json:"engine,omitempty"` // of kind watch, on its task; to be resumed if it stops there
	Text    string    `json:"text,omitempty"`
	Status  *int      `json:"status,omitempty"` // of "death": the wait status
	Held    *Held     `json:"held,omitempty"`
	Settled *Settled  `json:"settled,omitempty"`
	// Lost is how many events this client was too slow for.
	Lost uint64 `json:"lost,omitempty"`
}

// Error is what the server says of a request that failed.
type Error struct {
	Status  int      `json:"status"` // of HTTP
	Message string   `json:"error"`
	Settled *Settled `json:"settled,omitempty"` // with 409: what was decided
}

func (e *Error) Error() string { return fmt.Sprintf("%s (%d)", e.Message, e.Status) }
