package cost_test

import (
	"fmt"
	"testing"

	"evenkeel/sim/card/cardtest"
	"evenkeel/sim/cost"
)

//go:generate go test -run TestReadme -update .

// The README lists the catalog.
func TestReadme(t *testing.T) {
	b := "| model | what |\n|---|---|\n"
	for _, p := range cost.Catalog.All() {
		b += fmt.Sprintf("| `%s` | %s |\n", p.Name, cardtest.Cell(p.Doc))
	}
	cardtest.Generated(t, "README.md", "models", b)
}
