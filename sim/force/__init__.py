"""The files of a force, read with an account of every row, and made into a city and a scenario."""
