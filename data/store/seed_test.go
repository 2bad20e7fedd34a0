package store

import _ "evenkeel/internal/simtest/seed"
