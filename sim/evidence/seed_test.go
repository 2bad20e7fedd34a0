package evidence

import _ "evenkeel/internal/simtest/seed"
