package batch

import (
	"os"
	"path/filepath"
	"testing"

	"evenkeel/data/fault"
)

// Any bytes may lie in plan.json: they are a plan or a finding.
func FuzzPlan(f *testing.F) {
	for _, s := range []string{`{"schema":1,"points":8,"part_points":3}`, `{"points":-1}`, `{"schema":1,"points":1e9,"part_points":9223372036854775807}`, `{`, `null`, `[]`, `{"axes":[{}]}`} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	d, err := openDisk(dir, "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	defer d.close()
	f.Fuzz(func(t *testing.T, plan []byte) {
		if err := os.WriteFile(filepath.Join(dir, planName), plan, 0o600); err != nil {
			t.Fatal(err)
		}
		s, _, err := d.readSpec()
		switch {
		case err != nil && len(fault.Of(err)) == 0:
			t.Fatalf("an error that is no finding: %v", err)
		case err == nil && s.Parts() < 0:
			t.Fatalf("%d parts of %+v", s.Parts(), s)
		}
	})
}
