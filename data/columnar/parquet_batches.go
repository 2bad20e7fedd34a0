package columnar

import (
	"context"
	"errors"
	"fmt"
)

// batch is how many values are decoded between two looks at the clock.
const batch = 1 << 16

// batchReader is a column reader of the library, for one physical type.
type batchReader[T any] interface {
	HasNext() bool
	Err() error
	ReadBatch(n int64, values []T, def, rep []int16) (int64, int, error)
}

// readInto decodes straight into the table.
func readInto[T any](ctx context.Context, r batchReader[T], k *chunk, maxDef int16, dest []T) error {
	return readBatches(ctx, r, k, maxDef, len(dest), func(at int, n int64) []T { return dest[at : at+int(n)] }, nil)
}

// readEach decodes into a buffer and hands every value on with its row.
func readEach[T any](ctx context.Context, r batchReader[T], k *chunk, maxDef int16, store func(row int, v T) error) error {
	buf := make([]T, min(batch, k.dest.Len()))
	return readBatches(ctx, r, k, maxDef, k.dest.Len(), func(_ int, n int64) []T { return buf[:n] }, store)
}

// readBatches reads all rows of a chunk. place gives the room for a batch that
// begins at a row; store, if any, takes the values out of it. A batch that makes
// no progress, a short chunk or a long one is an error.
func readBatches[T any](ctx context.Context, r batchReader[T], k *chunk, maxDef int16, rows int, place func(at int, n int64) []T, store func(int, T) error) error {
	var levels []int16
	if maxDef > 0 {
		levels = make([]int16, min(batch, rows))
	}
	at := 0
	for at < rows && r.HasNext() {
		if err := ended(ctx); err != nil {
			return err
		}
		n := int64(min(batch, rows-at))
		room := place(at, n)
		var def []int16
		if levels != nil {
			def = levels[:n]
		}
		total, values, err := r.ReadBatch(n, room, def, nil)
		if err != nil {
			return err
		}
		if total <= 0 || total > n || values < 0 || int64(values) > total {
			return errors.New("the reader makes no progress")
		}
		if int64(values) < total {
			if levels == nil {
				return errors.New("values are missing")
			}
			k.markNulls(at, def[:total], rows)
			if err := spread(room[:total], def[:total], values); err != nil {
				return err
			}
		}
		if store != nil {
			for i, v := range room[:total] {
				if k.valid != nil && !k.valid[at+i] {
					continue
				}
				if err := store(at+i, v); err != nil {
					return err
				}
			}
		}
		at += int(total)
	}
	if err := r.Err(); err != nil {
		return err
	}
	if at != rows {
		return fmt.Errorf("%d of %d values could be decoded", at, rows)
	}
	return nil
}

func (k *chunk) markNulls(at int, def []int16, rows int) {
	if k.valid == nil {
		k.valid = make([]bool, rows)
		for i := range k.valid {
			k.valid[i] = true
		}
	}
	for i, d := range def {
		k.valid[at+i] = d > 0
	}
}

// spread moves packed values to the rows that are not null.
func spread[T any](v []T, def []int16, values int) error {
	var none T
	from := values - 1
	for i := len(v) - 1; i >= 0; i-- {
		if def[i] == 0 {
			v[i] = none
			continue
		}
		if from < 0 {
			return errors.New("fewer values than levels")
		}
		v[i] = v[from]
		from--
	}
	if from >= 0 {
		return errors.New("more values than levels")
	}
	return nil
}
