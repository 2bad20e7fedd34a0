package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestCompareSorting sorts the leaderboard and the table of differences.
func TestCompareSorting(t *testing.T) {
	p := open(t, "compare-many", 1280, "light")
	for _, table := range []string{"board", "differences"} {
		head := fmt.Sprintf(`document.querySelectorAll("#t-%s thead th")`, table)
		column := fmt.Sprintf(`[...document.querySelectorAll("#t-%s tbody tr")].map(r => +r.cells[2].dataset.v)`, table)
		p.do("%s[2].click()", head)
		want(p, true, "%s.every((x, i, a) => i === 0 || a[i - 1] >= x)", column)
		p.do("%s[2].click()", head)
		want(p, true, "%s.every((x, i, a) => i === 0 || a[i - 1] <= x)", column)
	}
	p.quiet()
	// The page comes in the order that it says; a click on that heading turns it round.
	p = open(t, "compare-many", 1280, "light")
	const first = `document.querySelector("#t-board tbody th").textContent`
	const sorted = `[...document.querySelectorAll("#t-board thead th")].findIndex(h => h.getAttribute("aria-sort") === "descending")`
	want(p, 1, sorted)
	want(p, 10, `document.querySelectorAll("#t-board tbody tr").length`)
	best, worst := ask[string](p, first), ask[string](p, `[...document.querySelectorAll("#t-board tbody th")].at(-1).textContent`)
	p.do(`document.querySelectorAll("#t-board thead th")[1].click()`)
	want(p, worst, first)
	p.do(`document.querySelectorAll("#t-board thead th")[1].click()`)
	want(p, best, first)
	p.quiet()
}

// TestCompareHover points at the end of the chart of growth, and hides a policy.
func TestCompareHover(t *testing.T) {
	for _, name := range []string{"compare", "compare-runs"} {
		p := open(t, name, 1280, "light")
		policies := ask[int](p, `document.querySelectorAll("#t-board tbody tr").length`)
		point := func(chart string, part float64) {
			type place struct{ X, Y float64 }
			x := ask[place](p, `(() => { const c = document.getElementById(%q); c.scrollIntoView({behavior: "instant", block: "center"}); const b = c.getBoundingClientRect(); return {X: b.left + b.width * %g, Y: b.top + b.height / 2} })()`, chart, part)
			p.must(chromedp.Do(p.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x.X, x.Y)))
			want(p, false, `document.querySelector(".tip").hidden`)
		}
		// What 100 have become is what the years' returns come to.
		point("c-nav", 0.9999)
		want(p, policies, `document.querySelectorAll(".tip div").length`)
		want(p, true, `[...document.querySelectorAll(".tip div")].every(r => {
			const name = r.querySelector("bdi").textContent, shown = +r.lastChild.textContent.replaceAll(",", "");
			const row = [...document.querySelectorAll("#t-return-by-year tbody tr")].find(x => x.cells[0].textContent === name);
			return Math.abs(shown / (100 * (1 + +row.lastElementChild.dataset.v)) - 1) < 5e-4;
		})`)
		want(p, true, `document.querySelector(".sub").textContent.includes("to " + document.querySelector(".tip b").textContent)`)
		p.shot(name + "-hover")
		point("c-drawdown", 0.5)
		want(p, policies, `document.querySelectorAll(".tip div").length`)
		p.do(`document.querySelector(".pick").click()`)
		point("c-drawdown", 0.4)
		want(p, policies-1, `document.querySelectorAll(".tip div").length`)
		want(p, false, `document.querySelector("#c-nav path[data-k='0']").checkVisibility()`)
		want(p, "none", `getComputedStyle(document.querySelector(".sd[data-k='0']")).display`)
		p.quiet()
	}
}

// TestCompareSaysLuck reads what the page says of intervals that hold 0.
func TestCompareSaysLuck(t *testing.T) {
	for _, name := range []string{"demo-compare", "compare-many", "compare-runs"} {
		p := open(t, name, 1280, "light")
		// In each line of the table, what the ends of the interval mean; in each of the
		// pictures, in order, the same.
		want(p, true, `[...document.querySelectorAll("#t-differences tbody tr")].every((r, i) => [1, 6].every((c, k) => {
			const [low, high] = [+r.cells[c + 1].dataset.v, +r.cells[c + 2].dataset.v], luck = low <= 0 && high >= 0;
			const drawn = document.querySelectorAll(".forest")[k].querySelectorAll(".fr")[i].querySelector("circle");
			return luck === /luck|same/.test(r.cells[c + 4].textContent) && luck === drawn.classList.contains("open");
		}))`)
		p.quiet()
	}
	p := open(t, "demo-compare", 1280, "light")
	want(p, true, `document.querySelector(".says").textContent.includes("each of the differences to never may be luck")`)
}

// TestCompareHostileNames reads names that try to break out back as text.
func TestCompareHostileNames(t *testing.T) {
	p := open(t, "compare-hostile", 1280, "light")
	want(p, true, `[...document.querySelectorAll("#t-board tbody th bdi")].some(e => e.textContent === "<script>alert(1)</script>/</script>")`)
	want(p, 1, "document.scripts.length")
	want(p, 0, "document.images.length")
	want(p, 0, `document.querySelectorAll("[onerror], [onload], [src], [style]:not(.tip)").length`)
	want(p, true, `[...document.querySelectorAll("a")].every(a => a.getAttribute("href").startsWith("#"))`)
	p.quiet()
}

// TestCompareWithoutScripts reads the page with scripts off.
func TestCompareWithoutScripts(t *testing.T) {
	withoutScripts(t, "compare-runs", 375, "dark", "Compared over", "Leaderboard", "may be luck", "Trades by year", "near/bands")
}
