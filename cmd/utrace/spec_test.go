package main

import (
	"slices"
	"testing"
)

func TestSplitFields(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"trace", []string{"trace"}},
		{"trace:%file", []string{"trace", "%file"}},
		{"trace::out=x", []string{"trace", "", "out=x"}},
		{`trace:/^\w+$:out=a\:b`, []string{"trace", `/^\w+$`, "out=a:b"}},
		{`trace:out=a\`, []string{"trace", `out=a\`}},
	} {
		if got := splitFields(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("splitFields(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestCutParam(t *testing.T) {
	for _, tt := range []struct {
		field, key, value string
		ok                bool
	}{
		{"when=3+", "when", "3+", true},
		{"out=", "out", "", true},
		{"out=a=b", "out", "a=b", true},
		{"read,write", "", "", false},
		{"/a=b", "", "", false},
		{"=x", "", "", false},
	} {
		key, value, ok := cutParam(tt.field)
		if key != tt.key || value != tt.value || ok != tt.ok {
			t.Errorf("cutParam(%q) = %q, %q, %v, want %q, %q, %v", tt.field, key, value, ok, tt.key, tt.value, tt.ok)
		}
	}
}

// Engines keep the order in which they are given.
func TestParseSpecsOrder(t *testing.T) {
	specs, err := parseSpecs(kinds(), []string{"nop:copies=1", "nop:read:copies=2"})
	if err != nil {
		t.Fatal(err)
	}
	if len(specs) != 2 || specs[0].params["copies"] != "1" || specs[1].params["copies"] != "2" {
		t.Errorf("specs are %v, want them in the order given", specs)
	}
	if specs[0].set != nil || specs[1].set == nil {
		t.Error("a set that is not given must be nil, one that is must not")
	}
	if specs, err := parseSpecs(kinds(), []string{noEngine}); specs != nil || err != nil {
		t.Errorf("none is %v, %v, want no engines", specs, err)
	}
}
