package main

import "testing"

// TestDocsOfPrices holds the guide to prices against its example.
func TestDocsOfPrices(t *testing.T) {
	unlessShort(t)
	exampleGuide(t, "prices.md").check(t)
}
