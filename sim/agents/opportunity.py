"""What a place offers for a crime: opportunity, recent success there and next door, and who is about."""

from __future__ import annotations

from sim.agents.fading import left_after
from sim.agents.guardians import left_of_property, left_of_violence
from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.params import ASSAULT, BURGLARY, N_CRIMES, ROBBERY, THEFT


@compiled
def boost_at(w: State, segment: int, kind: int, t: float) -> float:
    """Return what is left of the boost from successes at a segment and next door."""
    place = w.segments[segment]
    return float(place.boost[kind] * left_after(t - place.boost_t, w.p[0].boost_half_life_days * DAY_MIN))


@compiled
def attraction(w: State, segment: int, kind: int, t: float) -> float:
    """Return what a segment offers for a crime type at this moment; 1 is the city's mean.

    Opportunity of the place, boosted by recent success, times who is about (Felson & Cohen's three conditions): a
    robbery needs somebody on foot whom few others see, a burglary an empty home, a theft an unguarded car or bag;
    violence and disorder follow people who are out for the evening, and are rarer where people are at work. Work on the
    place does not show from afar.
    """
    p, c, place, crowd = w.p[0], w.c[0], w.segments[segment], w.crowds[segment]
    value = place.opportunity[kind] * (1.0 + boost_at(w, segment, kind, t))
    if value <= 0.0:
        return 0.0
    sober = crowd.n_visiting - crowd.n_out
    guarded = left_of_property(w, segment)
    if kind == BURGLARY:
        empty = 1.0 - p.occupancy_weight * _share_at_home(w, segment)
        return float(value * empty * guarded / (1.0 - p.usual_at_home * p.occupancy_weight))
    # Of those who are out for the evening some stand outside, on the way from one place to the next.
    exposed = crowd.n_foot + p.share_outside * crowd.n_out
    if kind == ROBBERY:
        usual = c.mean_foot + p.share_outside * c.mean_out
        return float(value * min(exposed * guarded / usual, p.most_exposed))
    if kind == THEFT:
        visitors = min(crowd.n_visiting / c.mean_visiting, p.most_visitors)
        return float(value * (1.0 - p.theft_by_visitors + p.theft_by_visitors * visitors) * guarded)
    people = crowd.n_foot + p.sober_weight * sober + p.drink_weight * crowd.n_out
    usual = c.mean_foot + p.sober_weight * (c.mean_visiting - c.mean_out) + p.drink_weight * c.mean_out
    company = min(people / usual, p.most_company)
    value *= left_of_violence(w, segment, t)
    if kind == ASSAULT:
        at_home = p.assault_at_home * _share_at_home(w, segment) / p.usual_at_home
        return float(value * (at_home + (1.0 - p.assault_at_home) * company))
    return float(value * (1.0 - p.disorder_by_company + p.disorder_by_company * company) * (1.0 + place.disorder))


@compiled
def _share_at_home(w: State, segment: int) -> float:
    """Return how many of a street's residents are at home, drawn toward the city where few are simulated."""
    place, of_city = w.segments[segment], w.c[0].n_at_home / w.c[0].n_living
    return min((w.crowds[segment].n_home + 2.0 * of_city) / (place.n_residents + 2.0), 1.0)


@compiled
def add_boost(w: State, segment: int, kind: int, t: float) -> None:
    """Raise opportunity after a success, at the place and next door (Short et al. 2009)."""
    p = w.p[0]
    _raise_boost(w, segment, kind, t, p.boost[kind])
    for k in range(w.neighbours_start[segment], w.neighbours_start[segment + 1]):
        _raise_boost(w, w.neighbours[k], kind, t, p.boost[kind] * p.boost_next_door)


@compiled
def _raise_boost(w: State, segment: int, kind: int, t: float, by: float) -> None:
    place = w.segments[segment]
    fade = left_after(t - place.boost_t, w.p[0].boost_half_life_days * DAY_MIN)
    for other in range(N_CRIMES):
        place.boost[other] *= fade
    place.boost[kind] = min(place.boost[kind] + by, w.p[0].boost_max)
    place.boost_t = t
