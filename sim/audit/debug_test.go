package audit_test

import (
	"testing"

	"evenkeel/sim"
	"evenkeel/sim/audit"
)

func TestDebug(t *testing.T) {
	p := rough(t)
	for _, fill := range []sim.Moment{sim.SameClose, sim.NextClose, sim.NextOpen} {
		for _, bridge := range []bool{false, true} {
			m := everyOther(t, p)
			m.Terms.Fill, m.Terms.Bridge = fill, bridge
			rec := ran(t, p, m)
			err := audit.Check(&rec)
			t.Log(fill, bridge, err)
			if err == nil {
				continue
			}
			var id int32
			b := err.(*audit.Breach)
			if b.Rule != audit.Order {
				continue
			}
			for j, o := range rec.Log.Orders {
				if int(o.Session) == b.Session {
					t.Logf("%d %+v", j, o)
					id = int32(j)
				}
			}
			for _, e := range rec.Log.Entries {
				if e.Order >= id-3 && e.Order <= id {
					t.Logf("%+v", e)
				}
			}
			return
		}
	}
}
