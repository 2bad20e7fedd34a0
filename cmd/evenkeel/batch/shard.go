package batch

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is a share of a sweep's parts: part k belongs to shard k mod Count.
type Shard struct{ Index, Count int } // Index from 0

// Alone is the shard of a process that does the whole sweep.
var Alone = Shard{0, 1}

// String is the shard as the command line takes it: 1/4.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index+1, s.Count) }

// has reports whether a part belongs to the shard.
func (s Shard) has(part int) bool { return part%s.Count == s.Index }

// tag is the shard in file names.
func (s Shard) tag() string { return fmt.Sprintf("%d-of-%d", s.Index+1, s.Count) }

// MaxShards is the largest number of shards.
const MaxShards = 100_000

// ParseShard reads i/n, i from 1 to n.
func ParseShard(text string) (Shard, error) {
	left, right, ok := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(left)
	n, err2 := strconv.Atoi(right)
	if !ok || err1 != nil || err2 != nil || n < 1 || n > MaxShards || i < 1 || i > n {
		return Shard{}, fmt.Errorf("shard %q: want i/n with i from 1 to n and n at most %d", text, MaxShards)
	}
	return Shard{i - 1, n}, nil
}

// scheduler is how an array job tells its tasks apart: environment variables with
// the task's number, the number of tasks, the first number and the step.
type scheduler struct {
	name, index, count, last, first, step string
	from                                  int // the first number where no variable says it
}

// CountVariable gives the number of shards where the scheduler does not: to tasks
// of PBS array jobs and of Kubernetes indexed jobs.
const CountVariable = "EVENKEEL_SHARDS"

var schedulers = []scheduler{
	{name: "Slurm", index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT", last: "SLURM_ARRAY_TASK_MAX", first: "SLURM_ARRAY_TASK_MIN", step: "SLURM_ARRAY_TASK_STEP"},
	{name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE"},
	{name: "Kubernetes", index: "JOB_COMPLETION_INDEX"},
	{name: "PBS", index: "PBS_ARRAY_INDEX", from: 1},
	{name: "Grid Engine", index: "SGE_TASK_ID", first: "SGE_TASK_FIRST", last: "SGE_TASK_LAST", step: "SGE_TASK_STEPSIZE"},
}

// DetectShard finds the shard of a task of an array job in the environment; from
// names the scheduler, "" when this is no such task. A number that does not fit is
// an error: guessing would leave parts out, or do them twice.
func DetectShard(getenv func(string) string) (s Shard, from string, err error) {
	for _, x := range schedulers {
		text := getenv(x.index)
		if text == "" || text == "undefined" { // Grid Engine's word for no array
			continue
		}
		s, err := x.read(text, getenv)
		if err != nil {
			return s, "", fmt.Errorf("%s: %w; say it with --shard i/n, or --shard none for the whole sweep", x.name, err)
		}
		return s, x.name, nil
	}
	return Alone, "", nil
}

func (x scheduler) read(text string, getenv func(string) string) (Shard, error) {
	number := func(variable string, missing int) (int, error) {
		if v := getenv(variable); variable != "" && v != "" {
			n, err := strconv.Atoi(v)
			if err != nil {
				return 0, fmt.Errorf("%s=%q is no number", variable, v)
			}
			return n, nil
		}
		return missing, nil
	}
	var n [5]int
	for i, v := range []struct {
		variable string
		missing  int
	}{{x.index, 0}, {x.count, -1}, {x.first, x.from}, {x.last, -1}, {x.step, 1}} {
		var err error
		if n[i], err = number(v.variable, v.missing); err != nil {
			return Shard{}, err
		}
	}
	index, count, first, last, step := n[0], n[1], n[2], n[3], max(n[4], 1)
	if count < 0 && last >= 0 {
		count = (last-first)/step + 1
	}
	if count < 0 {
		var err error
		if count, err = number(CountVariable, -1); err != nil || count < 0 {
			return Shard{}, fmt.Errorf("%s is set and nothing says of how many: set %s", x.index, CountVariable)
		}
	}
	at := (index - first) / step
	if count < 1 || count > MaxShards || at < 0 || at >= count || (index-first)%step != 0 {
		return Shard{}, fmt.Errorf("%s=%s does not lie on an even array of %d tasks from %d", x.index, text, count, first)
	}
	return Shard{at, count}, nil
}
