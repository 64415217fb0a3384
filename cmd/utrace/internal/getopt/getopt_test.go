package getopt

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

var specs = []Spec{
	{Short: 'f', Long: "follow"},
	{Short: 's', Long: "size", Arg: Required},
	{Short: 'o', Long: "output", Arg: Required},
	{Long: "output-append"},
	{Short: 'D'},
	{Short: 'q', Long: "quiet", Arg: None},
	{Long: "times", Arg: Optional},
	{Long: "silent", Arg: Optional, ID: "hush"},
	{Long: "silence", Arg: Optional, ID: "hush"},
	{Short: 'x', Arg: Optional, ID: "hex"},
}

func TestParse(t *testing.T) {
	for _, tc := range []struct{ line, want string }{
		{"ls -l", "| ls -l"},
		{"-f ls -f", "-f | ls -f"},
		{"-fs10 ls", "-f -s=10 | ls"},
		{"-fs 10 ls", "-f -s=10 | ls"},
		{"-s-1 ls", "-s=-1 | ls"},
		{"-s -1 ls", "-s=-1 | ls"},
		{"-- -f", "| -f"},
		{"-f -- -f", "-f | -f"},
		{"- ls", "| - ls"},
		{"--size=10 ls", "--size=10 | ls"},
		{"--size 10 ls", "--size=10 | ls"},
		{"--size= ls", "--size= | ls"},
		{"--si=3 ls", "error: option '--si' is ambiguous; possibilities: '--size' '--silent' '--silence'"},
		{"--siz=3 ls", "--size=3 | ls"},
		{"--sile ls", "--silent | ls"},
		{"--silence=a=b ls", "--silence=a=b | ls"},
		{"--output x", "--output=x |"},
		{"--times ls", "--times | ls"},
		{"--times=ns ls", "--times=ns | ls"},
		{"-x1 -x ls", "-x=1 -x | ls"},
		{"-f", "-f |"},
		{"-Z", "error: invalid option -- 'Z'"},
		{"-fZ", "error: invalid option -- 'Z'"},
		{"-s", "error: option requires an argument -- 's'"},
		{"--size", "error: option '--size' requires an argument"},
		{"--foo=1", "error: unrecognized option '--foo'"},
		{"--follow=1", "error: option '--follow' doesn't allow an argument"},
		{"--foll=1", "error: option '--follow' doesn't allow an argument"},
	} {
		if got := parsed(strings.Fields(tc.line)); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.line, got, tc.want)
		}
	}
}

func parsed(args []string) string {
	options, rest, err := Parse(specs, args)
	if err != nil {
		return "error: " + err.Error()
	}
	words := make([]string, 0, len(options)+len(rest)+1)
	for _, o := range options {
		word := o.Spelling
		if o.HasValue {
			word += "=" + o.Value
		}
		words = append(words, word)
	}
	return strings.Join(append(append(words, "|"), rest...), " ")
}

func TestIDs(t *testing.T) {
	options, _, err := Parse(specs, []string{"-s", "1", "--silence", "-D"})
	got := make([]string, 0, 3)
	for _, o := range options {
		got = append(got, fmt.Sprint(o.ID, o.Long))
	}
	if want := []string{"sizefalse", "hushtrue", "Dfalse"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
