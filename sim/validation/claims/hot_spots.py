"""Focused policing, as it was tried: each function stands in a file with those of its kind."""

from __future__ import annotations

from sim.validation.claims.hot_spots_trials import randomised_hot_spots, randomised_problem_places
from sim.validation.claims.stops import runaway, stops

__all__ = ["randomised_hot_spots", "randomised_problem_places", "runaway", "stops"]
