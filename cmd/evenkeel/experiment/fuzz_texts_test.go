package experiment

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"evenkeel/data/fault"
	"evenkeel/sim/card"
)

// The value of --set is taken or refused with findings, and what is taken has a
// canonical text that is taken again.
func FuzzSet(f *testing.F) {
	for _, s := range [][2]string{
		{"policies.bands.band", "5%"}, {"policies.bands.rail", "50% of band"}, {"costs.0.rate", "0x10"}, {"account.cash", "1e400"}, {"targets.VTI", "-1"},
		{"policies.bands.look", "{on: fri, else: next}"}, {"execution.delay", "3 sessions"}, {"a..b", "["}, {"costs.99.rate", "1"}, {"", ""}, {"seed", "\u202e"},
		{"policies.bands.pause", "2 weeks"}, {"limits.point_time", "1h"}, {"sweep", "{policy: bands, axes: {band: 5%:50%:5%}}"}, {"targets", "{A: 60%, B: 40%}"},
	} {
		f.Add(s[0], s[1])
	}
	file, err := Parse("run.yaml", []byte(good))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, value string) {
		made, err := file.With(path, value)
		if err != nil {
			wellSaid(t, err)
			return
		}
		if _, err := Parse("again.yaml", made.Canonical()); err != nil {
			t.Fatalf("the canonical text is refused: %v\n%s", err, made.Canonical())
		}
	})
}

// A text of an axis is a list, a range or a finding.
func FuzzRange(f *testing.F) {
	for _, s := range []string{"5%:50%:5%", "0:0.9:0.1", "0:20:2.5", "0.5%:1%:0.25%", "0 sessions:4 sessions:2 sessions", "1:0:1", "0:1:0", "0:1:1e-9", "[1, 2]", "a:b:c", ":::", "0:1e308:1e308", "-1:1:1"} {
		f.Add(s)
	}
	file, err := Parse("run.yaml", []byte(good))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		if _, err := file.With("sweep", "{policy: bands, axes: {band: "+text+"}}"); err != nil {
			wellSaid(t, err)
		}
		if took := time.Since(start); took > hang {
			t.Errorf("took %v", took)
		}
	})
}

// A pause, a span of time, a schedule and a number of shares are read or refused.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"2 weeks", "6 months", "1 year", "none", "5 sessions offset 2", "mon/wed/fri", "fri else next", "month_end", "60s", "1h30m", "100 shares", "20000 USD", "6 months after rebalance", "9999999999 weeks", "-1 sessions"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := card.T(text)
		if s, err := card.ReadSchedule(v); err == nil {
			again, err := card.ReadSchedule(card.T(s.String()))
			if err != nil || again != s {
				t.Fatalf("%q is written %q, which is %v, %v", text, s.String(), again, err)
			}
		}
		if p := canonPause(text); canonPause(p) != p {
			t.Fatalf("pause %q is written %q", text, p)
		}
		var d time.Duration
		for _, k := range []card.Knob{durationKnob(&d, "point_time", ""), lotKnob(new(float64)), sessionsKnob(new(int), "delay", "", "")} {
			if store, err := k.Parse(v); err == nil {
				store()
			} else if err.Error() == "" {
				t.Fatalf("%s: an error without a word", k.Name)
			}
		}
	})
}

// wellSaid wants an error to be findings in good text.
func wellSaid(t *testing.T, err error) {
	t.Helper()
	list := fault.Of(err)
	if len(list) == 0 {
		t.Fatalf("an error that is no finding: %v", err)
	}
	for _, x := range list {
		if x.Code == "" || strings.TrimSpace(x.What) == "" || !utf8.ValidString(x.Error()) {
			t.Fatalf("a poor finding: %+v", x)
		}
	}
}
