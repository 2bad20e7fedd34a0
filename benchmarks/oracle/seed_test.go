package oracle_test

import _ "evenkeel/internal/simtest/seed"
