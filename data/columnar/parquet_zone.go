package columnar

import (
	"bytes"
	"encoding/base64"
	"errors"

	flatbuffers "github.com/google/flatbuffers/go"
)

// arrowSchemaKey is where Arrow's libraries keep the schema that a Parquet file was
// made of. Of all that it says the zones of timestamps are read: Parquet itself knows
// only whether a timestamp is an instant.
const arrowSchemaKey = "ARROW:schema"

// applyZones gives instants the zone that they were written with. Where the encoded
// schema is damaged, no instant has a date until data.timezone is given.
func (f *footer) applyZones(leaves []leaf, nodes []node) {
	text := f.value(arrowSchemaKey)
	if text == "" {
		return
	}
	zones, err := schemaZones(text)
	for i := range leaves {
		l := &leaves[i]
		instant := l.typ.Zone != "" || nodes[i].physical == physicalInt96
		if l.why != "" || l.typ.Kind != Timestamp || !instant {
			continue
		}
		if err != nil {
			l.typ.Zone = zoneUnknown
			continue
		}
		if zone := zones[l.name]; zone != "" {
			l.typ.Zone = zone
		}
	}
}

// zoneUnknown stands for a zone that the file holds and that cannot be read.
const zoneUnknown = "?"

// schemaZones are the zones of the timestamp columns of an encoded Arrow schema, by
// their names. Its vectors are checked against the bytes there are, and nothing but names
// and zones is made of them.
func schemaZones(text string) (zones map[string]string, err error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		b, err = base64.RawStdEncoding.DecodeString(text)
	}
	if err != nil {
		return nil, errors.New("no base64")
	}
	if !bytes.HasPrefix(b, magicStream) && len(b) < 8 {
		return nil, errCut
	}
	m, _, err := nextMessage(b)
	if err != nil {
		return nil, err
	}
	zones = map[string]string{}
	err = guard(func() error {
		if err := m.check(); err != nil {
			return err
		}
		if m.kind != messageSchema {
			return errors.New("no schema")
		}
		for _, t := range tables(m.header(), slotFields) {
			if t.GetByteSlot(slotTypeKind, 0) != arrowTimestamp {
				continue
			}
			var typ flatbuffers.Table
			if o := flatbuffers.UOffsetT(t.Offset(slotType)); o != 0 {
				t.Union(&typ, o)
				zones[textAt(t, slotName)] = textAt(typ, slotZone)
			}
		}
		return nil
	})
	return zones, err
}
