package metric_test

import _ "evenkeel/internal/simtest/seed"
