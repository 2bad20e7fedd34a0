// Command attack feeds damaged and strange input to the program and counts the
// outcomes. The right answers are a finding that names the fault, or the same values
// as before; a panic, a crash, more memory than allowed, a hang and an error without
// a finding are faults. Each case is drawn from the seed and its own
// number, so that a run can be resumed and a fault repeated.
package main

import (
	"fmt"
	"math/rand/v2"

	"evenkeel/data/fault"
)

// kind is one sort of attack. New ones are added to kinds.
type kind struct {
	name string
	what string // what is thrown at which door
	// prepare makes what all cases share; scratch is an empty folder of its own.
	prepare func(scratch string) (one func(r *rand.Rand) outcome, err error)
}

// kinds are all attacks, in the order in which they run.
var kinds = []kind{
	{"files", "mutations of Parquet, Arrow and CSV files, read as tables and as prices", prepareFiles},
	{"values", "bad values in every key of experiments, run by the program", prepareValues},
	{"commands", "every subcommand and flag of the program with odd values, beside odd files", prepareCommands},
}

// verdict is what became of a case.
type verdict string

const (
	refused verdict = "finding" // an error with findings
	same    verdict = "same"    // the values are what they were
	other   verdict = "other"   // other values, and no word: a fault unless nothing in the input could tell
	broken  verdict = "fault"   // a panic, a crash, a hang, too much memory, an error without a finding
)

// outcome is a case and its verdict. Group is what the counts are kept by, such as a
// format; input is kept when the verdict is broken.
type outcome struct {
	group   string
	verdict verdict
	detail  string // what was wrong, for a fault; the first finding's code, for a finding
	input   []byte
	ext     string
}

// judge is the verdict on an error: nil is same.
func judge(err error) (verdict, string) {
	if err == nil {
		return same, ""
	}
	list := fault.Of(err)
	if len(list) == 0 || fault.Exit(err) == fault.ExitBug {
		return broken, "an error without a finding: " + err.Error()
	}
	return refused, list[0].Code
}

// draw is the random numbers of case i.
func draw(seed uint64, i int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(i))) }

// guarded runs a case; what it panics with is a fault of it.
func guarded(one func(*rand.Rand) outcome, r *rand.Rand) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o.verdict, o.detail = broken, fmt.Sprintf("panic: %v", p)
		}
	}()
	return one(r)
}
