"""Policing strategies: what a police force may see, and what it may order.

The strategies of the package are imported here, and thereby registered.
"""

from sim.policies import (
    citizen_patrol,
    grid,
    grid_services,
    hotspot,
    known_offenders,
    landlords,
    mediation,
    meetings,
    neighbourhood,
    newsletters,
    night_economy,
    partnership,
    police_rooms,
    posts,
    problem_oriented,
    reactive,
    reform,
    wardens,
)

__all__ = [
    "citizen_patrol", "grid", "grid_services", "hotspot", "known_offenders", "landlords", "mediation", "meetings",
    "neighbourhood", "newsletters", "night_economy", "partnership", "police_rooms", "posts", "problem_oriented",
    "reactive", "reform", "wardens",
]  # fmt: skip
