package sim_test

import _ "evenkeel/internal/simtest/seed"
