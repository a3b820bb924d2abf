"""The run folder: every event of a run, and where it came from."""
