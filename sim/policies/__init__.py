"""Policing strategies: what a police force may see, and what it may order.

The strategies of the package are imported here, and thereby registered.
"""

from sim.policies import (
    grid,
    grid_services,
    hotspot,
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
)

__all__ = [
    "grid", "grid_services", "hotspot", "landlords", "mediation", "meetings", "neighbourhood", "newsletters",
    "night_economy", "partnership", "police_rooms", "posts", "problem_oriented", "reactive", "reform",
]  # fmt: skip
