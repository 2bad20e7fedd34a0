package batch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"

	"evenkeel/data/fault"
	"evenkeel/data/store"
	"evenkeel/data/vfs"
)

// Names in an output folder of a sweep.
const (
	folderName = "sweep"
	planName   = folderName + "/plan.json"
	// TableName is the table of all points.
	TableName = "sweep.parquet"
)

// Spec describes what a sweep is: everything that its results depend on. It is written
// to sweep/plan.json before any part; only a sweep with the same bytes goes on in
// the folder, or is merged with it.
type Spec struct {
	Schema       string          `json:"schema"`
	Experiment   string          `json:"experiment"`
	Engine       string          `json:"engine"` // version of the simulation
	Config       json.RawMessage `json:"config"` // canonical
	ConfigSHA256 string          `json:"config_sha256"`
	Inputs       json.RawMessage `json:"inputs"`
	Seed         uint64          `json:"seed"`
	Points       int             `json:"points"`
	LeftOut      int             `json:"left_out"` // by constraints
	PartPoints   int             `json:"part_points"`
	NAV          bool            `json:"nav"`
	Columns      []string        `json:"columns"`
}

// SpecSchema is the version of plan.json.
const SpecSchema = "evenkeel-sweep-1"

// Parts is the number of parts.
func (s *Spec) Parts() int { return (s.Points + s.PartPoints - 1) / s.PartPoints }

// points are the points of a part.
func (s *Spec) points(part int) (first, end int) {
	first = part * s.PartPoints
	return first, min(s.Points, first+s.PartPoints)
}

// bytes are the spec as it is stored.
func (s *Spec) bytes() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return b.Bytes(), err
}

func sha(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Limits of parts: no more points than fit a moment's work or memory, and enough
// parts to share out: four of a small sweep.
const (
	maxPartPoints = 4096
	minPartPoints = 64
	fewParts      = 32
	partWork      = 2e8 // sessions x assets x points: a few seconds
	partRows      = 2e6 // of NAV
)

// PartPoints is how many points a part has by default: it depends on the
// sweep alone, never on who runs it.
func PartPoints(points, sessions, assets int, nav bool) int {
	n := min(maxPartPoints, max(min(minPartPoints, (points+3)/4), (points+fewParts-1)/fewParts))
	n = min(n, max(1, int(partWork/(float64(sessions)*float64(assets)))))
	if nav {
		n = min(n, max(1, int(partRows)/sessions))
	}
	if n > 8 {
		n = (n + 7) / 8 * 8 // whole batches of lanes
	}
	return n
}

// readSpec reads the folder's plan; nil when there is none.
func (d *disk) readSpec() (*Spec, []byte, error) {
	f, err := vfs.Open(d.root, planName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, d.failed("open", planName, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 64<<20))
	if err != nil {
		return nil, nil, d.failed("read", planName, err)
	}
	s := &Spec{}
	if err := json.Unmarshal(b, s); err != nil || s.Schema != SpecSchema || s.PartPoints < 1 || s.Points < 0 {
		return nil, nil, fault.One(fault.Finding{
			Code: fault.DamagedOutput, File: filepath.Join(d.path, planName), What: "is damaged, or of another version",
			Rule: "it says which sweep the parts in the folder belong to", Remedy: "Use --out elsewhere, or --force to start over",
		})
	}
	return s, b, nil
}

// claim makes the folder this sweep's: it writes the plan, or finds the same one.
// With force it begins again, whatever sweep is there, the same one too. fresh says
// that there was none, or is none any more.
func (d *disk) claim(s *Spec, force bool) (sweep string, fresh bool, err error) {
	ours, err := s.bytes()
	if err != nil {
		return "", false, err
	}
	_, theirs, err := d.readSpec()
	if err != nil && !force {
		return "", false, err
	}
	defer func() {
		if err != nil {
			_ = d.root.Remove(folderName) // stays when something is in it
		}
	}()
	switch {
	case force:
	case theirs != nil && bytes.Equal(ours, theirs):
		return sha(ours), false, nil
	case theirs != nil:
		return "", false, fault.One(otherSweep(d.path, theirs, ours))
	default:
		if err := d.empty(); err != nil {
			return "", false, err
		}
	}
	if force {
		if err := d.spare(); err != nil {
			return "", false, err
		}
		if err := d.clear(); err != nil {
			return "", false, err
		}
	}
	_, err = d.write(planName, func(w io.Writer) error { _, err := w.Write(ours); return err })
	return sha(ours), true, err
}

// spare refuses a folder whose manifest is that of a run: the sweep's would replace it,
// and leave the run's files with none. A manifest that cannot be read is nobody's.
func (d *disk) spare() error {
	f, err := vfs.Open(d.root, store.ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return d.failed("open", store.ManifestName, err)
	}
	defer f.Close()
	var m struct {
		Experiment string          `json:"experiment"`
		Sweep      json.RawMessage `json:"sweep"`
	}
	if err := json.NewDecoder(io.LimitReader(f, 64<<20)).Decode(&m); err != nil || m.Experiment == "" || m.Sweep != nil {
		return nil
	}
	return fault.One(fault.Finding{
		Code: fault.FolderTaken, File: d.path, What: "the output folder holds the run of " + fault.Quote(m.Experiment) + ", not a sweep",
		Rule: "--force replaces sweeps and leaves other outputs as they are", Remedy: "Choose another --out, or remove the folder first",
	})
}

// empty refuses a folder that holds anything that is not a sweep's.
func (d *disk) empty() error {
	names, err := d.names(".")
	if err != nil {
		return err
	}
	for _, n := range names {
		if n == lockName || n == folderName {
			continue
		}
		return fault.One(fault.Finding{
			Code: fault.FolderTaken, File: d.path, What: "the output folder holds " + fault.Quote(n) + " and no sweep",
			Rule: "a sweep begins in a new or an empty folder", Remedy: "Choose another --out, or --force to write beside what is there",
		})
	}
	return nil
}

// otherSweep is the finding for a folder with another sweep in it.
func otherSweep(path string, theirs, ours []byte) fault.Finding {
	return fault.Finding{
		Code: fault.FolderTaken, File: path, What: "the folder holds another sweep: " + firstDifference(theirs, ours),
		Rule: "a sweep resumes only with the same experiment, inputs and program", Remedy: "Choose another --out, or replace the sweep with --force",
	}
}

// firstDifference names the first field in which two JSON texts differ. The hash
// of the config is passed over: its own fields say more.
func firstDifference(theirs, ours []byte) string {
	there, here := leaves(theirs), leaves(ours)
	known := map[string]string{}
	for _, l := range there {
		known[l.path] = l.value
	}
	for _, l := range here {
		if was, ok := known[l.path]; l.path == "config_sha256" {
			continue
		} else if !ok {
			return fmt.Sprintf("%s is %s now and was not given there", l.path, fault.Quote(l.value))
		} else if was != l.value {
			return fmt.Sprintf("%s is %s there and %s now", l.path, fault.Quote(was), fault.Quote(l.value))
		}
		delete(known, l.path)
	}
	for _, l := range there {
		if _, left := known[l.path]; left && l.path != "config_sha256" {
			return fmt.Sprintf("%s is %s there and not given now", l.path, fault.Quote(l.value))
		}
	}
	return "they are written differently"
}

type leaf struct{ path, value string }

// leaves are the values of a JSON text with their paths, in its order.
func leaves(b []byte) (out []leaf) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var walk func(path string) bool
	walk = func(path string) bool {
		t, err := d.Token()
		if err != nil {
			return false
		}
		open, ok := t.(json.Delim)
		if !ok {
			out = append(out, leaf{path, fmt.Sprint(t)})
			return true
		}
		for i := 0; d.More(); i++ {
			key := strconv.Itoa(i)
			if open == '{' {
				t, err := d.Token()
				if err != nil {
					return false
				}
				key = fmt.Sprint(t)
			}
			if path != "" {
				key = path + "." + key
			}
			if !walk(key) {
				return false
			}
		}
		_, err = d.Token()
		return err == nil
	}
	walk("")
	return out
}
