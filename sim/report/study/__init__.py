"""The report of a study: one page in HTML that needs nothing else."""
