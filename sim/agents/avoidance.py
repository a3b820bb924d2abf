"""What offenders know of a place before they go there: what they met there themselves, and what is said of it.

Who had to turn back at a place keeps away from it, and a little from the streets next to it, for weeks; where police
are seen day after day, word gets around. Both fade. So an offender chooses by more than what there is to take.
"""

from __future__ import annotations

from sim.agents.fading import left_after
from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled


@compiled
def shunned_at(w: State, row: int, t: float) -> float:
    """Return how far an offender keeps away from a place that it knows, by a row of `awareness`."""
    mark = w.shunned[row]
    if mark.share <= 0.0:
        return 0.0
    return float(mark.share * left_after(t / DAY_MIN - mark.day, w.p[0].shun_half_life_days))


@compiled
def readiness(w: State, offender: int, row: int, t: float, in_view: bool) -> float:
    """Return which share of its pull a place keeps, given what the offender has met, seen and heard there.

    Who comes by seldom knows of police by hearsay only. What cannot be seen from the street has nothing to fear there.
    """
    p, who, known = w.p[0], w.offenders[offender], w.awareness[row]
    ready = 1.0 - shunned_at(w, row, t)
    usual = w.segments[known.segment].usual_min
    if in_view and usual > 0.0:
        comes_by = min(1.0, known.pull * who.aware_n)
        heard = p.heed_told + (1.0 - p.heed_told) * comes_by
        ready *= 1.0 - p.heed * heard * usual / (usual + p.heed_half_min)
    return float(ready)


@compiled
def readiness_at(w: State, offender: int, segment: int, t: float, in_view: bool) -> float:
    """Return the same for a segment, 1 where the offender knows nothing of it."""
    who = w.offenders[offender]
    for row in range(who.aware_start, who.aware_start + who.aware_n):
        if w.awareness[row].segment == segment:
            return readiness(w, offender, row, t, in_view)
    return 1.0


@compiled
def keep_away(w: State, offender: int, segment: int, t: float) -> None:
    """Let an offender who had to turn back remember the place, and shun what lies next to it in part."""
    p, who = w.p[0], w.offenders[offender]
    for row in range(who.aware_start, who.aware_start + who.aware_n):
        place = w.awareness[row].segment
        if place == segment:
            _shun(w, row, t, p.shun_per_turn)
        elif _touch(w, place, segment):
            _shun(w, row, t, p.shun_per_turn * p.shun_next_door)


@compiled
def _shun(w: State, row: int, t: float, by: float) -> None:
    now = shunned_at(w, row, t)
    w.shunned[row].share, w.shunned[row].day = now + by * (1.0 - now), t / DAY_MIN


@compiled
def _touch(w: State, segment: int, other: int) -> bool:
    n = 0
    for k in range(w.neighbours_start[segment], w.neighbours_start[segment + 1]):
        n += w.neighbours[k] == other
    return n > 0


@compiled
def forget_places(w: State, offender: int) -> None:
    """Let the next tenant of a room know nothing of what the former one met."""
    who = w.offenders[offender]
    for row in range(who.aware_start, who.aware_start + who.aware_n):
        w.shunned[row].share = 0.0


@compiled
def tell_of_police(w: State) -> None:
    """Once a day: let people notice how long police were in sight of each street, and let the past fade."""
    left = left_after(1.0, w.p[0].shun_half_life_days)
    for s in range(w.segments.size):
        place = w.segments[s]
        place.usual_min = left * place.usual_min + (1.0 - left) * place.shown_min
        place.shown_min = 0.0
