package village

import (
	"encoding/json"
	"testing"
)

// TestProcesses folds VC-22: every part belongs to one process; members who sell pro rata
// sell alike but for rounding; each event names a member who was there.
func TestProcesses(t *testing.T) {
	for _, id := range []string{"VC-22-conservation", "VC-01-reduction", "VC-12-mini", "VC-06-leave"} {
		var c goldenCase
		if err := json.Unmarshal(readCases(t)[id], &c); err != nil {
			t.Fatal(err)
		}
		w := c.Inputs.world()
		o := Run(w)
		p := Process{whole(10), whole(35), whole(15), Dec("50%"), whole(4)}
		rows := Processes(w, o, p, false)
		parts := 0
		for _, x := range rows {
			d := o.Decisions[x.Decision]
			parts += x.Count
			if x.Finalised < x.Traded || x.Traded < x.Decided || len(x.Parts) != x.Count {
				t.Errorf("%s: session %d: minutes %+v", id, d.Session, x.Timeline)
			}
			if x.SaleRange != nil && !w.Villages[d.Village].TaxAware && less(Dec("0.000001"), x.SaleRange) {
				t.Errorf("%s: session %d: members sold apart by %s", id, d.Session, Text(x.SaleRange, 12))
			}
		}
		if parts != len(o.Fills) {
			t.Errorf("%s: %d parts in processes, %d filled", id, parts, len(o.Fills))
		}
		paid := 0
		for _, n := range Notices(o, rows) {
			e := o.Members[n.Village][n.Member]
			if n.Session < e.Joined || e.Left >= 0 && n.Session > e.Left {
				t.Errorf("%s: %s is told of %s on session %d", id, e.Name, n.Event, n.Session)
			}
			if n.Event == "paid" {
				paid++
			}
		}
		if paid != len(o.Paid) {
			t.Errorf("%s: %d told of %d payments", id, paid, len(o.Paid))
		}
	}
}
