// Package seed, imported for its effect, lets the random tests of a package draw the
// same cases on every machine; one setting chooses how many. -rapid.seed=N draws others.
package seed

import (
	"flag"
	"os"

	_ "pgregory.net/rapid" // makes the flags
)

// Checks is the environment variable with the number of cases that each random test
// draws. Without it rapid draws 100, and 20 with -short.
const Checks = "EVENKEEL_CHECKS"

func init() {
	set("rapid.seed", "20")
	if n := os.Getenv(Checks); n != "" {
		set("rapid.checks", n)
	}
}

func set(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err)
	}
}
