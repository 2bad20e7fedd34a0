package columnar

import "evenkeel/data/fault"

// quoteName quotes a column's name or a symbol for a message.
func quoteName(s string) string { return fault.Quote(s) }
