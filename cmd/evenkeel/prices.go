package main

import (
	"evenkeel/data"
	"evenkeel/data/columnar"
)

// priceTable is a panel as a long table: a row for each session and asset, in
// that order. note is kept beside the columns.
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
	if p.HasOpen() {
		var opens []float64
		for s := range p.Sessions() {
			opens = append(opens, p.Open(s)...)
		}
		t.Columns = append(t.Columns, columnar.Floats("open", opens))
	}
	return t
}
