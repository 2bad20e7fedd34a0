package experiment

// Starter is a commented experiment over prices.parquet, the file that a reader
// begins from; its five assets are those of the demo's prices.
const Starter = `# yaml-language-server: $schema=` + SchemaName + `
#
# An experiment: prices, a portfolio, and the policies that keep it in balance,
# compared with one another. Paths begin at this file's folder.
name: five-asset-classes

data:
  prices: prices.parquet        # Parquet, Arrow or CSV: date, symbol, close; or a date and a column a symbol
  # start: 2010-01-01           # first session on or after; all data when left out
  # end: 2019-12-31             # last session on or before

account:
  cash: 1000000                 # buys the targets at the close of the first session
  currency: USD

targets:                        # weights of the invested value; they sum to 1
  US_STOCKS: 40%
  WORLD_STOCKS: 20%
  BONDS: 25%
  REAL_ESTATE: 10%
  GOLD: 5%

costs:                          # all that apply are added
  - {model: bps, rate: 10}      # 10 basis points of the value of every trade
  # - {model: fixed, amount: 5} # and 5 a trade

execution:
  fill: next_close              # decided at one close, filled at the next; or next_open, same_close

policies:
  never:                        # buy once, never trade again
    strategy: buy_and_hold
  month-end:                    # back to target on the last session of every month
    strategy: calendar
    look: month_end
  quarter-end:
    strategy: calendar
    look: quarter_end
  bands:                        # look at every close; trade when a weight is 20 % off its target ...
    strategy: bands
    band: 20%
    rail: 10%                   # ... back to 10 % off it, the inner rail
    look: session
  bands-to-target:              # the same trigger, all the way back to target
    strategy: bands
    band: 20%
    rail: 0
    look: session
  bands-5pp:                    # bands of 5 percentage points, whatever the target
    strategy: bands
    band: 5pp
    rail: 2.5pp
    look: session

base: never                     # what the others are compared with
seed: 7
`
