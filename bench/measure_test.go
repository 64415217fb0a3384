package main

import (
	"slices"
	"testing"
)

func TestSpread(t *testing.T) {
	if got, want := spreadOf([]float64{3, 1, 2}), (spread{2, 1, 3}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := (spread{1234.5, 12.345, 0.12345}).String(), "1234 (12.3 to 0.12)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRounds: every command runs once in each round, and the numbers stay with
// their command although the order changes.
func TestRounds(t *testing.T) {
	echo := func(s string) command { return command{name: s, argv: []string{"echo", "x", s}} }
	got, err := rounds(3, true, []command{echo("1"), echo("2.5")}, printed)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{{1, 1, 1}, {2.5, 2.5, 2.5}} {
		if !slices.Equal(got[i], want) {
			t.Errorf("command %d: %v, want %v", i, got[i], want)
		}
	}
	if _, err := rounds(1, false, []command{{name: "fails", argv: []string{"false"}}}, clocks{}.seconds); err == nil {
		t.Error("a command that fails is measured")
	}
}

func TestVerdicts(t *testing.T) {
	var took [ways][]float64
	for i := range took {
		took[i] = []float64{1, 1, 1}
	}
	took[fileUtrace] = []float64{0.9, 0.6, 0.7}
	took[untraced] = []float64{0.3, 0.3, 0.4}
	rows := verdictRows("find", false, took)
	want := []string{
		"| every entry, of strace -o /dev/null | find | any | 1.00 (1.00 to 1.00); untraced 0.30 | 0.60 | **not met** |\n",
		"| decoded to a file, of strace -o FILE | find | any | 0.70 (0.60 to 0.90); untraced 0.30 | 0.50 | **not met** |\n",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%v\nwant\n%v", rows, want)
	}
}

func TestAddedOf(t *testing.T) {
	mine, peer, bare := []float64{1.5, 1.6, 1.4}, []float64{2, 2.2, 1.9}, []float64{1, 1, 1}
	if value, text := addedOf(mine, peer, bare); value != 0.5 || text != "0.50 (rounds: 0.50 (0.44 to 0.50))" {
		t.Errorf("got %v, %q", value, text)
	}
}
