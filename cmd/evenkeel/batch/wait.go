package batch

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"evenkeel/data/fault"
)

// Reserve makes a folder a sweep's before anybody computes: from then on a task
// whose experiment, prices or program differ is refused (E401). Folders of another
// sweep are refused, those in use (E501), too.
func Reserve(out string, s *Spec, force bool) error {
	d, err := openDisk(out, "reserve")
	if err != nil {
		return err
	}
	defer d.close()
	held, err := d.lockFor(Alone)
	if err != nil {
		return err
	}
	defer held.release()
	_, _, err = d.claim(s, force)
	return err
}

// Wait returns when every part of a folder's sweep is in a journal and nobody works
// in the folder, or when ctx is done; merging is the proof of it and says what is
// missing. It looks every so often and holds no lock meanwhile, so that no shard that
// begins finds the folder in use. tell is told how many parts there are, of how many.
func Wait(ctx context.Context, out string, every time.Duration, tell func(have, of int)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		have, of, done, err := complete(out)
		if err != nil || done {
			return err
		}
		tell(have, of)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// complete is how many parts a folder's journals list, of how many, and whether that is
// all and nobody works in the folder. A folder without a sweep is left as it is.
func complete(out string) (have, of int, done bool, err error) {
	if _, err := os.Stat(filepath.Join(out, planName)); err != nil {
		return 0, 0, false, nil
	}
	d, err := openDisk(out, "wait")
	if err != nil {
		return 0, 0, false, err
	}
	defer d.close()
	have, of, err = d.far()
	if err != nil || of == 0 || have < of {
		return have, of, false, err
	}
	held, err := d.lockFor(Alone)
	if err == nil {
		held.release()
		return have, of, true, nil
	}
	if fault.Exit(err) == fault.ExitBusy {
		err = nil
	}
	return have, of, false, err
}

// far is how many parts journals list, of how many; of 0 before there is a plan.
func (d *disk) far() (have, of int, err error) {
	spec, plan, err := d.readSpec()
	if err != nil || spec == nil {
		return 0, 0, err
	}
	known, err := d.recorded(sha(plan))
	for k := range known {
		if k < spec.Parts() {
			have++
		}
	}
	return have, spec.Parts(), err
}
