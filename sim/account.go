package sim

import "evenkeel/data"

// account is a mandate and what becomes of it: parts with one job each. A part owns its
// fields; those of progress are begun again by Set as a whole, so that nothing of one run is
// left to the next, and the others keep their room.
type account struct {
	lane       int // its place in the runner
	panel      *data.Panel
	mandate    *Mandate
	first, end int

	book
	watching
	market
	charging
	batching
	queue
	deciding
	filling filling
	recording
	joint
	progress
}

// watching is what the account is watched for between its looks.
type watching struct {
	watcher      Watcher
	watch        Watch
	lower, upper []float64 // room for the limits of watch
}

// deciding is what a decision is made of.
type deciding struct {
	view    View
	want    []float64
	orders  []openOrder // of one decision
	lowered []int       // those that a desk has taken something off today
}

// recording is what is kept of a run.
type recording struct {
	nav, half, most []float64
	flows, costs    []float64 // by session; flows is empty until money comes or goes
	debts           []debt
	log             *Log
	posted          Entry // as the follower was last told
}

// progress is the state of a run.
type progress struct {
	clock
	reasons
	calendar
	aim
	owner
	working
	counting
	err error
}

// clock describes how far the account has been valued and what stops it next.
type clock struct {
	at      int  // valued up to and including this session
	due     bool // a look is due at session at
	fillAt  int  // session that fills the open orders, -1: none
	inLanes bool // the lanes have run it
}

// calendar is what comes next of the mandate and the panel.
type calendar struct {
	nextFlow, nextChange, nextEnding, nextListing int // places in the mandate's lists
	nextAction                                    int // and in the panel's
	event                                         int // the next session with any of them, or with something that is due
}

// aim is the targets that are in force.
type aim struct {
	targets, given []float64 // of the assets that are listed; of all
	before         []float64 // the targets before today's change, until it is looked at
	cancelAt       int       // session after whose fills a change of targets cancels what is open
	share          float64   // of the assets that are not listed yet
	listed         int       // place of the first listing that must be bought; -1: none
	bound          bool      // restrictions bind today
	reserve, plain Micros    // cash that is kept; without the share of the unlisted
}

// owner is the owner's money that has come and not been put before the policy, or is owed
// and not been paid.
type owner struct {
	newDeposits, pendingWithdrawals Micros
	unseen                          Micros // withdrawals that no decision has seen
	netted                          Micros // came in and goes out at one session, which no decision has seen
	taxOwed                         Micros // taxes due and not paid
	paying                          bool   // what is owed is being raised or paid
	pressed                         bool   // a decision must raise money by sales that could queue
	debtFrom                        int    // the session since which something is owed, -1: nothing is
}

// working is what holds for the open orders as a whole.
type working struct {
	opening             bool    // they are the initial purchase
	decided             int     // place in the log of their decision
	fund                Funding // who pays
	flowBuys, flowSells Micros  // deposits and withdrawals that they trade for
	leaving             Micros  // withdrawals that the proceeds of a reduction still pay
	goingOut            Micros  // of the withdrawals not yet paid, proceeds of reductions that are on their way
	brought             Micros  // new money for purchases that are still to be filled
	through             Micros  // came in and goes out at one session
	tried, ready        int     // the session of their last fill, -1: none; from which on they could fill in a window
	waits               int     // the session that purchases wait for money until; 0: they do not
	unfilled            bool    // of the last rebalance nothing has been filled yet
}

// counting is what is added up session by session.
type counting struct {
	tally     Tally
	driftFrom int    // sessions before it have their drift
	counted   int    // looks are counted before this session
	billedAt  int    // the last session with costs
	billed    Micros // and they
}

// begin is the progress before the first session.
func begin(m *Mandate) progress {
	return progress{
		clock:    clock{at: m.Open - 1, fillAt: -1},
		aim:      aim{targets: m.Targets, given: m.Targets, listed: -1},
		owner:    owner{debtFrom: -1},
		working:  working{tried: -1},
		counting: counting{driftFrom: m.Open + 1, counted: m.Open + 1, billedAt: -1},
	}
}
