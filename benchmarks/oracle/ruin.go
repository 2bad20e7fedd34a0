package oracle

import "github.com/shopspring/decimal"

// End is how an account ended.
type End struct {
	Ruined   int             // the row from which it is ruined
	Survived bool            // it never is
	Unpaid   decimal.Decimal // what is still owed after the last row
}

// Ruin finds the first row after whose fills less than 0.01 is left while something is
// owed. What restrictions or settlement hold up is owed with something left: no ruin.
// Money that comes later does not make it unhappened.
func Ruin(rows []Session) End {
	end := End{Survived: true}
	for k, row := range rows {
		if end.Survived && row.NAV.LessThan(dust) && row.Owed.IsPositive() {
			end.Survived, end.Ruined = false, k
		}
		end.Unpaid = row.Owed
	}
	return end
}

// Measured returns the rows that measures of performance are made of: all, or those up
// to the ruin.
func Measured(rows []Session) []Session {
	if end := Ruin(rows); !end.Survived {
		return rows[:end.Ruined+1]
	}
	return rows
}
