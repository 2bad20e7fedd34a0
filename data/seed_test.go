package data_test

import _ "evenkeel/internal/simtest/seed"
