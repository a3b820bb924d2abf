"""Which parameters fit the numbers of a real city."""
