package tax_test

import _ "evenkeel/internal/simtest/seed"
