package village

// Output is what a run leaves. Money is in 1e-6, shares in 1e-8.
type Output struct {
	Decisions []Decision
	Fills     []Fill
	Missed    []Miss
	Paid      []Payment
	Called    []Payment // new money of growth, by member
	Alerts    []Alert
	Sessions  []Session
	Members   [][]MemberEnd // by village, in the order of joining
}

// Decision is what a village decided on a session (a process), own orders first.
type Decision struct {
	Session int
	Village int
	Cause   string // opening, deviation, mini, deposit, withdrawal
	Table   []Row  // by rank; empty at the opening
	Orders  []Asked
	Wishes  []Asked // what no route may trade
	Prices  []Rat
	Before  []int64 // what the village could trade of each asset
}

// Asked is an order: below 0 a sale. Member is -1 for the village's own.
type Asked struct {
	Asset, Member int
	Shares        int64
}

// Row is a line of the deviation table (4.3). Adjustment, current and relative are as the
// document signs them; relative is nil where the target is 0.
type Row struct {
	Asset                int
	Value                Rat
	Current, Target      Rat
	Adjustment           Rat
	Deviation            Rat
	Relative             Rat
	Rank, RankPercentage int
	Counts               bool
	low, high            bool
}

// Fill is a part: what one route fills of one order on one session.
type Fill struct {
	Session, Village, Asset int
	Owner                   int // member of an own order, -1
	Route                   string
	Sell                    bool
	Shares, Value           int64
	Costs                   []Charge
	Members                 []Share
	Decided                 int     // session of the decision
	Sellable                []int64 // of a village's sale, by member, before this part
}

// Charge is a cost component of a part.
type Charge struct {
	Name   string
	Amount int64
}

// Share is a member's part: shares and cash with their signs.
type Share struct {
	Member             int
	Shares             int64
	Cash               int64
	GainShort, GainFar int64
}

// Miss is what was asked for and not filled, and what each route took of it.
type Miss struct {
	Session, Village, Asset, Owner int
	Sell                           bool
	Shares                         int64
	Reason                         string
	Tried                          []Try
}

// Try is one attempt (4.9.2).
type Try struct {
	Route        string
	Asked, Taken int64
	Then         string // filled, or why not more
}

// Payment is money that left to a member.
type Payment struct {
	Session, Village, Member int
	Amount                   int64
	Waited                   int // sessions
}

// Alert is raised or cleared; Asset -1 is the portfolio's drift.
type Alert struct {
	Session, Village, Asset int
	Relative                Rat
	Raised                  bool
}

// Session is the books after a session.
type Session struct {
	Villages []Books
	Pool     PoolBooks
	Drift    []Rat // half the sum of |w - t| by village, at the close before its own trades; nil: nothing is held
	Weights  [][]Rat
}

// Books are a village's, and each member's.
type Books struct {
	Cash      int64 // settled
	Unsettled int64
	Shares    []int64
	NAV       Rat
	Members   []MemberBooks
}

// MemberBooks are one member's.
type MemberBooks struct {
	Name       string
	Cash, Owed int64
	Unsettled  int64
	Shares     []int64
}

// PoolBooks are the pool's after a session (4.8.7). Utilisation is nil when it has nothing.
type PoolBooks struct {
	Cash, Spendable int64
	Shares          []int64
	NAV             Rat
	Offered         int64
	Bought, Sold    int64
	Exchanged       int64
	Refused         int64
	Utilisation     Rat
	Depleted        bool
}

// MemberEnd is a member at the end.
type MemberEnd struct {
	Name           string
	Joined         int
	Left           int // session, -1: still there
	Cash           int64
	Shares         []int64
	NAV            Rat
	Stake          Rat // nil when the village is worth nothing
	Trades         int
	Costs          int64
	Unpaid         int64
	In, Out        int64
	GainShort, Far int64
}
