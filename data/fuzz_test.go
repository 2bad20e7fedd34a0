package data

import (
	"strings"
	"testing"
)

// A schedule is refused, or its text is read as the same one.
func FuzzSchedule(f *testing.F) {
	for _, s := range append(ScheduleWords(), "5 sessions", "5 sessions offset 2", "2 weeks", "mon/wed/fri", "fri else next", "0 sessions", "-1 weeks", "99999999999999999999 sessions", "mon/mon", "", "sessions", "5 sessions offset 9", "fri else fri") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSchedule(text)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("an error without a word")
			}
			return
		}
		again, err := ParseSchedule(s.String())
		if err != nil || again != s {
			t.Fatalf("%q is %q, which is read as %v, %v", text, s, again, err)
		}
	})
}

// A date is refused, or its text is the one that was read.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2020-02-29", "2021-02-29", "0000-00-00", "9999-12-31", "0001-01-01", "-001-01-01", "2020-1-1", "2020-13-01", "", "2020-01-01T00:00:00", "２０２０-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ParseDate(text); err == nil && d.String() != text {
			t.Fatalf("%q is %s", text, d)
		}
	})
}
