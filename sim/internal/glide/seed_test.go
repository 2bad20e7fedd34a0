package glide

import _ "evenkeel/internal/simtest/seed"
