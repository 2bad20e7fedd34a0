package sim

// openOrder is an order of the latest decision, with what is known of it until it is filled
// or given up. The log keeps the Order alone.
type openOrder struct {
	Order
	left      Units   // what may still be filled, in shares of today
	close     float64 // of its decision; Price is a mean when the batch joined it
	exact     Units   // what went out of the decision before whole lots
	tried     Units   // of it at this session
	worth     Micros  // of a purchase: what is tried, at the session's price
	moved     float64 // the part that new money pays, or whose proceeds leave
	split     float64 // shares of today for one at the decision
	remainder float64 // of a lot, while lots are shared out; -1: not tried
}
