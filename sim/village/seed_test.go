package village

import _ "evenkeel/internal/simtest/seed" // the random tests draw the same cases everywhere
