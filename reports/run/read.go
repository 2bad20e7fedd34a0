package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/sim/ledger"
)

// Read reads a finished run back from its folder: from manifest.json, run.json,
// summary.json and the tables alone. Every report that the run could write can be
// written from it, byte for byte. What is read is first compared with the manifest
// (E405, with the file's name), and every journal is proven again with the ledger
// and compared with the digest of its trades. Reports of the folder, such as
// pictures, are neither read nor needed. Errors are findings.
func Read(ctx context.Context, folder string) (*Run, error) {
	out, err := store.Open(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }() // nothing was written
	r := reader{ctx: ctx, folder: folder, out: out, tables: map[string]*columnar.Table{}}
	if err := r.verify(); err != nil {
		return nil, err
	}
	run, err := r.run()
	if err != nil {
		if fault.Of(err) == nil {
			err = fault.One(r.wrong(r.at, err.Error()))
		}
		return nil, err
	}
	return run, nil
}

// reader reads one folder.
type reader struct {
	ctx    context.Context
	folder string
	out    *store.Output
	listed []string
	set    settings
	panel  *data.Panel
	tables map[string]*columnar.Table
	rows   map[string]map[string][]int // of a table: the rows of each policy
	at     string                      // file that is being read
}

// isStored reports whether a file is one that Read reads.
func isStored(name string) bool {
	return strings.HasSuffix(name, ".parquet") || name == settingsName || name == "summary.json"
}

// verify compares what will be read with the manifest.
func (r *reader) verify() error {
	files, err := r.out.Files()
	if err != nil {
		return err
	}
	for _, f := range files {
		r.listed = append(r.listed, f.Name)
	}
	if !slices.Contains(r.listed, settingsName) {
		return fault.One(fault.Finding{
			Code: fault.DamagedOutput, File: path.Join(r.folder, settingsName), What: "is not in the manifest: this is no run's output, or one of an earlier version",
			Rule: "a run leaves run.json and tables, from which reports are made", Remedy: "Run the experiment again with this version",
		})
	}
	var found fault.List
	for _, f := range r.out.Verify() {
		if name := strings.TrimPrefix(f.File, path.Clean(r.folder)+"/"); !f.Warning && isStored(name) {
			found.Add(f)
		}
	}
	return found.Err()
}

func (r *reader) wrong(name, what string) fault.Finding {
	return fault.Finding{
		Code: fault.DamagedOutput, File: path.Join(r.folder, name), What: what,
		Rule: "a run's tables fit together", Remedy: "Run the experiment again with --force",
	}
}

// bytes are those of a file.
func (r *reader) bytes(name string) ([]byte, error) {
	r.at = name
	f, err := r.out.File(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// table is a table of the run, nil when the run wrote none.
func (r *reader) table(name string) (*columnar.Table, error) {
	r.at = name + ".parquet"
	if t, ok := r.tables[name]; ok || !slices.Contains(r.listed, r.at) {
		return t, nil
	}
	t, err := columnar.ReadTable(r.ctx, path.Join(r.folder, r.at), columnar.TableOptions{})
	if err != nil {
		return nil, err
	}
	r.tables[name] = t
	return t, nil
}

// need is a table with columns that must be there.
func (r *reader) need(name string, columns ...string) (*columnar.Table, error) {
	t, err := r.table(name)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, errors.New("is not there")
	}
	for _, c := range columns {
		if t.Column(c) == nil {
			return nil, fmt.Errorf("no column %s: it was written by an earlier version", fault.Quote(c))
		}
	}
	return t, nil
}

// of are the rows of a policy in a table.
func (r *reader) of(name string, t *columnar.Table, policy string) []int {
	if r.rows == nil {
		r.rows = map[string]map[string][]int{}
	}
	if r.rows[name] == nil {
		all := map[string][]int{}
		c := t.Column("policy")
		for i := range t.Rows() {
			all[c.Text(i)] = append(all[c.Text(i)], i)
		}
		r.rows[name] = all
	}
	return r.rows[name][policy]
}

func (r *reader) run() (*Run, error) {
	b, err := r.bytes(settingsName)
	if err != nil {
		return nil, err
	}
	s := &r.set
	if err := json.Unmarshal(b, s); err != nil {
		return nil, err
	}
	if s.Schema != settingsSchema {
		f := r.wrong(settingsName, fmt.Sprintf("schema %d, and this version reads %d", s.Schema, settingsSchema))
		f.Rule, f.Remedy = "reports are made from tables of the same schema", "Run the experiment again with this version, or use the version that wrote it"
		return nil, fault.One(f)
	}
	if err := r.prices(); err != nil {
		return nil, err
	}
	run := &Run{
		Name: s.Experiment, Currency: s.Currency, Base: s.Base, Notes: s.Notes, DataWarnings: s.DataWarnings, Prices: s.Prices,
		Panel: r.panel, Targets: s.Targets, PeriodsPerYear: s.Periods, RiskFree: s.RiskFree, Against: s.Against,
	}
	if run.Source, err = s.source(); err != nil {
		return nil, err
	}
	values, err := r.summary()
	if err != nil {
		return nil, err
	}
	for i := range s.Policies {
		p, err := r.policy(&s.Policies[i])
		if err != nil {
			return nil, err
		}
		p.Values = values[p.Name].values
		if err := r.prove(&p, s.Policies[i].HasDigest, values[p.Name].digest); err != nil {
			return nil, err
		}
		run.Policies = append(run.Policies, p)
	}
	if run.Hold, err = r.hold(run); err != nil {
		return nil, err
	}
	if run.Digest, err = r.digest(); err != nil {
		return nil, err
	}
	r.at = settingsName
	return run, run.Check()
}

// digest is the result's, as the manifest has it.
func (r *reader) digest() (string, error) {
	b, err := r.bytes(store.ManifestName)
	if err != nil {
		return "", err
	}
	var m struct {
		Result string `json:"result_digest"`
	}
	return m.Result, json.Unmarshal(b, &m)
}

// prove replays a journal in decimal and compares the digest of its trades.
func (r *reader) prove(p *Policy, proven bool, digest string) error {
	if !proven {
		return nil
	}
	r.at = "ledger.parquet"
	st, err := ledger.Replay(p.Record)
	if err != nil {
		return fmt.Errorf("policy %s: %w", fault.Quote(p.Name), err)
	}
	if st.Digest != digest {
		return fmt.Errorf("policy %s: the trades do not have the digest of summary.json", fault.Quote(p.Name))
	}
	p.Statement = st
	return nil
}
