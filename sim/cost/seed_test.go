package cost_test

import _ "evenkeel/internal/simtest/seed"
