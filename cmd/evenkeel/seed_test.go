package main_test

import _ "evenkeel/internal/simtest/seed"
