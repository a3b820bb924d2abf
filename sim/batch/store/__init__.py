"""Where the results of many runs are kept, safe against a crash at any moment."""
