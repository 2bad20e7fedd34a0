package run

import _ "evenkeel/internal/simtest/seed"
