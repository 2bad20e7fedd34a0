// Package oracle replays a rebalancing policy slowly and naively, in decimal
// arithmetic, one sentence of the rule at a time.
//
// It exists to be compared with the engine: it imports nothing of this module
// and shares no code with it. It covers the bands rule with
// all its options, calendar, and buy and hold; costs in basis points, fixed per
// trade and per share; fills at the same close, the next close and the next open;
// settlement, whole lots, a minimum trade, no_buy, no_sell and hold; splits and
// dividends of raw prices; deposits and withdrawals, growth and reduction; holes in the
// prices; participation in the volume; the largest turnover; batches; segments, pauses
// and every trigger; new targets, late listings and ends of lives. Taxes and trading
// windows are outside it.
//
// Every float64 of the input is read as the shortest decimal that denotes it
// (0.1 is one tenth); from there on no binary number takes part. Quotients are
// kept to 40 decimal places.
package oracle

import "github.com/shopspring/decimal"

// Limit is how far a weight may stand from its target on one side: relative to
// the target (0.2: a fifth of it) or, if Absolute, as a part of the invested
// value (0.05: five percentage points). None is no limit at all. A limit with
// LesserOf set is the narrowest of the listed ones; its other fields are then
// ignored.
type Limit struct {
	Value    float64
	Absolute bool
	None     bool
	LesserOf []Limit
}

// Same returns n copies of one limit: the usual case of one band for all assets.
func Same(n int, l Limit) []Limit {
	all := make([]Limit, n)
	for i := range all {
		all[i] = l
	}
	return all
}

// Cost is one cost component. Kind "bps" takes Rate basis points of the traded
// value, "fixed" takes Rate in money per trade, "per_share" Rate in money for each
// share, at least Least and, unless it is 0, at most Most a trade. Side is "buy", "sell" or
// "both"; Assets nil means all; From and Until are days since 1970-01-01, both
// included, 0 = open.
type Cost struct {
	Name   string
	Kind   string
	Rate   float64
	Least  float64
	Most   float64
	Side   string
	Assets []int
	From   int32
	Until  int32

	place int // among Input.Costs
}

// Input is one run. Close and Open are [session][asset], finite and positive
// in every cell; Open may be nil unless Fill is next_open. Targets sum to 1.
// The reserve is Reserve (money) + ReserveFraction of NAV. Limit lists hold one
// limit an asset; a nil list is no limit. Malformed input panics: the callers
// are tests.
type Input struct {
	Dates           []int32 // days since 1970-01-01
	Symbols         []string
	Close, Open     [][]float64
	Targets         []float64
	Cash            float64
	Holdings        []float64 // opening shares by asset; then nothing is bought at the start; nil: none
	Reserve         float64
	ReserveFraction float64
	Look            []bool // per session; session 0 is ignored

	Pause      int       // months without looks after a rebalance
	After      int       // looks at every session from so many months after the last rebalance; 0: as in Look
	Segments   []Segment // looks by NAV, the largest first, instead of Look; nil: one for all
	Hysteresis float64   // how far below its NAV a segment is left, as a part of it
	Mini       *Mini
	Trigger    *Trigger // of the strategy rebalance
	Changes    []Change // of the targets, by session

	Strategy         string // bands | calendar | rebalance | buy_and_hold
	BandUp, BandDown []Limit
	RailUp, RailDown []Limit
	To               string  // rail ("") | target | edge | fraction
	Fraction         float64 // of the way to the target, with To = fraction
	Share            string  // relative_distance ("") | absolute_deficit | lowest_first | target_weights | most_underweight_first
	Unfunded         string  // nothing ("") | largest_overweight
	Funding          string  // self_financing ("") | growth | reduction
	Surplus          string  // cash ("") | target_weights
	Scope            string  // all ("") | breached | largest
	Largest          int     // with Scope = largest
	Costs            []Cost
	Fill             string // same_close | next_close ("") | next_open

	Settle   []int   // sessions until a sale is paid, one an asset; nil: at once
	Bridge   bool    // unsettled proceeds pay for purchases; else purchases wait for them
	Lot      float64 // shares are traded in whole multiples of it; 0: no lots
	Minimum  float64 // money: an order below it is not made
	Rules    []Rule
	Actions  []Action // by session, then asset
	Reinvest bool     // dividends buy their asset at the close, free of cost
	Flows    []Flow

	Batch   bool    // orders below Minimum wait and add up
	Release []bool  // per session, with Batch: all that waits goes
	Urgent  float64 // the drift beyond which an order goes at once, as a part of the target; 0: none

	Listings []Listing // by session, after the first
	Endings  []Ending

	// Hole marks closes that were carried forward, and HoleOpen opens that are missing:
	// [session][asset], nil: none. A close that was carried forward is none to decide on
	// or to fill at; what is ordered waits for the next real price.
	Hole, HoleOpen [][]bool

	MaxTurnover   float64     // the largest one-way turnover of a decision; 0: no limit
	Participation float64     // the largest part of a session's volume that an order may be; 0: no limit
	Volume        [][]float64 // shares traded, with Participation
}

// Change is new targets, in force from a session on.
type Change struct {
	Session int
	Targets []float64
}

// Rule forbids trades of an asset that are decided on sessions from From up to
// and without Until.
type Rule struct {
	Asset       int
	Kind        string // no_buy | no_sell | hold
	From, Until int
}

// Action is a split (shares after it for one before; 1: none) and a dividend (cash
// for one share before the split) at the start of a session.
type Action struct {
	Session, Asset  int
	Split, Dividend float64
}

// Flow is money that the owner pays in (+) or takes out (-) at a session.
type Flow struct {
	Session int
	Amount  float64
}

// Order is what a decision asked for. Session is the decision's.
type Order struct {
	Session, Asset int
	Buy            bool
	Shares         decimal.Decimal
	Value          decimal.Decimal // at the decision's close
	Asked          decimal.Decimal // shares before the largest turnover cut them; 0: it did not
	New            decimal.Decimal // shares of it that new money of growth pays
	Leaving        decimal.Decimal // shares of it whose proceeds leave, of a reduction
	Aside          decimal.Decimal // money that the decision set aside for it, with costs
	Begun          bool            // a part of it is filled
	Apart          bool            // a sale for what is owed, beside the batch
}

func (o Order) side() string {
	if o.Buy {
		return "buy"
	}
	return "sell"
}

// Decision is a look at which a trigger fired.
type Decision struct {
	Session  int
	Unfunded bool
}

// Turned is the turnover of what the orders of a decision traded at a session.
type Turned struct {
	Decision, Session int
	Part              decimal.Decimal
}

// Trade is what was filled. Costs holds one figure for each component of
// Input.Costs, zero where a component does not apply.
type Trade struct {
	Session, Decision, Asset int
	Buy                      bool
	Shares, Price, Value     decimal.Decimal
	Costs                    []decimal.Decimal
	Again                    bool // not the first of its order

	leaving decimal.Decimal // shares of it whose proceeds leave
}

// Output is what a run left. NAV, Cash and Shares hold one row a session, after
// the session's last fill. Orders and Trades leave the initial purchase out;
// Initial holds it. Triggers = Unfunded + Rebalances.
//
// NearTies lists the sessions on which float64 may legitimately decide
// otherwise: a deviation within 1e-11 of its limit, an order within 1e-6 of
// the dust limit (or rounded to shares worth less than it), a ranking decided
// by less than 1e-11, or purchases that are equal when the smallest has to be
// dropped.
type Output struct {
	NAV, Cash  []decimal.Decimal // Cash: settled
	Unsettled  []decimal.Decimal
	Shares     [][]decimal.Decimal
	Orders     []Order
	Decided    []Decision
	Trades     []Trade
	Initial    []Trade
	Looks      int // without those that a pause skipped
	Paused     int
	Triggers   int
	Unfunded   int
	Rebalances int
	Filled     int // rebalances of which something was filled

	TradesCount int // executed orders, without the initial purchase
	Turnover    decimal.Decimal
	Turned      []Turned
	CostTotal   decimal.Decimal // with CostInitial
	CostInitial decimal.Decimal
	Dividends   decimal.Decimal
	Withdrawals decimal.Decimal   // paid out
	Unpaid      decimal.Decimal   // withdrawals that nothing was left to pay
	Grown       decimal.Decimal   // new money that came for growth
	Idle        decimal.Decimal   // what waits to be placed at the end
	Waits       []decimal.Decimal // the same, after each session
	Owed        decimal.Decimal   // withdrawals that are neither paid nor given up at the end
	Queue       []decimal.Decimal // shares that wait in the batch at the end, + to buy, - to sell; nil: none ever did
	NearTies    []int
}
