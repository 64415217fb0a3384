package main

import (
	"utrace/engine"
	"utrace/engine/count"
	"utrace/engine/hold"
	"utrace/engine/inject"
	"utrace/engine/nop"
	"utrace/engine/policy"
	"utrace/engine/ptrace"
	"utrace/engine/trace"
)

// kinds are the engines that -e takes, in the order in which they are listed.
func kinds() []*engine.Kind {
	return []*engine.Kind{&trace.Kind, &count.Kind, &inject.Kind, &hold.Kind, &policy.Kind, &ptrace.Kind, &nop.Kind}
}

// defaultEngine is what -e is when it is not given.
const defaultEngine = "trace"

// noEngine is what -e is for no engine at all.
const noEngine = "none"

func kindNames(kinds []*engine.Kind) []string {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, k.Name)
	}
	return names
}

// outParam is the key that every engine that writes has.
var outParam = engine.Param{Key: "out", Value: "FILE", Default: "stderr", Help: "write to FILE"}

// params returns the keys of a kind, out included.
func params(k *engine.Kind) []engine.Param {
	if !k.Writes {
		return k.Params
	}
	for _, p := range k.Params {
		if p.Key == outParam.Key {
			return k.Params
		}
	}
	return append(append([]engine.Param(nil), k.Params...), outParam)
}
