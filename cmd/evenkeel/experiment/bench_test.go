package experiment

import (
	"maps"
	"slices"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	source := testdata(b, "simulated.yaml")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("run.yaml", source); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWith(b *testing.B) {
	f := parsed(b, good)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.With("policies.bands.band", "15%"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	f := parsed(b, good)
	b.ReportAllocs()
	for b.Loop() {
		f.Canonical()
	}
}

// One axis of a million values, the largest sweep.
func BenchmarkLargestSweep(b *testing.B) {
	source := []byte(good + "sweep: {policy: bands, axes: {band: 0.000001:1:0.000001}}\n")
	for b.Loop() {
		f, err := Parse("run.yaml", source)
		if err != nil || f.Sweep.Points != MaxPoints {
			b.Fatal(err)
		}
	}
}

func BenchmarkLargeFile(b *testing.B) {
	files := largeFiles()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		b.Run("tokens="+name, func(b *testing.B) {
			source := []byte(files[name])
			b.SetBytes(int64(len(source)))
			for b.Loop() {
				_, _ = Parse("large.yaml", source) // most are refused
			}
		})
	}
}
