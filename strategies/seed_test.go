package strategies_test

import _ "evenkeel/internal/simtest/seed"
