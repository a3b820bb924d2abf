"""What officers find out by themselves: what goes on in view where they are, and what still goes on as they come by.

Who drinks, deals or damages in the street does so for a while, and mostly nobody calls. Who patrols there sees it, so
that records of such things follow the patrols.
"""

from __future__ import annotations

from sim.agents.state import State
from sim.agents.tables import COMMUNITY, HOLD, NONE, PATROL, TRAVEL, WARDEN
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, exponential, uniform
from sim.params import DISORDER

NOTICE, WHERE = int(Stream.REPORT), int(Stream.OFFEND_WHERE)
HOW_LONG = 3
IN_VIEW = 1000
"""Counter of a draw apart from those of the targets."""


@compiled
def is_in_view(w: State, kind: int, cause: Key) -> bool:
    """Tell whether what an offender is after can be seen from the street: much happens indoors, among who is there."""
    return bool(uniform(w.c[0].seed, WHERE, cause, IN_VIEW) < w.p[0].share_in_view[kind])


@compiled
def sees_act(w: State, segment: int, u: float) -> bool:
    """Tell whether police who are on a segment see what begins there in view."""
    visible = w.segments[segment].visible
    return bool(visible > 0.0 and u < 1.0 - (1.0 - w.p[0].p_noticed_by_officer) ** visible)


@compiled
def go_on_in_view(w: State, cause: Key, t: float, kind: int, segment: int, resident: int, seriousness: float) -> None:
    """Let go on for a while what nobody has reported; of two things at once, the one that lasts longer is kept."""
    place = w.segments[segment]
    until = t + exponential(w.c[0].seed, NOTICE, cause, HOW_LONG) * w.p[0].in_view_min[kind]
    if until > place.going_until:
        place.going_t, place.going_until, place.going_cause, place.going_kind = t, until, cause, kind
        place.going_by, place.going_grave = resident, seriousness


@compiled
def notices(w: State, o: int) -> bool:
    """Tell whether an officer who comes by just now sees what goes on there.

    Each officer has a draw of its own for each thing, and sees less from a car. Wardens may deal with disorder alone.
    """
    who = w.officers[o]
    if who.segment == NONE or who.since != who.clock or (who.role > COMMUNITY and who.role != WARDEN):
        return False
    if who.activity != PATROL and who.activity != TRAVEL and who.activity != HOLD:
        return False
    place = w.segments[who.segment]
    if place.going_until <= who.clock or place.going_t > who.clock:
        return False
    if who.role == WARDEN and place.going_kind != DISORDER:
        return False
    u = uniform(w.c[0].seed, NOTICE, place.going_cause, who.key)
    return bool(u < 1.0 - (1.0 - w.p[0].p_noticed_by_officer) ** who.visible)
