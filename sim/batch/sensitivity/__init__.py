"""Which parameters an outcome depends on, and in how much of what may be true a strategy is better."""
