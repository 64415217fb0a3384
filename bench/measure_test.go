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
	took[openatUtrace] = []float64{1.5, 1.6, 1.4} // adds 0.5
	took[openatStrace] = []float64{2, 2.2, 1.9}   // adds 1
	took[fileUtrace] = []float64{0.9, 0.6, 0.7}   // 0.7 of strace's
	took[openatLeast] = []float64{1.2, 1.2, 1.2}  // adds 0.2
	rows := verdictRows("find", false, took)
	want := []string{
		"| openat, of the time that strace --seccomp-bpf adds | find | any | 0.50 (rounds: 0.50 (0.44 to 0.50)) | 0.70 | met |\n",
		"| openat by the least tracer in C, of the time that strace --seccomp-bpf adds | find | any | 0.20 (rounds: 0.20 (0.17 to 0.22)) |  | for comparison |\n",
		"| every entry, of strace -o /dev/null | find | any | 1.00 (1.00 to 1.00) | 0.60 | **not met** |\n",
		"| decoded to a file, of strace -o FILE | find | any | 0.70 (0.60 to 0.90) | 0.50 | **not met** |\n",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%v\nwant\n%v", rows, want)
	}
	if rows := verdictRows("make -j2", true, took); len(rows) != 2 {
		t.Errorf("%d rows for a program that openat is not measured with: %v", len(rows), rows)
	}
}
