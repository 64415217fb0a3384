package sys_test

import (
	"testing"

	"utrace/internal/sys"
)

// TestGoroutine: a goroutine keeps its number, and no other that lives has it.
func TestGoroutine(t *testing.T) {
	own := sys.Goroutine()
	if own == 0 {
		t.Fatal("0 is a number of none")
	}
	seen := map[uintptr]bool{own: true}
	numbers, done := make(chan uintptr), make(chan struct{})
	defer close(done)
	for range 100 {
		go func() {
			numbers <- sys.Goroutine()
			<-done
		}()
	}
	for range 100 {
		n := <-numbers
		if seen[n] {
			t.Fatalf("%#x twice", n)
		}
		seen[n] = true
	}
	if again := sys.Goroutine(); again != own {
		t.Errorf("%#x, and then %#x", own, again)
	}
}
