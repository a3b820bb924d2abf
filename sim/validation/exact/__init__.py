"""Exact answers: where theory says what the simulation must give, and a broken variant that the check must reject."""
