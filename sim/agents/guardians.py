"""Guardians: people and things that watch a street, beside the police.

Passers-by and neighbours stand in the way of theft, robbery and burglary; so do cameras. People whose task it is,
doorstaff and residents on patrol, also stand in the way of violence and disorder. Where a place has none of these, the
column of the segment is zero. Strategies pay doorstaff and cameras (`sim.policies.protocol.Organisation`).
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
def is_night_out(w: State, t: float) -> bool:
    """Tell whether doorstaff stand on this night: it belongs to the day on which it began."""
    day = int((t - w.p[0].evening_until_h * 60.0) // DAY_MIN)
    return bool(w.levers[0].doorstaff_nights[w.weekday[max(day, -1) + 1]])


@compiled
def doorstaff_hours(w: State, day: int) -> float:
    """Return the hours that doorstaff work in the night that begins on a day, over the city."""
    p, n = w.p[0], 0.0
    if not w.levers[0].doorstaff_nights[w.weekday[day + 1]]:
        return 0.0
    for s in range(w.segments.size):
        n += w.segments[s].n_doorstaff
    return float(n * ((p.evening_until_h - p.evening_from_h) % 24.0))


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
    if place.n_doorstaff > 0.0 and is_evening(w, t) and is_night_out(w, t):
        watching += p.doorstaff_weight * place.n_doorstaff
    return float(1.0 / (1.0 + watching))
