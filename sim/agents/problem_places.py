"""Work on a problem place: it may miss the cause, it wears off, and offenders find out on arrival.

Lamps, locks, licences and management cut what can be had at a place. The cause is not found everywhere; where it is,
the first hours bring most. Lamps go out and managers change, so without further work the cut fades.
"""

from __future__ import annotations

import math

from sim.agents.fading import left_after
from sim.agents.state import State
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform

PLACE = int(Stream.OPPORTUNITY)
CAUSE_FOUND = 1000
"""Counter of the draw, apart from those that spread opportunity over the streets."""


@compiled
def has_known_cause(w: State, segment: int) -> bool:
    """Tell whether work finds out what makes a place a problem: a draw of the place, whoever works there."""
    return bool(uniform(w.c[0].seed, PLACE, w.segments[segment].key, CAUSE_FOUND) < w.p[0].p_cause_found)


@compiled
def improve_place(w: State, segment: int, minutes: float) -> None:
    """Let work on a place cut its opportunity, with falling returns; tidying up helps in any case."""
    place = w.segments[segment]
    place.problem_min += minutes * (1.0 + w.levers[0].agencies * w.p[0].agency_factor)
    if has_known_cause(w, segment):
        place.solved_min += minutes * (1.0 + w.levers[0].agencies * w.p[0].agency_factor)
    _harden(w, segment)
    place.disorder *= math.exp(-minutes / w.p[0].tidy_min)


@compiled
def _harden(w: State, segment: int) -> None:
    p, place = w.p[0], w.segments[segment]
    place.hardening = p.problem_max * (1.0 - left_after(place.solved_min / 60.0, p.problem_hours))


@compiled
def improvements_wear_off(w: State) -> None:
    """Let a day pass over what was put right."""
    left = left_after(1.0, w.p[0].problem_half_life_days)
    for s in range(w.segments.size):
        if w.segments[s].solved_min > 0.0:
            w.segments[s].solved_min *= left
            _harden(w, s)
