// Package browser opens the report's pages in a real browser and uses them as a
// reader would. The pages come from the tests of evenkeel/reports/run and compare: see run.
package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var (
	pages = flag.String("pages", "", "folder of the pages to open")
	shots = flag.String("shots", "", "folder for pictures of what was seen; none when empty")
	must  = flag.Bool("must", false, "fail without a browser, instead of leaving the tests out")
)

// chromium is the browser's program. Debian's /usr/bin/chromium is a shell script
// around it.
func chromium(t *testing.T) string {
	for _, name := range []string{"/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if *must || os.Getenv("CI") != "" {
		t.Fatal("there is no Chromium")
	}
	t.Skip("there is no Chromium")
	return ""
}

// started is the browser of all tests, each of which has a tab of its own.
var started context.Context

func browser(t *testing.T) context.Context {
	t.Helper()
	if started != nil {
		return started
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		stop()
		t.Fatal(err)
	}
	started, stopBrowser = ctx, stop
	return ctx
}

var stopBrowser context.CancelFunc = func() {}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	stopBrowser()
	os.Exit(code)
}

// tab is a page that is open.
type tab struct {
	*testing.T
	ctx      context.Context
	messages *[]string
	lock     *sync.Mutex
}

// open opens a page at a width, light or dark.
func open(t *testing.T, name string, width int64, scheme string) *tab {
	t.Helper()
	if *pages == "" {
		t.Skip("no pages: run says how")
	}
	ctx, cancel := chromedp.NewContext(browser(t))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx, messages: &[]string{}, lock: &sync.Mutex{}}
	console := chromedp.Console(ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			p.lock.Lock()
			*p.messages = append(*p.messages, m.String())
			p.lock.Unlock()
		}
	}()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	p.must(err)
	path, err := filepath.Abs(filepath.Join(*pages, name+".html"))
	p.must(err)
	var viewport []chromedp.EmulateViewportOption
	if width < 600 {
		viewport = append(viewport, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	p.must(chromedp.Do(ctx, chromedp.EmulateViewport(width, 900, viewport...), chromedp.Navigate("file://"+path)))
	p.quiet()
	return p
}

func (p *tab) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// quiet checks that nothing was said on the console.
func (p *tab) quiet() {
	p.Helper()
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, m := range *p.messages {
		p.Errorf("the console says: %s", m)
	}
}

// ask evaluates an expression in the page.
func ask[T any](p *tab, format string, args ...any) T {
	p.Helper()
	x, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](fmt.Sprintf(format, args...)))
	if err != nil {
		p.Fatalf("%s: %v", format, err)
	}
	return x
}

// do runs statements in the page.
func (p *tab) do(format string, args ...any) {
	p.Helper()
	ask[bool](p, "(() => {"+format+"; return true})()", args...)
}

// want checks that an expression is what it should be.
func want[T comparable](p *tab, expected T, format string, args ...any) {
	p.Helper()
	if got := ask[T](p, format, args...); got != expected {
		p.Errorf("%s: %v, want %v", fmt.Sprintf(format, args...), got, expected)
	}
}

// shot keeps a picture of the whole page, or of a part of it.
func (p *tab) shot(name string) {
	p.Helper()
	if *shots == "" {
		return
	}
	b, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	p.must(err)
	p.must(os.MkdirAll(*shots, 0o755))
	p.must(os.WriteFile(filepath.Join(*shots, name+".png"), b, 0o644))
}

// fits checks that the page is not wider than the window: only tables scroll.
func (p *tab) fits() {
	p.Helper()
	want(p, true, "document.documentElement.scrollWidth <= innerWidth")
	wide := ask[string](p, `[...document.querySelectorAll("main *, header *")].filter(e => !e.closest(".scroll, nav, svg, pre, .who, .bname") && e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("\n")`)
	if wide != "" {
		p.Errorf("too wide: %s", wide)
	}
}

// TestPagesOpen opens every page at both widths, light and dark.
func TestPagesOpen(t *testing.T) {
	for _, name := range []string{"demo", "many", "hostile", "one", "demo-compare", "compare-many", "compare-runs", "compare-hostile"} {
		for _, width := range []int64{1280, 375} {
			for _, scheme := range []string{"light", "dark"} {
				if !strings.HasPrefix(name, "demo") && (width < 600) != (scheme == "dark") {
					continue // each of the others once wide and light, once narrow and dark
				}
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					p := open(t, name, width, scheme)
					p.fits()
					want(p, 0, "performance.getEntriesByType('resource').length")
					dark := ask[string](p, "getComputedStyle(document.body).backgroundColor")
					if (scheme == "dark") != (dark != "rgb(255, 255, 255)") {
						t.Errorf("%s page has the background %s", scheme, dark)
					}
					p.shot(fmt.Sprintf("%s-%d-%s", name, width, scheme))
					p.do("for (const d of document.querySelectorAll('details')) d.open = true")
					p.fits()
					p.quiet()
				})
			}
		}
	}
}

func TestTheme(t *testing.T) {
	p := open(t, "five", 1280, "light")
	const background = "getComputedStyle(document.body).backgroundColor"
	light := ask[string](p, background)
	p.do("document.getElementById('theme').click()")
	if ask[string](p, background) == light {
		t.Error("the button changes nothing")
	}
	p.do("document.getElementById('theme').click()")
	want(p, light, background)
	p.quiet()
}

func TestSorting(t *testing.T) {
	p := open(t, "many", 1280, "light")
	const column = `[...document.querySelectorAll("#t-headline tbody tr")].map(r => +r.cells[%d].dataset.v)`
	for i := 1; i <= 3; i++ {
		p.do(`document.querySelectorAll("#t-headline thead th")[%d].click()`, i)
		want(p, true, column+".every((x, i, a) => i === 0 || a[i - 1] >= x)", i)
		want(p, "descending", `document.querySelectorAll("#t-headline thead th")[%d].getAttribute("aria-sort")`, i)
		p.do(`document.querySelectorAll("#t-headline thead th")[%d].click()`, i)
		want(p, true, column+".every((x, i, a) => i === 0 || a[i - 1] <= x)", i)
	}
	p.do(`document.querySelector("#t-headline thead th").click()`)
	want(p, "bands 5%", `document.querySelector("#t-headline tbody th bdi").textContent`)
	want(p, 20, `document.querySelectorAll("#t-headline tbody tr").length`)
	p.quiet()
}

func TestFiltering(t *testing.T) {
	p := open(t, "five", 1280, "light")
	const lines = `document.querySelectorAll("#looks tbody tr").length`
	const cell = `[...new Set([...document.querySelectorAll("#looks tbody tr")].map(r => r.cells[%d].textContent))].sort().join()`
	set := func(id, value string) {
		p.do(`const e = document.getElementById(%q); e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true}))`, id, value)
	}
	want(p, "rebalanced", cell, 2)
	set("fp", "2")
	want(p, "bands", cell, 1)
	set("fs", "in band")
	want(p, "in band", cell, 2)
	set("fs", "")
	set("fp", "")
	set("fq", "gld at")
	want(p, true, `[...document.querySelectorAll("#looks tbody tr")].every(r => r.cells[3].textContent.includes("GLD at"))`)
	set("fq", "nothing like this")
	want(p, 0, lines)
	want(p, "nothing like that", `document.getElementById("where").textContent`)
	set("fq", "")
	set("fa", "2006-01-01")
	set("fb", "2006-01-31")
	want(p, true, `[...document.querySelectorAll("#looks tbody tr")].some(r => r.cells[0].textContent.startsWith("2006-01"))`)
	set("fa", "")
	set("fb", "")
	want(p, 25, lines)
	first := ask[string](p, `document.querySelector("#looks tbody tr").textContent`)
	p.do(`document.getElementById("prev").click()`)
	if ask[string](p, `document.querySelector("#looks tbody tr").textContent`) == first {
		t.Error("turning the page shows the same lines")
	}
	p.do(`document.getElementById("next").click()`)
	want(p, first, `document.querySelector("#looks tbody tr").textContent`)
	p.quiet()
}

// TestHover points at the chart of NAV and reads the value there.
func TestHover(t *testing.T) {
	p := open(t, "five", 1280, "light")
	type place struct{ X, Y float64 }
	at := func(part float64) place {
		return ask[place](p, `(() => { const c = document.getElementById("c-nav"); c.scrollIntoView({behavior: "instant", block: "center"}); const b = c.getBoundingClientRect(); return {X: b.left + b.width * %g, Y: b.top + b.height / 2} })()`, part)
	}
	move := func(part float64) {
		x := at(part)
		p.must(chromedp.Do(p.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x.X, x.Y)))
	}
	move(0.4)
	want(p, false, `document.querySelector(".tip").hidden`)
	want(p, 3, `document.querySelectorAll(".tip div").length`)
	p.shot("hover")
	move(0.9999)
	want(p, true, `document.querySelector(".tip b").textContent === [...document.querySelectorAll("#ran dd")][0].textContent.match(/to (\S+),/)[1]`)
	// The last value of each policy is its final NAV, to the digits that are shown.
	want(p, true, `[...document.querySelectorAll(".tip div")].every(r => {
		const name = r.querySelector("bdi").textContent, shown = +r.lastChild.textContent.replaceAll(",", "");
		const row = [...document.querySelectorAll("#t-headline tbody tr")].find(x => x.cells[0].textContent === name);
		return Math.abs(shown / row.cells[1].dataset.v - 1) < 5e-4;
	})`)
	before := ask[string](p, `document.querySelector(".tip").innerText`)
	p.do(`document.querySelector("button.log").click()`)
	move(0.9)
	move(0.9999)
	want(p, before, `document.querySelector(".tip").innerText`)
	p.shot("other-scale")
	p.do(`document.querySelector("button.log").click()`)
	p.do(`document.querySelector(".pick").click()`)
	move(0.5)
	want(p, 2, `document.querySelectorAll(".tip div").length`)
	want(p, true, `document.querySelector("#c-nav path[data-k='0']").checkVisibility() === false`)
	p.must(chromedp.Do(p.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 2, 2)))
	want(p, true, `document.querySelector(".tip").hidden`)
	p.quiet()
}

// TestHostileNames reads names that try to break out back as text.
func TestHostileNames(t *testing.T) {
	p := open(t, "hostile", 1280, "light")
	names := ask[[]string](p, `[...document.querySelectorAll("#t-headline tbody th bdi")].map(e => e.textContent)`)
	for _, hostile := range []string{"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</script>", "{{.}}", "javascript:alert(1)"} {
		found := false
		for _, n := range names {
			found = found || n == hostile
		}
		if !found {
			t.Errorf("%q is not among the policies %q", hostile, names)
		}
	}
	want(p, "<script>alert(1)</script>", "document.title")
	want(p, 2, "document.scripts.length")
	want(p, 0, "document.images.length")
	want(p, 0, `document.querySelectorAll("[onerror], [onload], [src], [style]:not(.tip)").length`)
	want(p, true, `[...document.querySelectorAll("a")].every(a => a.getAttribute("href").startsWith("#"))`)
	// Names that the script writes: options, lines of the log.
	want(p, true, `[...document.getElementById("fp").options].some(o => o.textContent === "</script>")`)
	want(p, true, `[...document.querySelectorAll("#looks tbody bdi")].every(e => e.children.length === 0)`)
	p.quiet()
}

func TestPrints(t *testing.T) {
	for _, name := range []string{"five", "many", "compare-many"} {
		p := open(t, name, 1280, "dark")
		b, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		p.must(err)
		if !strings.HasPrefix(string(b), "%%PDF-"[1:]) || len(b) < 50_000 {
			t.Errorf("%s: a PDF of %d bytes", name, len(b))
		}
		dark := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}
		_, err = chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: dark})
		p.must(err)
		want(p, "rgb(255, 255, 255)", "getComputedStyle(document.body).backgroundColor") // paper is light
		if *shots != "" {
			p.must(os.WriteFile(filepath.Join(*shots, name+".pdf"), b, 0o644))
			p.must(chromedp.Do(p.ctx, chromedp.EmulateViewport(703, 900))) // A4 between its margins
			p.shot(name + "-print")
		}
		p.quiet()
	}
}

// TestWithoutScripts reads the page with scripts off.
func TestWithoutScripts(t *testing.T) {
	p := withoutScripts(t, "five", 1280, "light", "Final NAV", "never", "Rolling tracking error", "The last")
	p.shot("without-scripts")
}

// withoutScripts opens a page with scripts off: it has the texts, and speaks of nothing
// that a script does.
func withoutScripts(t *testing.T, name string, width int64, scheme string, texts ...string) *tab {
	t.Helper()
	p := open(t, name, width, scheme)
	_, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.must(err)
	_, err = chromedp.Call(p.ctx, page.Reload, page.ReloadParams{})
	p.must(err)
	time.Sleep(500 * time.Millisecond)
	text, err := chromedp.Run(p.ctx, chromedp.Text(chromedp.CSS("body")))
	p.must(err)
	for _, s := range texts {
		if !strings.Contains(text, s) {
			t.Errorf("without scripts there is no %q", s)
		}
	}
	if strings.Contains(text, "Click a heading") {
		t.Error("without scripts the page speaks of sorting")
	}
	p.quiet()
	return p
}
