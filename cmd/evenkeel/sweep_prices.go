package main

import (
	"context"
	"fmt"
	"sync"

	"evenkeel/cmd/evenkeel/experiment"
	"evenkeel/data"
	"evenkeel/data/columnar"
	"evenkeel/data/fault"
)

// priceCache reads prices once for all points that can share them.
type priceCache struct {
	ctx    context.Context
	mu     sync.Mutex
	known  map[string]*cachedPrices
	source *columnar.Source // of the experiment as written
}

type cachedPrices struct {
	panel *data.Panel
	err   error
}

// maxShelved is how many different panels are kept.
const maxShelved = 64

// panel reads the prices of an experiment. Where nothing is filled or left out,
// every period is a part of all prices, which are read once.
func (s *priceCache) panel(f *experiment.File) (*data.Panel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := f.PriceOptions()
	if plain := (o.Missing == "" || o.Missing == columnar.MissingError) && o.Late == columnar.LateError && o.Ended == columnar.EndedError; plain && s.source != nil {
		wide := o
		wide.Start, wide.End = data.NoDate, data.NoDate
		if p, err := s.read(f, wide); err == nil {
			return p, nil
		}
	}
	return s.read(f, o)
}

func (s *priceCache) read(f *experiment.File, o columnar.Options) (*data.Panel, error) {
	key := fmt.Sprintf("%+v", o)
	if k := s.known[key]; k != nil {
		return k.panel, k.err
	}
	p, source, err := f.ReadPrices(s.ctx, columnar.Files{}, o)
	switch {
	case err != nil && fault.Of(err) == nil:
		return nil, err
	case err == nil && s.source == nil:
		s.source = source
	case err == nil && s.source.SHA256 != source.SHA256:
		return nil, fault.One(fault.Finding{Code: fault.OtherBytes, File: source.File, What: "changed while the sweep ran", Rule: "all points have the same prices", Remedy: "Run the sweep again"})
	}
	if len(s.known) >= maxShelved {
		clear(s.known)
	}
	s.known[key] = &cachedPrices{p, err}
	return p, err
}
