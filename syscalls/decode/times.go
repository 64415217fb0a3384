package decode

import "time"

// seconds writes a time since 1970, and the date in a comment.
func (d *Decoder) seconds(sec int64, nsec uint64) {
	d.dec(sec)
	d.date(sec, nsec)
}

// date writes a time as a comment, if it is one.
func (d *Decoder) date(sec int64, nsec uint64) {
	if d.json || sec == 0 && nsec == 0 || nsec >= 1e9 {
		return
	}
	d.both(" /* ")
	d.b = appendDate(d.b, sec, nsec)
	d.both(" */")
}

func appendDate(dst []byte, sec int64, nsec uint64) []byte {
	layout := "2006-01-02T15:04:05-0700"
	if nsec != 0 {
		layout = "2006-01-02T15:04:05.000000000-0700"
	}
	return time.Unix(sec, int64(nsec)).AppendFormat(dst, layout)
}

func (d *Decoder) twoWords() int { return 2 * d.wordSize() }

// The times that a file is given.

func (d *Decoder) utime(addr, _ uint64) bool    { return d.fileTime(addr, d.wordSize(), "tv_nsec") }
func (d *Decoder) utime64(addr, _ uint64) bool  { return d.fileTime(addr, 8, "tv_nsec") }
func (d *Decoder) utimeval(addr, _ uint64) bool { return d.fileTime(addr, d.wordSize(), "tv_usec") }

func (d *Decoder) fileTime(addr uint64, size int, part string) bool {
	const utimeNow, utimeOmit = 1<<30 - 1, 1<<30 - 2
	var v [2]uint64
	if !d.numbers(addr, size, v[:]) {
		return false
	}
	sec, n := extend(v[0], size), extend(v[1], size)
	switch {
	case part == "tv_nsec" && n == utimeNow:
		d.specialTime(sec, n, "UTIME_NOW")
	case part == "tv_nsec" && n == utimeOmit:
		d.specialTime(sec, n, "UTIME_OMIT")
	default:
		d.time(sec, n, part)
		if part == "tv_usec" {
			n *= 1000
		}
		d.date(sec, uint64(n))
	}
	return true
}

func (d *Decoder) specialTime(sec, nsec int64, name string) {
	if d.json || d.opts.Constants == Names {
		d.word(name)
		return
	}
	d.time(sec, nsec, "tv_nsec")
	if d.opts.Constants == Verbose {
		d.comment(name)
	}
}

// time writes seconds and a part of one.
func (d *Decoder) time(sec, n int64, part string) {
	d.open()
	d.field("tv_sec")
	d.dec(sec)
	d.field(part)
	d.udec(uint64(n))
	d.close()
}
