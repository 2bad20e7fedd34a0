package plan

import _ "evenkeel/internal/simtest/seed"
