"""Which parameters fit a city's own numbers: sets of them by history matching, one of them by a quick search."""
