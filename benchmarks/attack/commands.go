package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prepareCommands builds the program and a folder of files that it may meet. A case is
// a command line drawn from the tree of commands that the program itself shows. Right is
// an exit code that the documentation lists; a refusal that says what, why and what to
// do, and leaves every file as it was; an output that is good text.
func prepareCommands(scratch string) (func(*rand.Rand) outcome, error) {
	p, err := build(scratch)
	if err != nil {
		return nil, err
	}
	w, err := newWorld(p, scratch)
	if err != nil {
		return nil, err
	}
	tree, err := commandTree(w.p, w.root)
	if err != nil {
		return nil, err
	}
	var weighted []*command
	for i := range tree {
		weighted = append(weighted, slices.Repeat([]*command{&tree[i]}, tree[i].often())...)
	}
	return func(r *rand.Rand) outcome {
		c := weighted[r.IntN(len(weighted))]
		args := commandLine(r, c, tree)
		o := outcome{group: "evenkeel " + strings.Join(c.path, " "), input: []byte(fmt.Sprintf("%q\n", args)), ext: ".txt"}
		o.verdict, o.detail = w.try(args)
		return o
	}, nil
}

// documented are the exit codes that a command line may end in.
var documented = []int{0, 1, 2, 3, 4, 5, 6, 7, 8}

// pointsFailed is the exit code of a sweep that is complete but for points that failed.
const pointsFailed = 7

// try runs a command line and judges its end.
func (w *world) try(args []string) (verdict, string) {
	a := w.p.run(w.root+"/"+inside, args...)
	changed, err := w.changed()
	if err == nil && len(changed) > 0 {
		err = w.renew()
	}
	if err != nil {
		return broken, err.Error()
	}
	ill := a.wellAnswered(documented)
	switch {
	case ill == "" && a.code != 0 && a.code != pointsFailed && len(changed) > 0:
		ill = fmt.Sprintf("exit %d, but %s", a.code, strings.Join(changed[:min(len(changed), 3)], ", "))
	case ill == "" && a.code == 0 && wantsJSON(args) && !json.Valid([]byte(a.out)):
		ill = "no JSON: " + first(a.out)
	}
	if ill == "" {
		ill = hostile(a.out + a.errs)
	}
	switch {
	case ill != "":
		return broken, cut(fmt.Sprintf("%q", args)) + ": " + cut(ill)
	case a.code == 0:
		return same, ""
	}
	return refused, a.findingCode()
}

// cut shortens what is said of a case; its input is kept whole.
func cut(s string) string {
	if len(s) > 300 {
		return s[:200] + " ... " + s[len(s)-95:]
	}
	return s
}

// hostile names the first character of a text that must not reach a terminal.
func hostile(text string) string {
	if !utf8.ValidString(text) {
		return "prints bytes that are no text"
	}
	for _, c := range text {
		if unicode.IsControl(c) && c != '\n' && c != '\t' || unicode.Is(unicode.Bidi_Control, c) {
			return fmt.Sprintf("prints %U", c)
		}
	}
	return ""
}

// wantsJSON reports whether a command line that ended well asked for JSON and nothing else.
func wantsJSON(args []string) bool {
	return slices.Contains(args, "--json") && !slices.ContainsFunc(args, func(s string) bool {
		return s == "--help" || s == "-h" || s == "help" || s == "--" || strings.HasPrefix(s, "--help=") || strings.HasPrefix(s, "--json=") || s == "__complete"
	})
}

// odd are values that fit no flag, or fit an unexpected one.
var odd = []string{"", " ", "-", "--", "-1", "0", "1", "2", "-0", "1e400", "NaN", "Inf", "-Inf", "0x10", "1_000", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1.5", "true", "none",
	"1s", "1ns", "-1s", "9999999h", "1e9h", "5 minutes", "=", "a=b", "a=", "=b", ",", ",,", "a,,b", `"a`, "a\"b", "[", "{", "{a: 1}", "*", "%", "%s%n", "$(id)", "`id`", "a;b", "a b", "\x1b[31m", "\u202e", "a\nb", "\t", "\xff\xfe",
	"\u200b", "é", "-x", "--force", "--help", "AAA", "cagr", "x", strings.Repeat("9", 400), strings.Repeat("x", 300), strings.Repeat("x", 70000), strings.Repeat("a,", 5000), strings.Repeat("../", 2000)}

// usual are values that fit a flag of a name, so that cases come further than to its
// own check.
var usual = map[string][]string{
	"out": {"new", "new", "new/deep", "run", "swept", "empty", "full"}, "dir": {"new", "new", "empty", "full"}, "jobs": {"new", "new/jobs", "empty"},
	"set":      {"policies.bands.band=10%", "account.cash=5", "data.prices=bad.csv", "data.prices=fifo", "sweep.axes.band=[1%, 2%]", "name=a/b", "seed=1", "targets.AAA=61%", "none.x=1"},
	"measures": {"cagr", "cagr,sharpe"}, "measure": {"cagr", "cagr,trades"}, "by": {"cagr", "sharpe"}, "base": {"bands", "never"}, "policies": {"bands", "bands,never", "bands,bands"},
	"shard": {"1/2", "2/2", "1/1", "0/2", "3/2", "1/0", "-1/2", "auto", "1/100000", "1/100001"}, "memory": {"4GB", "1KB", "100MB", "0", "-1GB", "1e99GB"},
	"part-points": {"1", "3", "1000000"}, "workers": {"1", "4096"}, "progress-every": {"0", "1s"}, "wait": {"0", "1s"},
	"heat": {"band,rail_ratio", "band,band", "band"}, "pareto": {"cagr,sharpe", "cagr"}, "where": {"band=1%", "band=1%..3%", "band=9%", "rail_ratio=50%"}, "against": {"band=1%", "rail_ratio=0"},
	"best": {"1", "1000"}, "format": {"html", "csv,json", "latex", "md", "pdf", "svg,svg"}, "size": {"screen", "paper", "slide"}, "only": {"report", "growth", "trades"},
	"block": {"1", "5.5", "1000000"}, "resamples": {"10", "1000"}, "seed": {"0", "18446744073709551615"},
	"close": {"close", "open", "symbol"}, "date": {"date", "close"}, "symbol": {"symbol", "date"}, "open": {"open"}, "volume": {"volume"}, "spread": {"volume"},
	"missing": {"ffill", "drop"}, "late": {"wait"}, "ended": {"last", "zero"}, "kind": {"raw", "adjusted"}, "null": {"NA", "100"}, "timezone": {"UTC", "Asia/Tokyo", "Local", "Mars/Olympus"},
	"to": {"parquet", "arrow", "arrows", "csv"}, "time": {"30", "2:00:00", "1-12"}, "mem": {"4G", "4Gi", "4096"}, "cpus": {"1", "4", "500m"}, "tasks": {"1", "4", "100000"},
	"image": {"registry.example/evenkeel:1"}, "claim": {"shared"}, "mount": {"/data", "/"}, "queue": {"spot"}, "file-system": {"fs-12ab"}, "host-path": {"/srv"}, "sbatch-arg": {"--qos=low"},
	"namespace": {"work"}, "program": {"/bin/evenkeel"}, "timeout": {"1h"}, "merge-wait": {"1h"}, "attempts": {"5"}, "execution-role": {"arn:aws:iam::1:role/x"},
}

// commandLine draws arguments and flags for a command: mostly such that it begins to
// work, sometimes none, too many, unknown, repeated or in each other's place.
func commandLine(r *rand.Rand, c *command, tree []command) []string {
	args := slices.Clone(c.path)
	for _, want := range c.args {
		n := 1
		if strings.HasSuffix(want, "...") {
			n = 1 + r.IntN(3)
		}
		for range n {
			if r.IntN(25) > 0 {
				args = append(args, argument(r, strings.Trim(want, ".[]")))
			}
		}
	}
	if r.IntN(20) == 0 {
		args = append(args, value(r, option{kind: "string"}))
	}
	for range r.IntN(5) {
		from := c.flags
		if r.IntN(15) == 0 {
			from = tree[r.IntN(len(tree))].flags
		}
		if len(from) == 0 {
			continue
		}
		f := from[r.IntN(len(from))]
		if f.name == "help" && r.IntN(4) > 0 {
			continue // a line that asks for help ends there
		}
		args = append(args, flagOf(r, f)...)
		if r.IntN(8) == 0 {
			args = append(args, flagOf(r, f)...)
		}
	}
	return args
}

// argument is a name for what a command asks for, or another.
func argument(r *rand.Rand, want string) string {
	switch all, known := things[want], r.IntN(4) > 0; {
	case known && len(all) > 0:
		return all[r.IntN(len(all))]
	case r.IntN(3) > 0:
		return oddNames[r.IntN(len(oddNames))]
	}
	return odd[r.IntN(len(odd))]
}

// flagOf writes a flag in one of its forms.
func flagOf(r *rand.Rand, f option) []string {
	name := "--" + f.name
	if f.short != "" && r.IntN(2) == 0 {
		name = "-" + f.short
	}
	switch {
	case r.IntN(60) == 0:
		return []string{name[:len(name)-1] + "zz"} // unknown
	case f.kind == "" && r.IntN(10) > 0:
		return []string{name}
	case f.kind == "":
		return []string{name + "=" + odd[r.IntN(len(odd))]}
	case r.IntN(40) == 0:
		return []string{name} // its value is missing, or is what follows
	case r.IntN(2) == 0:
		return []string{name, value(r, f)}
	}
	return []string{name + "=" + value(r, f)}
}

// value draws a flag's value.
func value(r *rand.Rand, f option) string {
	if all := usual[f.name]; len(all) > 0 && r.IntN(3) > 0 {
		return all[r.IntN(len(all))]
	}
	if f.kind == "string" && r.IntN(4) == 0 {
		return oddNames[r.IntN(len(oddNames))]
	}
	return odd[r.IntN(len(odd))]
}
