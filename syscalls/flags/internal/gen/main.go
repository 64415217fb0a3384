// Command gen makes the tables of package flags of tables.txt, whose head says how it is written, and of
// the C headers on this machine. Run it with go generate in package flags; it needs cc, the kernel's
// headers and the C library's.
package main

import (
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	text, err := os.ReadFile("tables.txt")
	if err != nil {
		log.Fatal(err)
	}
	files, err := Parse(string(text))
	if err != nil {
		log.Fatal(err)
	}
	if err := Fill(files); err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		source, err := f.Source()
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(f.Name, source, 0o666); err != nil {
			log.Fatal(err)
		}
	}
}
