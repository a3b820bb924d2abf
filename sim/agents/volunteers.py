"""Volunteers: residents who help the police, as long as they trust them and are thanked.

They call when they see something in their own street, and tell of quarrels that they hear of; where a strategy asks
them to they go on patrol (`watches.py`). They are residents with the eyes of residents: nothing else about them is
different.
"""

from __future__ import annotations

import math

from sim.agents.services import takes_part
from sim.agents.state import State
from sim.clock import YEAR_DAYS
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform

VOLUNTEER = int(Stream.VOLUNTEER)


@compiled
def volunteers_change(w: State, day: int) -> None:
    """Let the willing join and the tired leave: who is not thanked does not stay."""
    p, levers = w.p[0], w.levers[0]
    if levers.volunteers <= 0.0 and w.c[0].n_volunteers == 0:
        return
    staying = 1.0 - levers.recognition
    p_leave = 1.0 - math.exp(-p.leave_per_year * staying / YEAR_DAYS)
    for r in range(w.c[0].n_living):
        who = w.residents[r]
        if who.volunteer:
            if not who.present or uniform(w.c[0].seed, VOLUNTEER, who.key, 2 * day + 1) < p_leave:
                _set(w, r, 0)
        elif who.present and who.age >= 18 and levers.volunteers > 0.0:
            # Who does not trust the police does not come, and who knows nobody is not asked.
            rate = levers.volunteers * p.join_per_year * levers.recognition * who.trust * who.ties
            if levers.known >= 0.0:
                rate *= takes_part(w, r)
            if uniform(w.c[0].seed, VOLUNTEER, who.key, 2 * day) < 1.0 - math.exp(-rate / YEAR_DAYS):
                _set(w, r, 1)


@compiled
def _set(w: State, r: int, helps: int) -> None:
    who = w.residents[r]
    change = helps - int(who.volunteer)
    who.volunteer = helps
    w.segments[who.home].n_volunteers += change
    w.c[0].n_volunteers += change


@compiled
def volunteers_tell(w: State, day: int) -> None:
    """Let the police hear of quarrels in streets where volunteers live."""
    if w.c[0].n_volunteers == 0:
        return
    for row in range(w.disputes.size):
        d = w.disputes[row]
        if d.key != 0 and not d.known:
            n = w.segments[d.segment].n_volunteers
            if n > 0 and uniform(w.c[0].seed, VOLUNTEER, d.key, day) < _any_of(w.p[0].p_helper_tells, n):
                d.known = 1


@compiled
def helper_sees(w: State, segment: int, in_view: bool, u: float) -> bool:
    """Tell whether one of a street's volunteers notices an offence there, or a patrol of residents one in view."""
    p, place = w.p[0], w.segments[segment]
    missed = (1.0 - p.p_helper_sees) ** place.n_volunteers
    if in_view and place.n_watch > 0.0:
        missed *= (1.0 - p.p_watch_sees) ** place.n_watch
    return bool(u < 1.0 - missed)


@compiled
def _any_of(p_one: float, n: int) -> float:
    return float(1.0 - (1.0 - p_one) ** n)
