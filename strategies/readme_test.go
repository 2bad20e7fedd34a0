package strategies

import (
	"fmt"
	"testing"

	"evenkeel/sim/card/cardtest"
)

//go:generate go test -run TestReadme -update .

// The README lists the catalogs.
func TestReadme(t *testing.T) {
	b := "| strategy | what |\n|---|---|\n"
	for _, p := range Catalog.All() {
		b += fmt.Sprintf("| `%s` | %s |\n", p.Name, cardtest.Cell(p.Doc))
	}
	b += "\n| trigger | fires on |\n|---|---|\n"
	for _, p := range Triggers.All() {
		b += fmt.Sprintf("| `%s` | %s |\n", p.Name, cardtest.Cell(p.Doc))
	}
	cardtest.Generated(t, "README.md", "catalogs", b)
}
