package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"evenkeel/reports/draw"
	"evenkeel/reports/internal/reporttest"
	"evenkeel/reports/run"
	"evenkeel/sim"
	"evenkeel/sim/evidence"
)

// comparePage is the page of a comparison.
func comparePage(t testing.TB, v *Comparison) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, v.HTML(&b))
	return b.String()
}

// twoRuns are policies of a run, and those of one with wider bands that begins later.
func twoRuns(t testing.TB) *Comparison {
	r := five(t, 700)
	late, err := r.Panel.Window(r.Panel.Date(150), r.Panel.Date(699))
	require.NoError(t, err)
	wide := replay(t, late, r.Targets, reporttest.TenBPS(t, late, sim.NextClose), reporttest.Never(), reporttest.Banded("bands", r.Targets, 0.4, 0.1))
	all := append(entrantsOf(r, "near/"), entrantsOf(wide, "wide/")...)
	for i := range all {
		all[i].Folder, _, _ = strings.Cut(all[i].Name, "/")
	}
	return compareAll(t, all, Options{Base: "near/bands"})
}

var (
	keyedPattern = regexp.MustCompile(`<td[^>]*? data-m="([^"]+)"(?: data-v="([^"]*)")?>([^<]*)<`)
	tellPattern  = regexp.MustCompile(`<td class="l "[^>]*>([^<]*)</td>`)
)

// Every number on the page is the one of compare.json: in full where tables sort by
// it, and on paper to the digits that are shown.
func TestHTMLShowsTheComparison(t *testing.T) {
	run := five(t, 700)
	for name, v := range map[string]*Comparison{"compare": compareAll(t, entrantsOf(run, ""), Options{}), "compare-runs": twoRuns(t)} {
		content := comparePage(t, v)
		require.Equal(t, content, comparePage(t, v), "the same comparison, the same bytes")
		reporttest.Keep(t, name, content)
		policies := comparedJSON(t, v)
		seen := map[string]int{}
		for _, row := range reporttest.RowPattern.FindAllStringSubmatch(content, -1) {
			k, err := strconv.Atoi(row[1])
			require.NoError(t, err)
			o := policies[v.Entrants[k].Name]
			for _, c := range keyedPattern.FindAllStringSubmatch(row[2], -1) {
				requireKeyed(t, o, c)
				seen[c[1]]++
			}
			if told := tellPattern.FindAllStringSubmatch(row[2], -1); told != nil {
				require.Len(t, told, len(jsonDifferences))
				for i, d := range jsonDifferences {
					require.Equal(t, reached(o, "against_base."+d.key+".told_apart"), told[i][1] == "differs, in these sessions")
				}
			}
		}
		n := len(v.Entrants)
		for _, key := range jsonMeasures {
			require.Equal(t, n, seen[key], key)
			reporttest.Has(t, content, `id="m-`+key+`"`)
		}
		y0, labels := v.run.Calendar()
		for y := range labels {
			for _, key := range []string{"return", "trades", "rebalances", "turnover", "cost"} {
				require.Equal(t, n, seen[fmt.Sprintf("years.%d.%s", y0+y, key)])
			}
		}
		for _, key := range []string{"cagr.difference", "cagr.low", "cagr.high", "cagr.above_0", "sharpe.difference", "sharpe.low", "sharpe.high", "sharpe.above_0"} {
			require.Equal(t, n-1, seen["against_base."+key], key)
		}
		requireParted(t, v, content, policies)
	}
}

// comparedJSON are the policies of compare.json.
func comparedJSON(t *testing.T, v *Comparison) map[string]any {
	var b bytes.Buffer
	require.NoError(t, v.JSON(&b))
	var all struct{ Policies map[string]any }
	require.NoError(t, json.Unmarshal(b.Bytes(), &all))
	return all.Policies
}

// reached is what a path leads to.
func reached(o any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		o = o.(map[string]any)[key]
	}
	return o
}

// requireKeyed compares a cell with the number that its key leads to.
func requireKeyed(t *testing.T, o any, cell []string) {
	t.Helper()
	key, want := cell[1], reached(o, cell[1])
	if cell[2] == "" {
		require.Nil(t, want, key)
		require.Equal(t, draw.Undefined, cell[3], key)
		return
	}
	full, err := strconv.ParseFloat(cell[2], 64)
	require.NoError(t, err)
	require.Equal(t, want, full, key)
	switch {
	case strings.HasSuffix(cell[3], "%"):
	case strings.HasPrefix(key, "against_base.cagr."):
		full *= 1e4
	case strings.HasPrefix(key, "years.") && (strings.HasSuffix(key, "return") || strings.HasSuffix(key, "turnover")):
		full *= 100
	}
	reporttest.RequireShown(t, full, html.UnescapeString(cell[3]), key)
}

// requireParted compares the weights around the looks that part policies.
func requireParted(t *testing.T, v *Comparison, content string, policies map[string]any) {
	tables := regexp.MustCompile(`(?s)<table id="t-parted(\d+)".*?</table>`).FindAllStringSubmatch(content, -1)
	require.NotEmpty(t, tables)
	for _, table := range tables {
		k, err := strconv.Atoi(table[1])
		require.NoError(t, err)
		o := reached(policies[v.Entrants[k].Name], "against_base.first_difference")
		reporttest.Has(t, content, reached(o, "date").(string))
		rows := regexp.MustCompile(`<tr><th scope="row"><bdi>([^<]*)</bdi></th>(.*)</tr>`).FindAllStringSubmatch(table[0], -1)
		require.Len(t, rows, len(reached(o, "weights").(map[string]any)))
		for _, row := range rows {
			cells := keyedPattern.FindAllStringSubmatch(row[2], -1)
			require.Len(t, cells, map[bool]int{true: 4, false: 6}[reached(o, "at_start").(bool)])
			for _, c := range cells {
				requireKeyed(t, reached(o, "weights").(map[string]any)[html.UnescapeString(row[1])], c)
			}
		}
	}
}

// The page says which runs it is about, by what they can be told, and why it is
// about these sessions.
func TestHTMLComparisonNamesItsRuns(t *testing.T) {
	v := twoRuns(t)
	v.given[0].run.Digest, v.given[1].run.Digest = strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	content := comparePage(t, v)
	reporttest.Has(t, content, html.EscapeString(v.windowLine()))
	reporttest.Has(t, content, "all of wide begin last")
	reporttest.Has(t, content, "result abababababab</code>")
	for _, s := range v.origins() {
		reporttest.Has(t, content, "<dt><bdi>"+s.folder+"</bdi></dt>")
		reporttest.Has(t, content, s.run.PricesDigest())
		reporttest.Has(t, content, ">"+s.run.Digest+"</code>")
	}
	for _, c := range v.Entrants {
		reporttest.Has(t, content, "trades "+c.Policy.Statement.Digest)
	}
	var b bytes.Buffer
	require.NoError(t, v.JSON(&b))
	reporttest.Has(t, b.String(), `"result_digest": "`+strings.Repeat("cd", 32))
	reporttest.Has(t, b.String(), `"prices_sha256": "`+v.given[1].run.PricesDigest())
}

func TestHTMLComparisonLoadsNothing(t *testing.T) {
	reporttest.LoadsNothing(t, comparePage(t, twoRuns(t)), 2)
}

// Ten policies over twenty years make a small page.
func TestHTMLComparisonOfManyPolicies(t *testing.T) {
	all := entrantsOf(many(t, 10, 5040), "")
	v := compareAll(t, all[:10], Options{})
	content := comparePage(t, v)
	t.Logf("10 policies x 20 years x 10 assets: %d bytes", len(content))
	require.Less(t, len(content), 1<<20)
	reporttest.Keep(t, "compare-many", content)
}

// hostileComparison compares two runs whose names, folders and symbols try to break out;
// the second has wider bands.
func hostileComparison(t *testing.T, names []string) *Comparison {
	r := escapingRun(t, names)
	var plans []reporttest.Plan
	for _, p := range r.Policies {
		x := reporttest.Banded(p.Name, r.Targets, 0.2, 0.1)
		x.Title = p.Name
		plans = append(plans, x)
	}
	wide := replay(t, r.Panel, r.Targets, reporttest.TenBPS(t, r.Panel, sim.NextClose), plans...)
	wide.Name, wide.Currency, wide.Prices, wide.Notes, wide.Digest = names[1], names[0], names[3], names[5:], names[0]
	all := append(entrantsOf(r, names[0]+"/"), entrantsOf(wide, names[2]+"/")...)
	for i := range all {
		all[i].Folder = names[0]
		if all[i].Run == wide {
			all[i].Folder = names[2]
		}
	}
	return compareAll(t, all, Options{})
}

// Names that try to break out stay text: the page has the elements of the same
// page with plain names, and no character that turns lines or breaks them.
func TestHTMLComparisonKeepsHostileNamesText(t *testing.T) {
	texts := reporttest.Escapes
	for _, c := range hostileComparison(t, reporttest.Escapes).Entrants {
		texts = append(texts[:len(texts):len(texts)], c.Name)
	}
	reporttest.KeepsText(t, "compare-hostile", func(names []string) string { return comparePage(t, hostileComparison(t, names)) }, texts)
}

// What an interval says, and what is said of all of them.
func TestIntervalsThatHold0MayBeLuck(t *testing.T) {
	nan := math.NaN()
	for want, x := range map[string]evidence.Interval{
		"may be luck":                {Difference: 1, Low: -1, High: 3},
		"differs, in these sessions": {Difference: 2, Low: 1, High: 3},
		"the same returns":           {},
		"nothing can be told":        {Difference: 1, Low: nan, High: nan},
	} {
		require.Equal(t, want, luck(x))
	}
	for want, n := range map[string]verdictCount{
		"there are no intervals; any difference may be luck.":                                                                                                       {open: 3},
		"the same returns as those of b.":                                                                                                                           {same: 2},
		"the interval does not hold 0; the policy differs from b in these sessions.":                                                                                {told: 1},
		"no interval holds 0; both policies differ from b in these sessions.":                                                                                       {told: 2},
		"the interval holds 0; the difference to b may be luck.":                                                                                                    {holds: 1},
		"all 3 intervals hold 0; each of the differences to b may be luck.":                                                                                         {holds: 3},
		"1 of 3 policies differs from b in these sessions; 2 intervals hold 0: each of these differences may be luck.":                                              {told: 1, holds: 2},
		"2 of 5 policies differ from b in these sessions; 1 interval holds 0: the difference may be luck; 1 policy has the same returns; 1 policy has no interval.": {2, 1, 1, 1},
	} {
		require.Equal(t, want, n.line("b"))
	}
	content := comparePage(t, compareAll(t, entrantsOf(five(t, 500), ""), Options{}))
	reporttest.Has(t, content, "CAGR: both intervals hold 0; each of the differences to never may be luck.")
	reporttest.Has(t, content, "Sharpe ratio: both intervals hold 0; each of the differences to never may be luck.")
	require.Equal(t, 4, strings.Count(content, ">may be luck<"))
	require.Equal(t, 4, strings.Count(content, ": may be luck\""), "said of the picture, too")
	require.Equal(t, 4, strings.Count(content, `<circle class="open"`))
}

// Accounts that do the same differ by the rounding of their books: that is no
// difference, on whichever side of 0 it lies.
func TestBookDustIsNoDifference(t *testing.T) {
	run := five(t, 300)
	v := compareAll(t, entrantsOf(run, ""), Options{})
	base := v.returns[v.Base].Returns
	near, far := slices.Clone(base), slices.Clone(base)
	for k := range base {
		near[k] += 1e-12
		far[k] += 1e-4
	}
	for _, x := range []struct {
		returns []float64
		word    string
	}{{near, "the same returns"}, {far, "differs, in these sessions"}} {
		i := (v.Base + 1) % len(v.returns)
		v.returns[i].Returns = x.returns
		require.NoError(t, v.differences())
		require.Equal(t, x.word, luck(v.Differences[i].CAGR))
	}
}

// Pages of comparisons that lack this or that.
func TestHTMLOfPoorComparisons(t *testing.T) {
	for _, sessions := range []int{3, 8, 40} {
		content := comparePage(t, compareAll(t, entrantsOf(five(t, sessions), ""), Options{}))
		reporttest.Lacks(t, reporttest.NoScript(content), "NaN")
		reporttest.Lacks(t, reporttest.NoScript(content), "Inf<")
		if sessions < fewest {
			reporttest.Has(t, content, "there are no intervals; any difference may be luck")
			reporttest.Lacks(t, reporttest.NoScript(content), `class="reach`)
		}
	}
	runs := five(t, 40)
	runs.Currency, runs.Notes, runs.Prices, runs.Name = "", nil, "", ""
	for i := range runs.Policies {
		p := &runs.Policies[i]
		r := *p.Record
		r.Log, r.DriftHalf, r.DriftMost = nil, nil, nil
		*p = run.Policy{Name: p.Name, Record: &r}
	}
	content := comparePage(t, compareAll(t, entrantsOf(runs, ""), Options{}))
	reporttest.Lacks(t, reporttest.NoScript(content), "NaN")
	reporttest.Has(t, content, "Comparison: an unnamed experiment")
}
