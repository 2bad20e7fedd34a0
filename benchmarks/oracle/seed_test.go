package oracle_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws the same random cases everywhere; -rapid.seed=N draws others.
func TestMain(m *testing.M) {
	flag.Parse()
	if seed := flag.Lookup("rapid.seed"); seed.Value.String() == seed.DefValue {
		if err := flag.Set(seed.Name, "20"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
