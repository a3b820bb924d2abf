"""Police presence: who is in sight of a segment, and what a stay leaves behind.

The longer the stay, up to about 15 minutes, the stronger the residue; a drive-by leaves next to
nothing (Koper 1995). Nothing else in the model makes patrol work.
"""

from __future__ import annotations

from sim.agents.state import State
from sim.agents.tables import DESK, MEDIATOR, NONE, OFF, PATROL, RESPOND, REST, TRAVEL, WORKER
from sim.compiling.compiled import compiled


@compiled
def residue_at(w: State, segment: int, t: float) -> float:
    """Return the deterrence that past presence still exerts at time `t`."""
    place = w.segments[segment]
    age = t - place.residue_t
    return float(place.residue * 0.5 ** (age / w.p[0].residue_half_life_min)) if age > 0.0 else float(place.residue)


@compiled
def p_deterred(w: State, segment: int, t: float) -> float:
    """Return the chance that an offender who arrives at a segment is turned away by police."""
    residue = residue_at(w, segment, t)
    return max(residue, float(w.p[0].p_deter_present)) if w.segments[segment].n_police > 0 else residue


@compiled
def residue_of_stay(w: State, minutes: float) -> float:
    """Return the deterrence just after a stay of some minutes has ended."""
    p = w.p[0]
    return float(p.residue_max * min(1.0, minutes / p.residue_full_min) ** p.residue_power)


@compiled
def is_civilian(w: State, officer: int) -> bool:
    """Tell whether nobody takes this person for police: neither offenders nor residents."""
    role = w.officers[officer].role
    return bool(role == MEDIATOR or role == WORKER)


@compiled
def enter_segment(w: State, officer: int, segment: int, t: float) -> None:
    """Bring an officer into sight of a segment."""
    who = w.officers[officer]
    if who.segment == segment:
        return
    leave_segment(w, officer, t)
    who.segment = segment
    who.since = t
    if is_civilian(w, officer):
        return
    place = w.segments[segment]
    place.n_police += 1
    place.n_passes += 1


@compiled
def leave_segment(w: State, officer: int, t: float) -> None:
    """Take an officer out of sight, leaving the residue of the stay."""
    who = w.officers[officer]
    if who.segment == NONE:
        return
    if not is_civilian(w, officer):
        place = w.segments[who.segment]
        place.n_police -= 1
        left = residue_of_stay(w, t - who.since)
        if left > residue_at(w, who.segment, t):
            place.residue, place.residue_t = left, t
    who.segment = NONE


@compiled
def charge(w: State, officer: int, minutes: float) -> None:
    """Book an officer's time to the present activity, and to the place if in sight."""
    who = w.officers[officer]
    who.minutes[who.activity] += minutes
    who.duty_min += minutes
    if is_civilian(w, officer):
        return
    if who.segment != NONE and who.activity != DESK and who.activity != REST and who.activity != OFF:
        place = w.segments[who.segment]
        place.police_min += minutes
        place.police_day_min += minutes
        # Who drives past is seen; who walks or stands can be spoken to.
        if who.on_foot or (who.activity != PATROL and who.activity != TRAVEL and who.activity != RESPOND):
            place.near_day_min += minutes
