package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"evenkeel/reports/page"
	"evenkeel/sim/card"
	"evenkeel/sim/metric"
)

// measured are a policy's values as summary.json has them.
type readValues struct {
	values []metric.Value
	digest string
}

// summary reads the values of every policy, in order, with the definitions that
// they were computed by.
func (r *reader) summary() (map[string]readValues, error) {
	b, err := r.bytes("summary.json")
	if err != nil {
		return nil, err
	}
	var s struct {
		Policies    map[string]json.RawMessage `json:"policies"`
		Definitions map[string]struct {
			Title, Unit, Better, Definition, Formula string
		} `json:"definitions"`
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, err
	}
	units, better := map[string]metric.Unit{}, map[string]int{betterNames[true]: 1, betterNames[false]: -1}
	for u, name := range page.UnitNames {
		units[name] = u
	}
	today := map[string]metric.Measure{}
	for _, m := range metric.All() {
		today[m.Name] = m
	}
	all := map[string]readValues{}
	for _, p := range r.set.Policies {
		v := readValues{}
		err := eachPair(s.Policies[p.Name], func(key string, value json.RawMessage) error {
			if key == "trade_digest" {
				return json.Unmarshal(value, &v.digest)
			}
			if key == "ruined_on" || key == "notes" || key == "waiting" || key == "owed" { // told by the record
				return nil
			}
			d, known := s.Definitions[key]
			if !known {
				return fmt.Errorf("%s is not defined", key)
			}
			x := number(math.NaN())
			if yes := false; units[d.Unit] == metric.YesNo && json.Unmarshal(value, &yes) == nil && string(value) != "null" {
				x = 0
				if yes {
					x = 1
				}
			} else if err := json.Unmarshal(value, &x); err != nil {
				return err
			}
			m := today[key] // how it is shown is this version's, what it means the run's
			m.Title, m.Unit, m.Better = d.Title, units[d.Unit], better[d.Better]
			m.Card = card.Card{Name: key, Doc: d.Definition, Details: d.Formula}
			v.values = append(v.values, metric.Value{X: float64(x), Measure: m})
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("policy %q: %w", p.Name, err)
		}
		all[p.Name] = v
	}
	return all, nil
}

// eachPair calls f for each key of a JSON object, in order.
func eachPair(object []byte, f func(key string, value json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("is no object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := f(key.(string), value); err != nil {
			return err
		}
	}
	return nil
}
