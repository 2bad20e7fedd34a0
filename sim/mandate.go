package sim

import (
	"math"

	"evenkeel/data"
)

// Policy decides what an account trades. Decide is asked at the close of a
// session; it writes into want the money to buy (+) or sell (-) of each asset at
// today's close. want arrives zeroed and has one place an asset. The view and
// want are valid during the call only.
type Policy interface {
	Decide(v *View, want []float64) Verdict
}

// Watcher is a Policy that promises when it need not be asked. Watch is called at the
// first session, and again after each change of the targets and when an asset is
// listed that waited: then v.Changed is true, and what the policy remembers of the run
// stays. A Policy without it is never asked. A change of targets and a flow are put
// before it whatever it watches.
type Watcher interface {
	Watch(v *View, w *Watch)
}

// Rebalancer is a Policy that is told when a trigger of its led to orders, with the
// view of the decision.
type Rebalancer interface {
	Rebalanced(v *View)
}

// Looker is a Policy whose looks depend on more than its calendar. It is told of the
// sessions of Watch.Looks at which orders are open, when it is not asked, and says what
// they were to it. Size is the NAV as thresholds see it: see View.Size.
type Looker interface {
	Passed(session int, on data.Date, size float64) Look
}

// Watch is a promise: while nothing in it happens, Decide would do nothing.
type Watch struct {
	Looks  *data.Calendar // sessions on which the policy compares weights; nil: none
	Lo, Hi []float64      // limits of the weights v/I, one an asset: asked only when one is outside; both nil: asked at every look
}

// None as an upper limit means that the weight has no limit; a lower limit below
// zero means that it has none. A lower limit of exactly 0 is breached by an asset
// that is not held at all.
const None = 1e300

// Verdict is what a policy made of being asked.
type Verdict struct {
	Act        bool    // a trigger fired; want may be all zero when nothing pays for it
	Look       Look    // whether weights were compared with limits
	Funding    Funding // what pays
	Cause      Cause   // what fired; without Act, the flow that want trades for
	Asset      int     // the asset that fired it, -1 when none did by itself
	Dev, Limit float64 // its weight and the limit it crossed, as parts of the invested value
}

// Look describes what a session was to a policy that was asked at it.
type Look uint8

const (
	Looked   Look = iota // weights were compared with limits
	Paused               // a look that a pause skipped
	NotALook             // no look of the policy's at all
)

// Funding is what pays for a decision's purchases, and where proceeds go.
type Funding uint8

const (
	FundSelf  Funding = iota // sales and cash pay for purchases
	FundLeave                // the proceeds of sales leave the account
	FundBring                // new money comes in and pays for the purchases
)

// Cause describes why a decision was made.
type Cause uint8

const (
	CauseNone       Cause = iota
	CauseOpening          // the initial purchase
	CauseAbove            // a weight above its band
	CauseBelow            // a weight below its band
	CauseCalendar         // the calendar, whatever the weights
	CauseDrift            // half the sum of |w-t|
	CauseDeviation        // a deviation in money or relative to the target
	CauseSignal           // a dated signal
	CauseIdleCash         // cash that is not invested
	CauseMini             // a large deviation between the looks
	CauseDeposit          // money came in
	CauseWithdrawal       // money is to go out
	CauseTargets          // the targets changed
	CauseListing          // an asset was listed that waited
	CauseBatch            // queued orders are released
)

var causeWords = [...]string{
	"", "opening", "above_band", "below_band", "calendar", "portfolio_drift", "deviation",
	"signal", "idle_cash", "mini", "deposit", "withdrawal", "new_targets", "listing", "batch",
}

func (c Cause) String() string { return causeWords[c] }

// OfPolicy reports whether a policy's own rule led to the decision, as the tally counts
// looks, triggers and rebalances: the initial purchase, trading for a flow, what is
// bought at its listing and a release of the batch are the account's.
func (c Cause) OfPolicy() bool {
	switch c {
	case CauseOpening, CauseDeposit, CauseWithdrawal, CauseListing, CauseBatch:
		return false
	}
	return true
}

// FillTime is when orders of a session are filled.
type FillTime uint8

const (
	NextClose FillTime = iota // at the close of the following session
	NextOpen                  // at the open of the following session
	SameClose                 // at the close that the decision was made on
)

// MomentWords are the moments in the words of an experiment file.
var MomentWords = []string{"next_close", "next_open", "same_close"}

func (m FillTime) String() string { return MomentWords[m] }

// Fill is a trade as a cost sees it: of an intended size when it is planned, of the
// executed size when it is booked. What the panel does not hold is NaN.
type Fill struct {
	Session int
	Date    data.Date
	Asset   int
	Buy     bool
	Price   float64 // of the market, free of impact
	Value   float64 // shares x price, in money
	Volume  float64 // shares a session traded, the mean of the sessions before this one
	Sigma   float64 // volatility of a session: sample deviation of the simple returns before this one
	Spread  float64 // half the spread, in basis points
}

// Cost is one component of what trading costs. The cost of a trade is fixed +
// rate x value, both 0 or more; a Cost whose Traits are not Sized gives the same two
// numbers for every value.
type Cost interface {
	Name() string                         // the component, as reports print it
	Charge(f *Fill) (fixed, rate float64) // money, and parts of the value
	Traits() Traits
}

// Floored is a Cost of which a trade of next to nothing may cost something: requests
// are made with that from the beginning, and refined for their sizes then.
type Floored interface {
	Least() bool
}

// Traits are what a cost's Charge depends on and what kind of cost it is.
type Traits struct {
	Dated    bool // differs between sessions
	Sized    bool // depends on the trade's value
	Implicit bool // paid in the price (spread, impact), not on a bill
}

// Tax follows the lots of one account and says what is due on its gains. The runner
// calls Begin before the first session, then the rest in order of the sessions.
// Everything is in the books' integers.
type Tax interface {
	Begin(p *data.Panel, first int)
	Buy(session, asset int, u Units, cost Micros)      // a purchase, with what it cost in all
	Sell(session, asset int, u Units, proceeds Micros) // a sale of u > 0, with what it brought after costs
	Split(session, asset int, before, after Units)     // the holding was multiplied; no gain
	Next(after int) int                                // the first session later than after on which Due may be above 0; math.MaxInt: none
	Due(session int) Micros                            // what falls due at the session, once
	Free(session, asset int, price float64) Units      // how much can be sold, in the order of the lots, without a short-term gain
}

// Bounded is a Tax that returns the first of its sums that went beyond what it can
// count and the most that it can, in money; 0: none did.
type Bounded interface {
	Outgrown() (is, most float64)
}

// Terms are the conditions that an account trades on.
type Terms struct {
	Fill            FillTime
	Costs           []Cost
	Delay           int            // further sessions between decision and fill
	Windows         *data.Calendar // sessions on which orders fill; nil: all
	Reserve         float64        // cash that is never invested, in money
	ReserveFraction float64        // the same as a part of NAV; the larger of the two holds
	FreeOpening     bool           // the initial purchase costs nothing
	OpeningTurnover bool           // the initial purchase counts as turnover

	Settle        []int         // sessions until a sale is paid, one an asset; nil: at once
	Bridge        bool          // unsettled proceeds pay for purchases; else purchases wait for them
	Participation float64       // the largest part of a session's volume that an order may be; 0: no limit
	Lot           float64       // shares are traded in whole multiples of it; 0: in hundred-millionths
	Minimum       float64       // money: an order below it is not made
	MaxTurnover   float64       // the largest one-way turnover of a rebalance; 0: no limit
	Batch         *Batch        // orders below Minimum queue; nil: they are missed
	Rules         []Restriction // by asset and session
	KeepShort     bool          // sales that would realise a short-term gain are not made; needs Mandate.Tax
	Reinvest      bool          // dividends of raw prices buy their asset at the close of the session, free of cost; else they are cash
}

// Batch is how orders below the minimum queue: they add up by asset and are
// released when they reach the minimum, and at the looks of Release.
type Batch struct {
	Release *data.Calendar
	Urgent  float64 // relative drift beyond which an order goes at once whatever its size; 0: none
}

// Rule is what a restriction forbids.
type Rule uint8

const (
	NoBuy  Rule = iota // no purchase
	NoSell             // no sale
	Hold               // neither
	LockUp             // what was bought while it is in force is not sold before it ends
)

// RuleWords are the rules in the words of an experiment file.
var RuleWords = []string{"no_buy", "no_sell", "hold", "lock_up"}

func (r Rule) String() string { return RuleWords[r] }

// Restriction forbids trades of an asset that are decided on sessions in [From, Until).
type Restriction struct {
	Asset       int
	Rule        Rule
	From, Until int
}

// Listing is an asset that is not listed when the account opens and whose share
// waits in cash: what it should have had is bought on the first session it can be.
type Listing struct{ Session, Asset int }

// InForce are the targets that policies see, each from its session on, the first from
// the opening: those of the mandate and of its changes, over the assets that are
// listed. Without Listings they are 1 + len(Changes).
func (m *Mandate) InForce() []Change {
	given, changes, lists := m.Targets, m.Changes, m.Listings
	all := []Change{{Session: m.Open, Targets: overListed(given, lists)}}
	for len(changes) > 0 || len(lists) > 0 {
		s := math.MaxInt
		if len(changes) > 0 {
			s = changes[0].Session
		}
		if len(lists) > 0 {
			s = min(s, lists[0].Session)
		}
		if len(changes) > 0 && changes[0].Session == s {
			given, changes = changes[0].Targets, changes[1:]
		}
		for len(lists) > 0 && lists[0].Session == s {
			lists = lists[1:]
		}
		all = append(all, Change{Session: s, Targets: overListed(given, lists)})
	}
	return all
}

// overListed are targets while assets wait for their listing.
func overListed(given []float64, waiting []Listing) []float64 {
	if len(waiting) == 0 {
		return given
	}
	within := make([]float64, len(given))
	shareOut(within, given, waiting)
	return within
}

// shareOut puts targets over the assets that do not wait into within, and returns
// the share of those that do.
func shareOut(within, given []float64, waiting []Listing) float64 {
	copy(within, given)
	var left Sum
	for _, l := range waiting {
		left.Add(l.Asset, given[l.Asset])
		within[l.Asset] = 0
	}
	listed := SumOf(within) // 1 - share, without the rounding that is large beside a small remainder
	for i := range within {
		if within[i] > 0 { // else all of it waits
			within[i] /= listed
		}
	}
	return left.Total()
}

// Ending is the end of an asset's life: at the start of a session what is held of
// it becomes cash at a price, which may be 0.
type Ending struct {
	Session, Asset int
	Price          float64
}

// Flow is money that the owner pays in or takes out. It is seen by the look of
// its session and traded at the next fill.
type Flow struct {
	Session int     // 1 or later from the first
	Amount  float64 // money: + a deposit, - a withdrawal
	Percent float64 // with Amount 0: a part of NAV at the session's close, + or -
}

// Change is a new set of target weights, in force from a session on.
type Change struct {
	Session int
	Targets []float64
}

// Mandate is one account to simulate. Shared parts are read only; the Policy
// instance is the account's own.
type Mandate struct {
	Policy   Policy
	Targets  []float64 // target weight of each asset of the panel, 0 or more, sum 1
	Terms    *Terms
	Cash     float64   // opening cash, in money
	Changes  []Change  // of the targets, by session, after Open
	Flows    []Flow    // by session, after Open
	Tax      Tax       // follows the lots; the instance is the account's own; nil: no tax
	Holdings []Units   // opening holdings by asset; then nothing is bought at the start; nil: none
	Listings []Listing // by session, after Open
	Endings  []Ending  // by session, after Open
	Follower Follower  // is told of every entry; nil: nobody
	Owners   Owners    // who own the account together and open it; nil: one, whose flows are Flows
	Open     int       // first session: the initial purchase is made at its close
	Close    int       // one past the last session; 0 is the end of the panel
}
