package audit_test

import _ "evenkeel/internal/simtest/seed"
