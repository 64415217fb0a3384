package decode

// dirents writes the address of a buffer of directory entries and how many of n bytes there are. reclen is
// where an entry's own size is.
func (d *Decoder) dirents(addr, n uint64, reclen int) {
	count, ok := d.countDirents(addr, n, uint64(reclen))
	if !ok {
		d.addr(addr)
		return
	}
	d.counted(addr, count, "entry", "entries")
}

func (d *Decoder) countDirents(addr, n, reclen uint64) (count uint64, ok bool) {
	header := reclen + 2
	for at := uint64(0); at+header <= n; {
		chunk := d.fetchSome(addr+at, int(min(n-at, maxChunk)))
		walked := uint64(0)
		for walked+header <= uint64(len(chunk)) {
			size := word(chunk[walked+reclen:], 2)
			if size < header {
				return 0, false // nonsense
			}
			walked += size
			count++
		}
		if walked == 0 { // a header across two pages
			size, ok := d.fetch(addr+at+reclen, 2)
			if !ok || word(size, 2) < header {
				return 0, false
			}
			walked = word(size, 2)
			count++
		}
		at += walked
	}
	return count, true
}
