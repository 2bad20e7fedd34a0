package card_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"evenkeel/data"
	"evenkeel/sim/card"
)

func list(items ...string) card.Value {
	v := card.Value{Path: "x", Kind: card.List}
	for i, s := range items {
		v.List = append(v.List, card.Value{Path: fmt.Sprintf("x.%d", i), Text: s})
	}
	return v
}

func dict(pairs ...string) card.Value {
	v := card.Value{Path: "x", Kind: card.Map}
	for i := 0; i < len(pairs); i += 2 {
		v.Keys = append(v.Keys, pairs[i])
		v.List = append(v.List, card.Value{Path: "x." + pairs[i], Text: pairs[i+1]})
	}
	return v
}

// stored parses a value and stores it.
func stored(t *testing.T, k card.Knob, v card.Value) {
	t.Helper()
	store, err := k.Parse(v)
	require.NoError(t, err, "%+v", v)
	store()
}

// refused wants a Problem at the value's place, and no store.
func refused(t *testing.T, k card.Knob, v card.Value, what string) *card.Problem {
	t.Helper()
	store, err := k.Parse(v)
	require.Nil(t, store, "%+v", v)
	require.ErrorContains(t, err, what)
	var p *card.Problem
	require.ErrorAs(t, err, &p)
	require.Contains(t, p.Path, v.Path)
	return p
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "5": 5, "-3": -3, "+2.5": 2.5, ".5": 0.5, "1e6": 1e6, "1E-3": 1e-3, " 7 ": 7, "1000000": 1e6} {
		f, err := card.Number(card.T(text))
		require.NoError(t, err, text)
		require.Equal(t, want, f)
	}
	for _, text := range []string{
		"", " ", "x", "1,000", "1_000", "1 000", "1,5", ".nan", "nan", "NaN", "inf", "-Inf", "+infinity", "1e400", "-1e400",
		"0x10", "0X1p-2", "-0x1", "+0x1", "1e", "--1", "1.2.3", "10%", "5pp", "١", "1e5e-2",
	} {
		_, err := card.Number(card.T(text))
		require.Error(t, err, text)
	}
	for _, v := range []card.Value{list("1"), dict("a", "1"), {Kind: card.List}} {
		_, err := card.Number(v)
		require.EqualError(t, err, "want a number")
	}
	_, err := card.Number(card.T("1,000"))
	require.EqualError(t, err, `"1,000" is not a number: write it without separators, with a point for decimals`)
}

func TestFractions(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "0.2": 0.2, "20%": 0.2, " 20 % ": 0.2, "-20%": -0.2, "+20%": 0.2, "100%": 1, "0%": 0, "33.3%": 0.333, ".5%": 0.005, "1e1%": 0.1, "1e-1": 0.1, "250%": 2.5, "7%": 0.07, "29%": 0.29,
	} {
		f, err := card.ReadFraction(card.T(text))
		require.NoError(t, err, text)
		require.Equal(t, want, f, text)
	}
	for _, v := range []card.Value{card.T(""), card.T("%"), card.T("20%%"), card.T("5pp"), card.T("a fifth"), card.T("1,5%"), card.T("nan%"), card.T("inf"), card.T("1/5"), card.T("0x1%"), list("20%"), dict("a", "20%")} {
		_, err := card.ReadFraction(v)
		require.ErrorContains(t, err, "want a fraction such as 0.2 or 20%, got", "%+v", v)
	}
}

// 20% and 0.2 are the same float64, for every percentage and not only for those
// that a division by 100 happens to hit.
func TestPercentIsExact(t *testing.T) {
	differ := 0
	for hundredths := range 100_001 { // 0.00 % to 1000.00 %
		whole, rest := hundredths/100, hundredths%100
		text := fmt.Sprintf("%d.%02d%%", whole, rest)
		if rest == 0 {
			text = fmt.Sprintf("%d%%", whole)
		}
		f, err := card.ReadFraction(card.T(text))
		plain, _ := strconv.ParseFloat(fmt.Sprintf("%d.%04d", hundredths/10_000, hundredths%10_000), 64)
		if err != nil || f != plain {
			t.Fatalf("%s is %v, want %v", text, f, plain)
		}
		percent, _ := strconv.ParseFloat(text[:len(text)-1], 64)
		if percent/100 != plain {
			differ++
		}
	}
	require.Positive(t, differ, "a division would do")
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{3,12}`).Draw(t, "digits")
		at := rapid.IntRange(3, len(digits)).Draw(t, "point")
		f, err := card.ReadFraction(card.T(digits[:at] + "." + digits[at:] + "%"))
		require.NoError(t, err)
		want, err := strconv.ParseFloat(digits[:at-2]+"."+digits[at-2:], 64)
		require.NoError(t, err)
		require.Equal(t, want, f)
	})
}

func TestFractionKnob(t *testing.T) {
	x := 0.7
	k := card.Fraction(&x, "band", "20%", "doc", 0, 1)
	require.Equal(t, card.Knob{Name: "band", Doc: "doc", Default: "20%", Shape: card.FracShape, Sweep: true, Bounds: card.Bounds{Least: 0, Most: 1}}, bare(k))
	store, err := k.Parse(card.T("30%"))
	require.NoError(t, err)
	require.Equal(t, 0.7, x, "parsed, not stored")
	store()
	require.Equal(t, 0.3, x)
	stored(t, k, card.T(k.Default))
	require.Equal(t, 0.2, x)
	for _, edge := range []string{"0", "1", "100%"} {
		stored(t, k, card.T(edge))
	}
	require.EqualError(t, refused(t, k, card.Value{Path: "policies.x.band", Text: "-0.1"}, ""), "band -0.1: must be 0 to 1")
	refused(t, k, card.T("101%"), "band 101%: must be 0 to 1")
	refused(t, k, list("20%"), "want a fraction")
	require.Equal(t, 1.0, x, "what is refused is not stored")
}

// bare is a knob without its function.
func bare(k card.Knob) card.Knob {
	k.Parse = nil
	return k
}

func TestAmountKnob(t *testing.T) {
	x := 1.0
	k := card.Amount(&x, "rate", "", "bps", "doc", card.RateShape, 0, 10_000)
	require.Equal(t, card.Knob{Name: "rate", Doc: "doc", Unit: "bps", Shape: card.RateShape, Sweep: true, Bounds: card.Bounds{Least: 0, Most: 10_000}}, bare(k))
	for text, want := range map[string]float64{"0": 0, "10": 10, "2.5": 2.5, "10000": 10_000} {
		stored(t, k, card.T(text))
		require.Equal(t, want, x)
	}
	refused(t, k, card.T("-3"), "rate -3: must be 0 to 10000")
	refused(t, k, card.T("10001"), "rate 10001: must be 0 to 10000")
	refused(t, k, card.T("10%"), "want a finite number")
	refused(t, k, dict("a", "1"), "want a number")
}

func TestChoiceKnob(t *testing.T) {
	type way uint8
	var w way = 9
	k := card.Choice(&w, "share", "doc", "relative", "absolute", "lowest_first")
	require.Equal(t, card.Knob{Name: "share", Doc: "doc", Default: "relative", Shape: card.WordShape, Words: []string{"relative", "absolute", "lowest_first"}, Sweep: true}, bare(k))
	for i, word := range k.Words {
		stored(t, k, card.T(word))
		require.Equal(t, way(i), w)
	}
	p := refused(t, k, card.T("lowest"), `unknown share "lowest"; one of relative, absolute, lowest_first`)
	require.Equal(t, "lowest", p.Word)
	require.Equal(t, k.Words, p.Near)
	for _, v := range []card.Value{card.T(""), card.T("Relative"), card.T("relative "), list("relative"), dict("a", "relative")} {
		refused(t, k, v, "unknown share")
	}
}

func TestLookKnob(t *testing.T) {
	var c data.Schedule
	k := card.Look(&c, "look", "session", "doc")
	for _, good := range []struct {
		v    card.Value
		want string
	}{
		{card.T("session"), "session"}, {card.T("5 sessions"), "5 sessions"}, {card.T("mon/wed/fri"), "mon/wed/fri"}, {card.T("half_year_start"), "half_year_start"},
		{dict("every", "5 sessions"), "5 sessions"},
		{dict("every", "5 sessions", "offset", "2"), "5 sessions offset 2"},
		{dict("offset", "2", "every", "5 sessions"), "5 sessions offset 2"},
		{card.T("2 weeks"), "2 weeks"}, {dict("every", "2 weeks"), "2 weeks"}, {card.T("1 week"), "week_start"},
		{dict("on", "mon/wed/fri", "else", "next"), "mon/wed/fri else next"}, {dict("else", "next", "on", "fri"), "fri else next"},
		{dict("on", "fri"), "fri"}, {card.T("fri else next"), "fri else next"},
	} {
		stored(t, k, good.v)
		require.Equal(t, good.want, c.String())
	}
	require.Contains(t, k.Words, "month_end")
	p := refused(t, k, card.T("fortnightly"), `unknown frequency "fortnightly"`)
	require.Equal(t, "fortnightly", p.Word)
	require.Contains(t, p.Near, "quarter_end")
	refused(t, k, dict("offset", "2"), "want {every: 5 sessions, offset: 2} or {on: fri, else: next}")
	require.Equal(t, "x.start", refused(t, k, dict("every", "5 sessions", "start", "2"), `unknown key "start"`).Path)
	for _, v := range []card.Value{dict("every", "5 sessions", "offset", "5"), dict("every", "month_end", "offset", "1"), dict("every", "5"), dict("every", "session", "offset", "0"), card.T(""),
		dict("every", "2 weeks", "offset", "1"), dict("on", "fri", "else", "last"), card.T("0 weeks"), card.T("2 weeks offset 1")} {
		refused(t, k, v, "unknown frequency")
	}
	refused(t, k, list("session"), "want a schedule such as session, month_end or mon/wed/fri, not a list")
	for _, v := range []card.Value{dict("every", "fri"), dict("every", "5 sessions offset 2"), dict("on", "5 sessions"), dict("on", "fri else next", "else", "next"), dict("on", "month_end")} {
		refused(t, k, v, "want {every: 5 sessions, offset: 2} or {on: fri, else: next}")
	}
}

func TestDayKnob(t *testing.T) {
	d := data.NoDate
	k := card.Day(&d, "from", "doc")
	require.Equal(t, card.DateShape, k.Shape)
	require.False(t, k.Sweep)
	stored(t, k, card.T("2020-02-29"))
	require.Equal(t, data.NewDate(2020, 2, 29), d)
	for _, v := range []card.Value{card.T(""), card.T("2019-02-29"), card.T("29.02.2020"), list("2020-02-29"), dict("a", "2020-02-29")} {
		refused(t, k, v, "from: ")
	}
}

func TestNamesKnob(t *testing.T) {
	var names []string
	k := card.Names(&names, "assets", "doc")
	stored(t, k, list("GLD", "NULL", "true", "123"))
	require.Equal(t, []string{"GLD", "NULL", "true", "123"}, names)
	refused(t, k, card.T("GLD"), "assets: want a list of symbols, such as [GLD, VTI]")
	refused(t, k, dict("GLD", "1"), "want a list of symbols")
	require.Equal(t, "x.1", refused(t, k, list("GLD", ""), "assets: want a symbol").Path)
	nested := list("GLD")
	nested.List[0] = list("VTI")
	refused(t, k, nested, "assets: want a symbol")
}

func TestFlagKnob(t *testing.T) {
	on := false
	k := card.Flag(&on, "sort", "false", "doc")
	require.Equal(t, []string{"true", "false"}, k.Words)
	stored(t, k, card.T("true"))
	require.True(t, on)
	stored(t, k, card.T("false"))
	require.False(t, on)
	for _, v := range []card.Value{card.T(""), card.T("True"), card.T("yes"), card.T("1"), list("true")} {
		refused(t, k, v, "sort: want true or false, got")
	}
}

func TestValue(t *testing.T) {
	v := dict("a", "1", "b", "2")
	b, ok := v.Get("b")
	require.True(t, ok)
	require.Equal(t, "2", b.Text)
	_, ok = v.Get("c")
	require.False(t, ok)
	_, ok = card.T("a").Get("a")
	require.False(t, ok)
	_, ok = list("a").Get("a")
	require.False(t, ok)
	err := card.Badly(b, "band %v: %s", 5, "no")
	require.Equal(t, &card.Problem{Path: "x.b", What: "band 5: no"}, err)
}

func TestCatalog(t *testing.T) {
	c := card.Catalog[int]{Kind: "toy"}
	require.Empty(t, c.All())
	require.Empty(t, c.Names())
	for i, name := range []string{"top", "ball", "yo-yo", "car"} {
		c.Add(card.Plug[int]{Card: card.Card{Name: name}, New: func() (int, []card.Knob) { return i, nil }})
	}
	require.Equal(t, []string{"ball", "car", "top", "yo-yo"}, c.Names())
	for i, p := range c.All() {
		require.Equal(t, c.Names()[i], p.Name)
	}
	p, ok := c.Find("yo-yo")
	require.True(t, ok)
	made, _ := p.New()
	require.Equal(t, 2, made)
	for _, name := range []string{"", "Ball", "kite"} {
		_, ok = c.Find(name)
		require.False(t, ok)
	}
	require.PanicsWithValue(t, `card: two plug-ins toy "car"`, func() { c.Add(card.Plug[int]{Card: card.Card{Name: "car"}}) })
}

// A limit of a knob may be infinite: what is read never is.
func TestNothingInfiniteIsRead(t *testing.T) {
	x := 0.0
	k := card.Amount(&x, "rate", "", "", "", card.MoneyShape, math.Inf(-1), math.Inf(1))
	stored(t, k, card.T("1e308"))
	refused(t, k, card.T("1e309"), "want a finite number")
}
