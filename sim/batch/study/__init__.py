"""What is asked of many runs: the file of a study, its design and its plan."""
