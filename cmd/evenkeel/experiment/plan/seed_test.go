package plan

import "flag"

// The same random cases are drawn everywhere; -rapid.seed=N draws others.
func init() {
	if err := flag.Set("rapid.seed", "20"); err != nil {
		panic(err)
	}
}
