package hosttest

import (
	"sync/atomic"
	"time"
)

// Board is the memory that a puppet shares with the test: it tells without
// system calls. Its layout is known to puppet.c.
type Board struct{ words []uint64 }

const (
	boardCount   = 1 // entries in the log
	boardBuf     = 2 // address of the puppet's buffer
	boardHandled = 16
	boardReached = 96
	boardOpen    = 160
	boardSpins   = 224
	boardLog     = 1024
	boardWords   = 1024 * 9
)

func (b *Board) load(i int) uint64          { return atomic.LoadUint64(&b.words[i]) }
func (b *Board) store(i int, v uint64)      { atomic.StoreUint64(&b.words[i], v) }
func (b *Board) add(i int, n uint64) uint64 { return atomic.AddUint64(&b.words[i], n) }

// report appends to the log; the key is written last and is 1 greater, so that
// 0 means not yet.
func (b *Board) report(key int, value int64) {
	i := boardLog + 2*int(b.add(boardCount, 1)-1)
	b.store(i+1, uint64(value))
	b.store(i, uint64(key)+1)
}

// values returns what was reported under key.
func (b *Board) values(key int) (list []int64) {
	n := min(int(b.load(boardCount)), (boardWords-boardLog)/2)
	for i := boardLog; i < boardLog+2*n; i += 2 {
		if b.load(i) == uint64(key)+1 {
			list = append(list, int64(b.load(i+1)))
		}
	}
	return list
}

// until looks again and again whether ok, up to the deadline: memory rings no
// bell.
func until(ok func() bool) bool {
	for end := time.Now().Add(Deadline); time.Now().Before(end); {
		if ok() {
			return true
		}
		time.Sleep(100 * time.Microsecond)
	}
	return ok()
}

// Deadline is how long anything may take before a test fails for it.
const Deadline = 10 * time.Second
