package decode

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// out is what has been written about a call, in one of two forms: strace's text, or JSON. A decoder says
// what things are, and never writes a comma, a bracket or a quote of its own:
//
//	                      text                   JSON
//	open field close      {a=1, b=2}             {"a":1,"b":2}
//	list elem endList     [1, 2]                 [1,2]
//	set member endSet     [INT CHLD], ~[KILL]    ["INT","CHLD"], {"not":["KILL"]}
//	box endBox            [16]                   16
//	was now endChange     100 => 16              {"before":100,"after":16}
//	fn fnArg endFn        makedev(0x1, 0x3)      {"major":1,"minor":3}
//	wrap unwrap           htons(80)              80
//	rest, restOfList      ...                    "truncated":true, {"truncated":true}
//	dec udec hex octal    -1, 1, 0x1, 01         numbers; octal a string
//	addr                  NULL, 0x10             null, "0x10"
//	flags, word           O_RDWR|O_APPEND        "O_RDWR|O_APPEND"
//	quoted                "text\n"..., "\377"    {"string":"text\n","truncated":true}, {"base64":"/w=="}
//	binary                "\x00\xff"             {"base64":"AP8="}
//	comment               /* 2 vars */           nothing
//
// What is cut says so in JSON too: an object has "truncated":true, a list ends with an object that has it,
// and a string is the member "string" of such an object.
type out struct {
	b    []byte
	json bool
	due  bool // the struct or list that is open has something in it
	not  bool // the set that is open is inverted
	bare bool // names stand without their numbers
	opt  *Options

	plainFDs bool // descriptors are numbers in text, whatever is known of them
}

// mark is a place to go back to when a thing turns out to be unreadable.
type mark struct {
	n   int
	due bool
}

func (o *out) mark() mark    { return mark{len(o.b), o.due} }
func (o *out) back(m mark)   { o.b, o.due = o.b[:m.n], m.due }
func (o *out) both(s string) { o.b = append(o.b, s...) }

// text writes what only text has.
func (o *out) text(s string) {
	if !o.json {
		o.b = append(o.b, s...)
	}
}

// either writes one of two.
func (o *out) either(text, json string) {
	if o.json {
		text = json
	}
	o.b = append(o.b, text...)
}

// next separates what comes from what is there.
func (o *out) next(separator string) {
	if o.due {
		o.either(separator, ",")
	}
	o.due = true
}

// A struct.

func (o *out) open()  { o.both("{"); o.due = false }
func (o *out) close() { o.both("}"); o.due = true }

func (o *out) field(name string) {
	o.next(", ")
	o.key(name)
	o.text("=")
}

// fieldIn is a field that is told by what it is wrapped in: inet_pton(AF_INET6, "::1", &sin6_addr).
func (o *out) fieldIn(name, before string) {
	o.next(", ")
	if o.json {
		o.key(name)
		return
	}
	o.both(before)
}

func (o *out) key(name string) {
	o.either("", `"`)
	o.both(name)
	o.either("", `":`)
}

// rest says that there is more in a struct.
func (o *out) rest() {
	o.next(", ")
	o.either("...", `"truncated":true`)
}

// A list.

func (o *out) list()    { o.both("["); o.due = false }
func (o *out) elem()    { o.next(", ") }
func (o *out) endList() { o.both("]"); o.due = true }

func (o *out) restOfList() {
	o.next(", ")
	o.either("...", `{"truncated":true}`)
}

// brokenList says where the rest of a list would be, of which nothing can be read.
func (o *out) brokenList(addr uint64) {
	o.next(", ")
	o.either("... /* ", `{"truncated":true,"address":`)
	o.addr(addr)
	o.either(" */", "}")
}

// A set.

func (o *out) set(not bool) {
	o.not, o.due = not, false
	if not {
		o.either("~[", `{"not":[`)
		return
	}
	o.both("[")
}

func (o *out) member() { o.next(" ") }

func (o *out) endSet() {
	o.both("]")
	if o.not {
		o.either("", "}")
	}
	o.due = true
}

// One thing behind a pointer.

func (o *out) box()    { o.text("[") }
func (o *out) endBox() { o.text("]") }

// What a call has made of a thing.

func (o *out) was()       { o.either("", `{"before":`) }
func (o *out) now()       { o.either(" => ", `,"after":`) }
func (o *out) endChange() { o.either("", "}") }

// A macro of C with its arguments.

func (o *out) fn(name string) {
	o.either(name, "{")
	o.text("(")
	o.due = false
}

func (o *out) fnArg(name string) {
	o.next(", ")
	if o.json {
		o.key(name)
	}
}

func (o *out) endFn() { o.either(")", "}"); o.due = true }

// wrap writes the macro around one thing, which in JSON stands alone.
func (o *out) wrap(before string) { o.text(before); o.text("(") }
func (o *out) unwrap()            { o.text(")") }

// Numbers.

func (o *out) dec(v int64)   { o.b = strconv.AppendInt(o.b, v, 10) }
func (o *out) udec(v uint64) { o.b = strconv.AppendUint(o.b, v, 10) }

// hex writes a number as C's "%#x" does: 0 has no prefix.
func (o *out) hex(v uint64) {
	if o.json {
		o.udec(v)
		return
	}
	o.hexText(v)
}

func (o *out) hexText(v uint64) {
	if v != 0 {
		o.both("0x")
	}
	o.b = strconv.AppendUint(o.b, v, 16)
}

// octal writes permissions: at least three digits, a 0 in front.
func (o *out) octal(v uint64) {
	o.beginWord()
	o.octalText(v)
	o.endWord()
}

func (o *out) octalText(v uint64) {
	o.both("0")
	if v < 0o10 {
		o.both("0")
	}
	o.b = strconv.AppendUint(o.b, v, 8)
}

func (o *out) addr(v uint64) {
	switch {
	case v == 0:
		o.either("NULL", "null")
	case o.json:
		o.both(`"`)
		o.hexText(v)
		o.both(`"`)
	default:
		o.hexText(v)
	}
}

// Names. Their characters need no escape in either form.

func (o *out) word(s string) {
	o.beginWord()
	o.both(s)
	o.endWord()
}

// beginWord and endWord stand around a word that is made of parts.
func (o *out) beginWord() { o.either("", `"`) }
func (o *out) endWord()   { o.either("", `"`) }

// comment writes a remark for the reader.
func (o *out) comment(s string) {
	o.text(" /* ")
	o.text(s)
	o.text(" */")
}

// counted writes an address with how many things are there, in place of the things.
func (o *out) counted(addr, n uint64, one, many string) {
	if o.json {
		o.open()
		o.field("address")
		o.addr(addr)
		o.field("count")
		o.udec(n)
		o.close()
		return
	}
	if n == 1 {
		many = one
	}
	o.addr(addr)
	o.both(" /* ")
	o.udec(n)
	o.both(" ")
	o.both(many)
	o.both(" */")
}

// quoted writes bytes as a string; more says that they are not all.
func (o *out) quoted(s []byte, more bool) { o.quotedAs(s, more, o.opt.Strings) }

func (o *out) quotedAs(s []byte, more bool, style StringStyle) {
	if o.json {
		o.jsonString(s, more)
		return
	}
	o.both(`"`)
	o.b = AppendQuoted(o.b, s, style, "")
	o.both(`"`)
	if more {
		o.both("...")
	}
}

// binary writes bytes that are no text.
func (o *out) binary(s []byte, more bool) {
	if o.json {
		o.base64(s, more)
		return
	}
	o.quotedAs(s, more, HexAll)
}

func (o *out) jsonString(s []byte, more bool) {
	whole := s
	if more {
		whole = trimPartial(s)
	}
	switch {
	case !utf8.Valid(whole):
		o.base64(s, more)
	case more:
		o.both(`{"string":`)
		o.b = AppendJSON(o.b, whole)
		o.both(`,"truncated":true}`)
	default:
		o.b = AppendJSON(o.b, s)
	}
}

func (o *out) base64(s []byte, more bool) {
	o.both(`{"base64":"`)
	o.b = base64.StdEncoding.AppendEncode(o.b, s)
	o.both(`"`)
	if more {
		o.both(`,"truncated":true`)
	}
	o.both("}")
}

// trimPartial cuts the first bytes of a character off the end.
func trimPartial(s []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(s); i++ {
		if utf8.RuneStart(s[len(s)-i]) {
			if !utf8.FullRune(s[len(s)-i:]) {
				return s[:len(s)-i]
			}
			break
		}
	}
	return s
}
