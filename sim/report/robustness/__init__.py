"""In how much of what may be true a strategy is better."""
