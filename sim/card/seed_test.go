package card_test

import _ "evenkeel/internal/simtest/seed"
