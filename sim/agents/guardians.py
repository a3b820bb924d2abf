"""Guardians: people and things that watch a street, beside the police.

Passers-by and neighbours stand in the way of theft, robbery and burglary; so do cameras. People whose task it is,
doorstaff and residents on patrol, also stand in the way of violence and disorder. Where a place has none of these, the
column of the segment is zero.
"""

from __future__ import annotations

from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled


@compiled
def is_evening(w: State, t: float) -> bool:
    """Tell whether venues are open at night."""
    hour = (t % DAY_MIN) / 60.0
    return bool(hour >= w.p[0].evening_from_h or hour < w.p[0].evening_until_h)


@compiled
def left_of_property(w: State, segment: int) -> float:
    """Return the share of the opportunity for theft, robbery and burglary that guardians leave."""
    p, place, crowd = w.p[0], w.segments[segment], w.crowds[segment]
    sober = crowd.n_visiting - crowd.n_out
    watching = p.guardian_weight * (crowd.n_street + p.guardian_indoors * sober)
    watching += p.neighbour_weight * place.ties * crowd.n_home
    watching += p.camera_weight * place.n_cameras + p.watch_weight * place.n_watch
    return float(1.0 / (1.0 + watching))


@compiled
def left_of_violence(w: State, segment: int, t: float) -> float:
    """Return the share of the opportunity for violence and disorder that those leave who stand there for that."""
    p, place = w.p[0], w.segments[segment]
    watching = p.watch_weight * place.n_watch
    if is_evening(w, t):
        watching += p.doorstaff_weight * place.n_doorstaff
    return float(1.0 / (1.0 + watching))
