package experiment

import _ "evenkeel/internal/simtest/seed"
