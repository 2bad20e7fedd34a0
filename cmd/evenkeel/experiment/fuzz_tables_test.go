package experiment

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"evenkeel/data/columnar"
	"evenkeel/data/fault"
)

// besideFiles are experiments that name a file of each kind, t.csv.
var besideFiles = []string{
	`flows: [{file: t.csv}]`,
	`flows: [{deposit: 1, every: month_start, growth: t.csv}]`,
	`restrictions: [{file: t.csv}]`,
	`tax: {lots: {specific: t.csv}, short: 37%, long: 20%}`,
}

// Any text in a table beside the experiment is read or refused with findings that have
// a rule and a remedy.
func FuzzTables(f *testing.F) {
	for _, s := range []string{
		"date,amount\n2020-01-02,100\n2020-02-03,-5%\n", "date,assets,rule\n2020-01-02,A,no_sell\n", "date,value\n2020-01-02,1.5\n", "date,A,B\n2020-01-02,0.5,0.5\n",
		"date,symbol,split,dividend\n2020-01-02,A,2,0\n", "date,EUR\n2020-01-02,1.1\n", "symbol,date,shares\nA,2020-01-02,5\n", "date\n2020-01-02\n", "date,amount\n,\n", "date,amount\n2020-01-02,1e300\n", "", "\x00",
	} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	const head = "name: x\ndata: {prices: p.csv}\ntargets: {A: 50%, B: 50%}\npolicies: {hold: {strategy: buy_and_hold}}\n"
	texts := []string{
		"name: x\ndata: {prices: p.csv, kind: raw, actions: t.csv}\ntargets: {A: 50%, B: 50%}\npolicies: {hold: {strategy: buy_and_hold}}\n",
		"name: x\ndata: {prices: p.csv, risk_free: t.csv}\ntargets: {A: 50%, B: 50%}\npolicies: {hold: {strategy: buy_and_hold}}\n",
		"name: x\ndata: {prices: p.csv, fx: {rates: t.csv, quote: units_per_account_currency, currency: {A: EUR}}}\ntargets: {A: 50%, B: 50%}\npolicies: {hold: {strategy: buy_and_hold}}\n",
		"name: x\ndata: {prices: p.csv}\ntarget_schedule: {file: t.csv}\npolicies: {hold: {strategy: buy_and_hold}}\n",
		"name: x\ndata: {prices: p.csv}\ntargets: {A: 50%, B: 50%}\npolicies: {told: {strategy: rebalance, look: session, trigger: {signal: t.csv}, to: target}}\n",
	}
	for _, s := range besideFiles {
		texts = append(texts, head+s+"\n")
	}
	for _, s := range texts {
		if _, err := Parse(filepath.Join(dir, "x.yaml"), []byte(s)); err != nil {
			f.Fatal(s, err)
		}
	}
	f.Fuzz(func(t *testing.T, table []byte) {
		if err := os.WriteFile(filepath.Join(dir, "t.csv"), table, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, s := range texts {
			file, err := Parse(filepath.Join(dir, "x.yaml"), []byte(s))
			if err != nil {
				t.Fatal(err)
			}
			err = file.Load(context.Background(), columnar.Files{})
			if err == nil {
				continue
			}
			wellSaid(t, err)
			for _, x := range fault.Of(err) {
				if !x.Warning && (x.Rule == "" || x.Remedy == "") {
					t.Fatalf("no rule or no remedy: %v", x)
				}
			}
		}
	})
}
