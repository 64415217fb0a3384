package main

import (
	"bytes"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// version is the kernel whose headers the committed tables are from.
const version = "6.1"

// The headers here are those, or others: then every constant that both have is the same, and those that these
// lack are told.
func TestTablesAreThoseOfTheHeaders(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the tables are made with amd64's headers")
	}
	text, err := os.ReadFile("../../tables.txt")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	here := headersVersion(t)
	if err := Fill(files); err != nil {
		if here == version {
			t.Fatal(err)
		}
		t.Logf("headers of Linux %s:\n%v", here, err)
	}
	for _, f := range files {
		want, err := f.Source()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile("../../" + f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if here == version && !bytes.Equal(got, want) {
			t.Errorf("%s is not what tables.txt and the headers say: run go generate in package flags", f.Name)
		}
		if here != version {
			compare(t, f.Name, constants(got), constants(want))
		}
	}
}

func headersVersion(t *testing.T) string {
	text, err := os.ReadFile("/usr/include/linux/version.h")
	if err != nil {
		t.Fatalf("%v: the tables are held against the kernel's headers: run scripts/deps", err)
	}
	m := regexp.MustCompile(`LINUX_VERSION_MAJOR (\d+)\s+#define LINUX_VERSION_PATCHLEVEL (\d+)`).FindSubmatch(text)
	if m == nil {
		t.Fatal("linux/version.h does not say which version it is")
	}
	return string(m[1]) + "." + string(m[2])
}

// constants are those of a file of Go, by name, each with all values that it has in some table.
func constants(source []byte) map[string][]string {
	all := map[string][]string{}
	for _, m := range regexp.MustCompile(`\{(0x[0-9a-f]+), "([^"]*)"\}`).FindAllStringSubmatch(string(source), -1) {
		all[m[2]] = append(all[m[2]], m[1])
	}
	return all
}

func compare(t *testing.T, file string, committed, here map[string][]string) {
	for name, values := range committed {
		found, ok := here[name]
		if !ok {
			t.Logf("%s: the headers here have no %s", file, name)
		} else if !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(found, v) }) {
			t.Errorf("%s: %s is %v, and %v in the headers here", file, name, values, found)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"table T T_\n doc is one.\n bits T_A", "tables.txt:1: table wants a file"},
		{"file f.go F.\nbits T_A", "tables.txt:2: \"bits T_A\": not in a table"},
		{"file f.go F.\ntable T T_ width=3", "unknown option \"width=3\""},
		{"file f.go F.\ntable T T_ mask=x", "invalid syntax"},
		{"file f.go F.\ntable T T_\n doc is one.", "table T wants a doc and a list"},
		{"file f.go F.\ntable T T_\n bits T_A", "table T wants a doc and a list"},
		{"file f.go F.\ntable T T_\n T_A", "neither doc, enum, values nor bits"},
		{"file f.go F.\ntable T T_\n bits T-A", "want a name, a pattern"},
		{"file f.go F.\ntable T T_\n bits T_A=x", "want a name, a pattern"},
		{"file f.go F.\ntable T T_\n i386 U", "no table \"U\" before this one"},
	} {
		if _, err := Parse(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want one that says %q", tt.text, err, tt.want)
		}
	}
}

func TestFill(t *testing.T) {
	const head = "file f.go F.\nheaders linux/fs.h asm/ioctls.h linux/soundcard.h\n"
	for _, tt := range []struct{ name, text, values, bits, err string }{
		{name: "names", text: "enum SEEK_END SEEK_SET", values: "SEEK_SET SEEK_END"},
		{name: "pattern", text: "enum SEEK_* !SEEK_MAX !SEEK_DATA", values: "SEEK_SET SEEK_CUR SEEK_END SEEK_HOLE"},
		{name: "order of bits", text: "bits MS_NODEV MS_RDONLY", bits: "MS_NODEV MS_RDONLY"},
		{name: "a pattern's place", text: "bits MS_POSIXACL MS_LAZY* MS_NEWER=0x40000000", bits: "MS_POSIXACL MS_LAZYTIME MS_NEWER"},
		{name: "by hand", text: "bits MS_RDONLY MS_NEWER=0x40000000", bits: "MS_RDONLY MS_NEWER"},
		{name: "expression", text: `bits "1<<5"`, bits: "1<<5"},
		{name: "wrong by hand", text: "bits MS_RDONLY=2", err: "MS_RDONLY is 0x2, and 0x1 in the headers"},
		{name: "no such name", text: "bits MS_NEWER", err: "MS_NEWER is no constant of linux/fs.h"},
		{name: "no match", text: "bits XYZ_*", err: "XYZ_* matches nothing"},
		{name: "no such table", text: "bits @U", err: "there is no table U"},
	} {
		files, err := Parse(head + "table T T_\n doc is one.\n " + tt.text)
		if err != nil {
			t.Fatal(err)
		}
		err = Fill(files)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: error %v, want one that says %q", tt.name, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		table := files[0].Tables[0]
		if got := flagNames(table.Values.Flags); got != tt.values {
			t.Errorf("%s: values %q, want %q", tt.name, got, tt.values)
		}
		if got := flagNames(table.Bits.Flags); got != tt.bits {
			t.Errorf("%s: bits %q, want %q", tt.name, got, tt.bits)
		}
	}
}

// An ioctl is a macro that calls _IO or its like, through another macro too; another name of one is none.
func TestIoctls(t *testing.T) {
	h, err := ReadHeaders([]string{"linux/fs.h", "linux/soundcard.h", "linux/fscrypt.h"}, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"FICLONE": true, "SNDCTL_DSP_RESET": true, "FS_IOC_GETFLAGS": true, "FIBMAP": true,
		"SEEK_END": false, "FS_IOC_GET_ENCRYPTION_POLICY": true, "NO_SUCH": false,
	} {
		if got := h.IsIoctl(name); got != want {
			t.Errorf("%s is an ioctl: %v, want %v", name, got, want)
		}
	}
}

func flagNames(flags []Flag) string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Name)
	}
	return strings.Join(names, " ")
}
