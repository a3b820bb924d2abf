"""Which parameters an outcome depends on."""
