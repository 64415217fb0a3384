package main

import (
	"bytes"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is what docs/json.md refers to.
const schema = "../../docs/trace.schema.json"

// jsonlines FILE checks each line of a trace against the schema.
func jsonlines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: jsonlines FILE")
	}
	s, err := jsonschema.NewCompiler().Compile(schema)
	ts.Check(err)
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	lines := 0
	for line := range bytes.Lines(data) {
		lines++
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err == nil {
			err = s.Validate(v)
		}
		if err != nil {
			ts.Fatalf("line %d: %v\n%s", lines, err, line)
		}
	}
	if lines == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
}
