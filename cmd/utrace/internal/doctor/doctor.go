// Package doctor finds out what this kernel, container and user allow a tracer,
// by trying it on processes of its own. Where something cannot be tried it is
// read; nothing is guessed by the kernel's version, and nothing is changed.
package doctor

import (
	"fmt"
	"io"
	"strings"
)

// Verdict is what a finding comes to.
type Verdict string

// Verdicts.
const (
	OK   Verdict = "ok"
	Warn Verdict = "warn" // missing, or worth to know; tracing works without it
	No   Verdict = "no"   // missing, and something does not work
)

// Finding is one line of the report.
type Finding struct {
	Name    string
	Verdict Verdict
	Is      string // what was found
	Do      string // what to do about it; "" if nothing
	// Vital: without it no program can be traced.
	Vital bool
}

// Examine makes all findings, in the order in which they are worth reading.
func Examine() []Finding {
	findings := []Finding{tracing()}
	findings = append(findings, requests()...)
	return append(findings,
		kernel(), filters(), yama(), ptraceCapability(), noNewPrivs(), nested(),
		procfs(), userNamespace(), container(), compat())
}

// Works reports whether programs can be traced.
func Works(findings []Finding) bool {
	for _, f := range findings {
		if f.Vital && f.Verdict == No {
			return false
		}
	}
	return true
}

// Print writes one line a finding, and what to do below it.
func Print(w io.Writer, findings []Finding) error {
	width := 0
	for _, f := range findings {
		width = max(width, len(f.Name))
	}
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-4s  %-*s  %s\n", f.Verdict, width, f.Name, f.Is)
		if f.Do != "" {
			fmt.Fprintf(&b, "      %-*s  -> %s\n", width, "", f.Do)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
