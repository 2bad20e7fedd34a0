package fault_test

import _ "evenkeel/internal/simtest/seed"
