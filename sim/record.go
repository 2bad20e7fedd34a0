package sim

import "evenkeel/data"

// State is how a look, or an order, ended.
type State uint8

const (
	StateTraded     State = iota // orders were placed
	StateInBand                  // no trigger fired
	StateUnfunded                // a trigger fired and no order of at least Dust resulted
	StatePending                 // an order that no session has filled yet
	StateFilled                  // an order filled in full
	StatePart                    // an order cut to the cash; the rest is missed
	StateMissed                  // an order of which nothing was filled
	StatePaused                  // a look that a pause skipped
	StateOrdersOpen              // a look while orders were waiting: nothing is decided
	StateMinimum                 // a trigger fired and every order was below the minimum
	StateRestricted              // a trigger fired and restrictions left no order
	StateQueued                  // an order below the minimum that waits in the batch
	StateBatched                 // an order that went from the batch into a later one, which carries its shares and price
)

var stateWords = [...]string{"traded", "in_band", "unfunded", "pending", "filled", "part", "missed", "paused", "orders_open", "below_minimum", "restricted", "queued", "batched"}

func (s State) String() string { return stateWords[s] }

// Reason describes why an order, or a part of it, was not filled.
type Reason uint8

const (
	ReasonNone          Reason = iota
	ReasonCash                 // the cash did not reach
	ReasonCost                 // a sale whose costs exceed its proceeds and the cash
	ReasonEnd                  // the data ended first
	ReasonLimit                // more money or shares than the books can count
	ReasonTargets              // the targets changed before it was filled
	ReasonMinimum              // below the minimum trade
	ReasonRestricted           // a restriction forbade it
	ReasonTurnover             // beyond the largest turnover of a rebalance
	ReasonLot                  // less than one lot
	ReasonTax                  // it would have realised a short-term gain
	ReasonNetted               // opposite orders in the batch cancelled it out
	ReasonEnded                // the asset's life ended
	ReasonCounterparty         // nobody wanted the other side on the desk
	ReasonCapital              // a pool had no more money
	ReasonConcentration        // a pool holds as much of the asset as it may
	ReasonHoldings             // a pool held no more of it
	ReasonCapacity             // beyond what a market takes of an asset at a session
)

var reasonWords = [...]string{"", "cash", "cost", "end_of_data", "limit", "targets", "minimum", "restricted", "turnover", "lot", "short_term_gain", "netted", "ended", "counterparty", "pool_capital", "pool_limit", "pool_holdings", "capacity"}

func (r Reason) String() string { return reasonWords[r] }

// OpenFor describes why orders are open at a look that decides nothing.
type OpenFor uint8

const (
	OpenForNone       OpenFor = iota
	OpenForDelay              // the fill of their decision is still to come
	OpenForWindow             // orders fill on certain sessions alone
	OpenForSettlement         // purchases wait for the proceeds of sales
	OpenForVolume             // the rest is more than a part of the session's volume
	OpenForPrice              // the asset had no price of its own
	OpenForOpen               // its open was missing
	OpenForListing            // an asset was listed and is bought first
)

var openForWords = [...]string{"", "delay", "window", "settlement", "volume", "no_price", "no_open", "listing"}

func (w OpenFor) String() string { return openForWords[w] }

// Decision is a look at which a trigger fired, the initial purchase, or trading
// for a flow. Policies without limits, which are asked at every look, log every
// look; those of others at which nothing fired are left out.
type Decision struct {
	Session    int32
	Asset      int16 // that fired the trigger, -1: none
	Cause      Cause
	State      State
	Dev, Limit float64 // weight and limit of Asset
	NAV        float64 // at the close, before the session's own trades
	Turnover   float64 // one-way, of what its orders traded, as the tally counts it; 0 until they are filled
}

// Order is a number of shares that a decision wants to trade. Its fills are the
// Buy and Sell entries that name it. Shares and prices are those of the session of
// the decision: after a split, those of the entries are other ones.
type Order struct {
	Decision int32 // place in Log.Decisions
	Session  int32 // of the decision
	Filled   int32 // session of the last fill, -1: none
	First    int32 // session at which it could first be filled, -1: none
	Ended    int32 // session at which the rest was given up; of an order that is filled, its last fill; -1: open at the end of the data
	Asset    int16
	State    State
	Reason   Reason  // why not all was filled
	Venue    Venue   // where it trades
	Owner    int32   // of the owners' own sale, whose shares it sells, from 1; 0: the account's
	Units    Units   // requested: + buy, - sell
	Done     Units   // executed, same sign
	Price    float64 // close at the decision; of a release from the batch, the mean of what it carries by shares
	Fill     float64 // mean price of the fills, 0 when none
	Arrival  float64 // market price at First, 0 when there was none
}

// Kind is what an entry books.
type Kind uint8

const (
	EntryCash Kind = iota // opening cash
	EntryBuy
	EntrySell
	EntryCost
	EntryFlow     // a deposit or a withdrawal
	EntryHolding  // opening holdings: shares alone
	EntrySettle   // unsettled money becomes cash
	EntrySplit    // shares alone: a split's new ones, or those a reverse split takes
	EntryFraction // fractions of a lot after a split, paid as cash
	EntryDividend // cash
	EntryReinvest // a dividend's shares: cash out, shares in, free of cost
	EntryEnd      // the end of an asset's life: shares out, cash in
	EntryTax      // tax paid
)

var kindWords = [...]string{"cash", "buy", "sell", "cost", "flow", "holding", "settle", "split", "fraction", "dividend", "reinvest", "end", "tax"}

func (k Kind) String() string { return kindWords[k] }

// Venue is where an order trades: the market, or a place that a Desk names by a number of
// its own.
type Venue uint8

// Market is the venue of every order without another one.
const Market Venue = 0

// Entry is one movement of money or shares. The journal is the list of them: it
// carries the rounded integers that the book added, nothing else.
type Entry struct {
	Session int32
	Order   int32 // place in Log.Orders, -1: none
	Asset   int16 // -1: none
	Part    int16 // of a cost: its place in Terms.Costs, else -1
	Kind    Kind
	Venue   Venue  // of what its order traded, and of its costs
	Owner   int32  // of its order
	Units   Units  // + into the account
	Cash    Micros // + into the settled cash
	Due     Micros // + into the unsettled cash
	Price   float64
}

// Log is the full account of a run.
type Log struct {
	Decisions []Decision
	Orders    []Order
	Entries   []Entry
	Waits     []Wait    // money that waits, as it begins, shrinks and ends
	OpenFor   []OpenFor // of the decisions whose state is StateOrdersOpen, in their order

	assets []int16 // room for those of Waits
}

// Tally counts and sums what happened; it is kept in every run.
type Tally struct {
	Looks       int     // sessions on which the policy compared weights with its limits
	Triggers    int     // looks at which a trigger fired
	Unfunded    int     // triggers that led to no order
	Rebalances  int     // triggers that led to orders
	Filled      int     // rebalances of which something was filled
	Trades      int     // executed orders, without the initial purchase
	Turnover    float64 // sum over rebalances of half the traded value over NAV before the first trade
	Cost        Micros  // all costs
	CostInitial Micros  // costs of the initial purchase, part of Cost
	Cash        Micros  // settled, at the end
	Unsettled   Micros  // at the end
	Dividends   Micros  // received, reinvested or not
	Tax         Micros  // paid
	TaxUnpaid   Micros  // due and not paid at the end
	Deposits    Micros  // paid in after the opening
	Withdrawals Micros  // paid out
	Unpaid      Micros  // withdrawals that were not paid: nothing was left, or the end came first
	Ruined      int     // the first session after whose fills less than Dust was left while something was owed; 0: never
}

// Record is what a run left; it is valid until the runner's next Set on the lane.
// Columns have one place a session of the panel; those outside [First, End) are
// meaningless.
type Record struct {
	Panel      *data.Panel
	Mandate    *Mandate
	First, End int
	NAV        []float64 // after the session's last fill, in money
	Flow       []float64 // deposits less withdrawals of the session, in money; nil when there were none
	Cost       []float64 // costs of the session's trades, in money; of a session without deposits they may be missing. nil when Flow is
	DriftHalf  []float64 // half the sum of |w-t| at the close before the session's own trades at it; nil unless kept; from First+1
	DriftMost  []float64 // the largest |w-t|, likewise
	Tally      Tally
	Units      []Units   // holdings at the end
	Waiting    []Waiting // money of purchases that still waits at the end, the oldest first
	Owing      Waiting   // money owed that could not be raised by the end; of 0: none
	Log        *Log      // nil unless kept
	Err        error     // the account outgrew what the books can count: its figures from then on mean nothing
}

// Keep describes what a runner records beside NAV and the tally.
type Keep uint8

const (
	KeepDrift Keep = 1 << iota
	KeepLog
)

// IsOpening reports whether an entry belongs to the initial purchase.
func (r *Record) IsOpening(e *Entry) bool {
	if e.Order < 0 {
		return e.Kind == EntryCash || e.Kind == EntryHolding
	}
	return r.Log.Decisions[r.Log.Orders[e.Order].Decision].Cause == CauseOpening
}

// Weights calls f for every session of the record from the first on, in order,
// with the weights v/I at its close, after the session's own trades (NaN when
// nothing is invested). The slice is valid during the call. The record must have
// a log.
func (r *Record) Weights(f func(session int, weights []float64)) {
	n := r.Panel.Assets()
	units, w := make([]Units, n), make([]float64, n)
	e := 0
	for s := r.First; s < r.End; s++ {
		for ; e < len(r.Log.Entries) && int(r.Log.Entries[e].Session) == s; e++ {
			if x := &r.Log.Entries[e]; x.Asset >= 0 {
				units[x.Asset] += x.Units
			}
		}
		for i, p := range r.Panel.Close(s) {
			w[i] = float64(units[i].Shares() * p)
		}
		sum := SumOf(w)
		for i := range w {
			w[i] /= sum
		}
		f(s, w)
	}
}
