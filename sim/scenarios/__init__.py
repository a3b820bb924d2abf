"""Scenarios: a city, its people, its force and a horizon, as one frozen value."""
