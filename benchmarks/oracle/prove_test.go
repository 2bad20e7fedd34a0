package oracle_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	proveKinds = flag.String("kinds", "", "kinds of accounts to compare, separated by commas; all")
	proveN     = flag.Int("n", 100, "accounts a kind")
	proveSeed  = flag.Uint64("seed", 20, "which accounts")
	proveLess  = flag.String("without", "", "a condition that is drawn only in the kinds that always have it")
	proveOut   = flag.String("state", "", "folder in which counts are kept, so that a run goes on where it stopped")
)

// tester is what comparisons need: a test, or a witness.
type tester interface {
	require.TestingT
	Logf(format string, args ...any)
}

// witness writes down what a comparison finds, and does not stop others.
type witness struct {
	found []string
	said  []string
}

// stopped is what ends a comparison at its first finding.
type stopped struct{}

func (w *witness) Logf(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}
func (w *witness) Errorf(format string, args ...any) {
	w.found = append(w.found, fmt.Sprintf(format, args...))
}
func (w *witness) FailNow() { panic(stopped{}) }

// counts are what became of the accounts of a kind: Done = Compared + Left; of those
// compared Agreed agree. Cases are the first that do not.
type counts struct {
	Kind                         string
	Seed                         uint64
	Done, Compared, Left, Agreed int
	Cases                        []int
}

func (c *counts) add(d counts) {
	c.Done, c.Compared, c.Left, c.Agreed = c.Done+d.Done, c.Compared+d.Compared, c.Left+d.Left, c.Agreed+d.Agreed
	if c.Cases = append(c.Cases, d.Cases...); len(c.Cases) > 100 {
		c.Cases = c.Cases[:100]
	}
}

func (c *counts) String() string {
	return fmt.Sprintf("%s, seed %d: %d accounts, %d compared, %d left out as near ties, %d agree, %d differ %v",
		c.Kind, c.Seed, c.Done, c.Compared, c.Left, c.Agreed, c.Compared-c.Agreed, c.Cases)
}

// account is the i-th account of a kind: the same everywhere.
func (k kind) account(seed uint64, i int) *setting {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d %d", k.name, seed, i)
	return rapid.Custom(k.draw).Example(int(h.Sum64()))
}

// compare holds the engine against the oracle on one account.
func compare(s *setting) (compared bool, w *witness) {
	w = &witness{}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(stopped); !ok {
				w.found = append(w.found, fmt.Sprintf("panic: %v", r))
			}
			compared = true
		}
	}()
	return same(w, s), w
}

// prove compares accounts from..until of a kind.
func (k kind) prove(seed uint64, from, until int, report func(i int, w *witness)) counts {
	sum := counts{Kind: k.name, Seed: seed}
	for i := from; i < until; i++ {
		sum.Done++
		compared, w := compare(k.account(seed, i))
		switch {
		case !compared:
			sum.Left++
		case len(w.found) == 0:
			sum.Compared++
			sum.Agreed++
		default:
			sum.Compared++
			sum.Cases = append(sum.Cases, i)
			report(i, w)
		}
	}
	return sum
}

// stateFile is where the counts of a kind and seed are kept: a line for each stretch.
func stateFile(k kind, seed uint64) string {
	return filepath.Join(*proveOut, fmt.Sprintf("%s-%d.jsonl", k.name, seed))
}

// kept reads the counts of earlier runs.
func kept(t *testing.T, k kind, seed uint64) counts {
	sum := counts{Kind: k.name, Seed: seed}
	if *proveOut == "" {
		return sum
	}
	require.NoError(t, os.MkdirAll(*proveOut, 0o755))
	f, err := os.Open(stateFile(k, seed))
	if os.IsNotExist(err) {
		return sum
	}
	require.NoError(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c counts
		if json.Unmarshal(lines.Bytes(), &c) == nil { // a line that a killed run left half is done again
			sum.add(c)
		}
	}
	return sum
}

// keep appends the counts of a stretch.
func keep(t *testing.T, k kind, seed uint64, c counts, findings string) {
	if *proveOut == "" {
		return
	}
	write := func(name, text string) {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	line, err := json.Marshal(c)
	require.NoError(t, err)
	if findings != "" {
		write(strings.TrimSuffix(stateFile(k, seed), ".jsonl")+".txt", findings)
	}
	write(stateFile(k, seed), string(line)+"\n")
}

// Flows, minimums, lots, restrictions, holes, new targets, lives, batches and settlement,
// drawn together: `make prove` compares more of them.
func TestKinds(t *testing.T) {
	for _, k := range kinds {
		if *proveKinds == "" && *proveOut == "" && !k.agree {
			continue // make prove compares it and says what differs
		}
		if *proveKinds != "" && !slices.Contains(strings.Split(*proveKinds, ","), k.name) {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			sum := kept(t, k, *proveSeed)
			for sum.Done < *proveN {
				sum.add(k.stretch(t, sum.Done, min(*proveN, sum.Done+1000)))
			}
			t.Log(sum.String())
			if *proveOut != "" {
				fmt.Println(sum.String())
			}
			require.Equal(t, sum.Compared, sum.Agreed, "accounts %v differ", sum.Cases)
			require.Positive(t, sum.Compared)
		})
	}
}

// stretch compares accounts side by side.
func (k kind) stretch(t *testing.T, from, until int) counts {
	workers := runtime.GOMAXPROCS(0)
	part := int(math.Ceil(float64(until-from) / float64(workers)))
	each := make([]counts, workers)
	var lock sync.Mutex
	var text strings.Builder
	found := 0
	var all sync.WaitGroup
	for w := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			begin := from + w*part
			each[w] = k.prove(*proveSeed, begin, max(begin, min(until, begin+part)), func(i int, w *witness) {
				lock.Lock()
				defer lock.Unlock()
				if found++; found <= 5 {
					x := shrunk(k.account(*proveSeed, i))
					if _, y := compare(x); len(y.found) > 0 {
						w = y
					}
					w.said = append([]string{described(&x.in)}, w.said...)
					fmt.Fprintf(&text, "== %s seed %d account %d\n%s\n%s\n", k.name, *proveSeed, i, strings.Join(w.found, "\n"), strings.Join(w.said, "\n"))
				}
			})
		}()
	}
	all.Wait()
	sum := counts{Kind: k.name, Seed: *proveSeed}
	for _, c := range each {
		sum.add(c)
	}
	keep(t, k, *proveSeed, sum, text.String())
	if text.Len() > 0 && *proveOut == "" {
		t.Log(text.String()[:min(text.Len(), 20000)])
	}
	return sum
}
