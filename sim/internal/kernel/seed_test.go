package kernel

import _ "evenkeel/internal/simtest/seed"
