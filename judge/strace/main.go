// Command strace compares utrace's strace with Debian's: it runs the programs of
// programs.txt and of c/ under both, line by line, and says how much is the same.
//
//	go run ./judge/strace [-only REGEX] [-options NAME,...] [-diff] [-noise] [-keep DIR]
//
// What may differ between two runs of one program is folded first (fold.txt has
// each rule with its reason). Traces are compared thread by thread; a line that
// strace cut in two, as unfinished and resumed, is put together before.
//
// The figures of a program under a set of options:
//
//	lines    those of its traces, a differing pair counted once
//	same     the part of the lines that is identical
//	self     the same figure for strace against a second run of strace: what
//	         chance does, and no decoder can mend. A thread of ours is compared
//	         with the nearer of the two runs
//	shapes   the part of the distinct shapes (a call with its argument format,
//	         numbers and strings taken out) that both have
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("strace-diff: ")
	var (
		only    = flag.String("only", "", "compare only the programs whose name matches `REGEX`")
		options = flag.String("options", "", "compare only under these sets of options, of: "+strings.Join(optionNames(), ","))
		diff    = flag.Bool("diff", false, "print the pairs that differ, by call, the most frequent first")
		noise   = flag.Bool("noise", false, "print the pairs that differ between two runs of strace")
		limit   = flag.Int("limit", 8, "print at most `N` pairs of each call")
		keep    = flag.String("keep", "", "leave the traces in `DIR`")
		utrace  = flag.String("utrace", "", "compare this utrace; default: it is built")
		jobs    = flag.Int("j", 2, "run `N` programs at a time")
	)
	flag.Parse()
	if flag.NArg() > 0 {
		log.Fatalf("unexpected argument %q", flag.Arg(0))
	}
	if err := run(*only, *options, *utrace, *keep, *jobs, printer{diff: *diff, noise: *noise, limit: *limit}); err != nil {
		log.Fatal(err)
	}
}

func run(only, options, utrace, keep string, jobs int, p printer) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	sets, err := selectOptions(options)
	if err != nil {
		return err
	}
	b, err := newBench(utrace, keep)
	if err != nil {
		return err
	}
	defer b.close()
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		b.close()
		os.Exit(1)
	}()
	programs, err := allPrograms()
	if err != nil {
		return err
	}
	var chosen []program
	for _, prog := range programs {
		if pattern.MatchString(prog.name) {
			chosen = append(chosen, prog)
		}
	}
	results := make([][]result, len(chosen))
	turn := make(chan struct{}, max(jobs, 1))
	var wg sync.WaitGroup
	for i, prog := range chosen {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			for _, set := range sets {
				results[i] = append(results[i], b.compare(prog, set, true))
			}
		})
	}
	wg.Wait()
	return p.print(os.Stdout, results)
}
