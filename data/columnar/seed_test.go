package columnar

import _ "evenkeel/internal/simtest/seed"
