"""What a thief takes: of what stands, lies and walks there at that moment."""

from __future__ import annotations

import numpy as np

from sim.agents.state import State
from sim.agents.tables import BICYCLE, FROM_HOME, FROM_PERSON, FROM_SHOP, FROM_VEHICLE, N_THINGS, VEHICLE
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, uniform

THING = int(Stream.BELONGINGS)
MOST = 10.0
"""No place offers more than this many times the mean of the city."""


@compiled
def choose_thing(w: State, segment: int, cause: Key, t: float) -> int:
    """Choose what is taken: what thieves want in the mean, times what is there of it against the mean of the city.

    Cars and bicycles stand at home while their owners are there, and with guests where these are; where nothing
    of all this is, a car stands along the street.
    """
    p = w.p[0]
    weights = np.zeros(N_THINGS)
    weights[FROM_PERSON] = p.taken_from_person * _people_out(w, segment)
    weights[BICYCLE] = p.taken_bicycle * _parked(w, segment, True)
    weights[VEHICLE] = p.taken_vehicle * _parked(w, segment, False)
    weights[FROM_VEHICLE] = p.taken_from_vehicle * _parked(w, segment, False)
    weights[FROM_HOME] = p.taken_from_home * _against(w.segments[segment].n_households, w.c[0].mean_homes)
    hour = (t % DAY_MIN) / 60.0
    if hour >= p.shops_open_h and hour < p.shops_close_h:
        weights[FROM_SHOP] = p.taken_from_shop * _against(w.segments[segment].shops, w.c[0].mean_shops)
    left = uniform(w.c[0].seed, THING, cause, 0) * weights.sum()
    if left <= 0.0:
        return FROM_VEHICLE
    for thing in range(N_THINGS):
        left -= weights[thing]
        if left < 0.0:
            return thing
    return FROM_VEHICLE


@compiled
def _against(number: float, mean: float) -> float:
    return float(min(number / mean, MOST)) if mean > 0.0 else 0.0


@compiled
def _people_out(w: State, segment: int) -> float:
    c, crowd, inside = w.c[0], w.crowds[segment], w.p[0].exposed_at_leisure
    return _against(crowd.n_foot + inside * crowd.n_visiting, c.mean_foot + inside * c.mean_visiting)


@compiled
def _parked(w: State, segment: int, bicycles: bool) -> float:
    """Return how many cars or bicycles are here now, against the mean number of those of a street's residents."""
    c, place, crowd = w.c[0], w.segments[segment], w.crowds[segment]
    own = place.n_bicycles if bicycles else place.n_cars
    each, mean = (c.bicycles_each, c.mean_bicycles) if bicycles else (c.cars_each, c.mean_cars)
    at_home = crowd.n_home / max(place.n_residents, 1)
    return _against(own * at_home + crowd.n_visiting * each, mean)
