package main

import (
	"evenkeel/data"
	"evenkeel/data/columnar"
)

// priceTable is a panel as a long table: a row for each session and asset, in
// that order, with what the panel has beside closes. note is kept beside the columns.
func priceTable(p *data.Panel, note string) *columnar.Table {
	rows := p.Sessions() * p.Assets()
	days, codes := make([]data.Date, 0, rows), make([]int32, 0, rows)
	for s := range p.Sessions() {
		for i := range p.Assets() {
			days, codes = append(days, p.Date(s)), append(codes, int32(i))
		}
	}
	t := &columnar.Table{
		Columns: []columnar.Column{
			columnar.Dates("date", days),
			columnar.Coded("symbol", codes, p.Symbols()),
			columnar.Floats("close", p.Closes()),
		},
		Meta: map[string]string{"note": note},
	}
	for _, beside := range []struct {
		name string
		has  bool
		row  func(session int) []float64
	}{{"open", p.HasOpen(), p.Open}, {"volume", p.HasVolume(), p.Volume}, {"spread", p.HasSpread(), p.Spread}} {
		if !beside.has {
			continue
		}
		values := make([]float64, 0, rows)
		for s := range p.Sessions() {
			values = append(values, beside.row(s)...)
		}
		t.Columns = append(t.Columns, columnar.Floats(beside.name, values))
	}
	return t
}
