package main

import (
	"bytes"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"evenkeel/data"
	"evenkeel/data/columnar"
)

const sessions, assets = 60, 3

// prices is a long table with every type that prices are stored in.
func prices() *columnar.Table {
	var days []data.Date
	var symbols []string
	var closes, opens []float64
	var volumes []int64
	for t := range sessions {
		for a := range assets {
			days = append(days, data.NewDate(2020, 1, 1)+data.Date(t))
			symbols = append(symbols, string(rune('A'+a))+"BC")
			v := 100 + float64(10*a) + math.Round(1e4*math.Sin(float64(t+a)))/1e4
			closes, opens = append(closes, v), append(opens, v+0.25)
			volumes = append(volumes, int64(1000*t+a))
		}
	}
	opens[7] = math.NaN()
	return &columnar.Table{Columns: []columnar.Column{columnar.Dates("date", days), columnar.Strings("symbol", symbols),
		columnar.Floats("close", closes), columnar.Floats("open", opens), columnar.Ints("volume", volumes)}}
}

// victims are the files: as this program writes them, and Parquet as others do.
func victims() ([]victim, error) {
	var list []victim
	t := prices()
	for _, f := range []columnar.Format{columnar.Parquet, columnar.ArrowFile, columnar.ArrowStream, columnar.CSV} {
		var b bytes.Buffer
		if err := t.Write(&b, f); err != nil {
			return nil, err
		}
		list = append(list, victim{group: string(f) + " as written here", ext: "." + string(f), bytes: b.Bytes()})
	}
	for _, codec := range []compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Brotli, compress.Codecs.Zstd} {
		for _, version := range []parquet.DataPageVersion{parquet.DataPageV1, parquet.DataPageV2} {
			for _, delta := range []bool{false, true} {
				b, err := foreign(t, codec, version, delta)
				if err != nil {
					return nil, err
				}
				name := fmt.Sprintf("parquet %v v%d", codec, version+1)
				if delta {
					name += " delta"
				}
				list = append(list, victim{group: name, ext: ".parquet", bytes: b})
			}
		}
	}
	return list, nil
}

// foreign writes a table of prices with another codec, page version and encodings, in
// small pages and two row groups.
func foreign(t *columnar.Table, codec compress.Compression, version parquet.DataPageVersion, delta bool) ([]byte, error) {
	optional := parquet.Repetitions.Optional
	day, err := schema.NewPrimitiveNodeLogical("date", optional, schema.DateLogicalType{}, parquet.Types.Int32, -1, -1)
	if err != nil {
		return nil, err
	}
	symbol, err := schema.NewPrimitiveNodeLogical("symbol", optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
	if err != nil {
		return nil, err
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, schema.FieldList{day, symbol,
		schema.NewFloat64Node("close", optional, -1), schema.NewFloat64Node("open", optional, -1), schema.NewInt64Node("volume", optional, -1)}, -1)
	if err != nil {
		return nil, err
	}
	props := []parquet.WriterProperty{parquet.WithDataPageVersion(version), parquet.WithCompression(codec), parquet.WithDataPageSize(512)}
	if delta {
		props = append(props, parquet.WithDictionaryDefault(false), parquet.WithEncodingFor("date", parquet.Encodings.DeltaBinaryPacked),
			parquet.WithEncodingFor("symbol", parquet.Encodings.DeltaByteArray), parquet.WithEncodingFor("volume", parquet.Encodings.DeltaBinaryPacked))
	}
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, root, file.WithWriterProps(parquet.NewWriterProperties(props...)))
	half := t.Rows() / 2
	for at := 0; at < t.Rows(); at += half {
		g := w.AppendRowGroup()
		for i := range t.Columns {
			cw, err := g.NextColumn()
			if err != nil {
				return nil, err
			}
			if err := writeColumn(cw, &t.Columns[i], at, at+half); err != nil {
				return nil, err
			}
			if err := cw.Close(); err != nil {
				return nil, err
			}
		}
		if err := g.Close(); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// writeColumn writes rows [from, to) of a column.
func writeColumn(cw file.ColumnChunkWriter, c *columnar.Column, from, to int) (err error) {
	var def []int16
	var days []int32
	var texts []parquet.ByteArray
	var floats []float64
	var ints []int64
	for i := from; i < to; i++ {
		if c.Null(i) {
			def = append(def, 0)
			continue
		}
		def = append(def, 1)
		switch c.Type.Kind {
		case columnar.Date:
			days = append(days, int32(c.Days[i]))
		case columnar.Text:
			texts = append(texts, parquet.ByteArray(c.Text(i)))
		case columnar.Int:
			ints = append(ints, c.Ints[i])
		default:
			floats = append(floats, c.Floats[i])
		}
	}
	switch w := cw.(type) {
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(days, def, nil)
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(texts, def, nil)
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(floats, def, nil)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(ints, def, nil)
	}
	return err
}
