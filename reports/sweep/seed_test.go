package sweep

import _ "evenkeel/internal/simtest/seed"
