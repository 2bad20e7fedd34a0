package engine

import _ "evenkeel/internal/simtest/seed"
