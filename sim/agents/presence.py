"""Police presence: who is in sight of a segment, and what having been in sight leaves behind.

One rule for a walk, a stay and a car: every minute that an officer is in sight adds to what people there have seen of
the police, in full on foot or standing, in part from a car; what they have seen fades by halves. What it deters grows
with it toward a ceiling, slowly at first, so that a drive-by leaves next to nothing, a quarter of an hour nearly all
(Koper 1995), and passes within the half-life add up. Nothing else in the model makes patrol work.
"""

from __future__ import annotations

import math

from sim.agents.state import State
from sim.agents.tables import (
    DESK,
    MEDIATE,
    MEDIATOR,
    NONE,
    OFF,
    PATROL,
    RESPOND,
    REST,
    ROOM,
    SERVE,
    TRAVEL,
    VISIT,
    WARDEN,
    WORKER,
)
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled

WAKING_FROM_MIN, WAKING_TO_MIN = 7 * 60.0, 23 * 60.0
IN_LINE = math.cos(math.radians(40.0))
"""A street goes on behind a junction where it turns by less than forty degrees: nobody looks around a corner."""


@compiled
def _fading(w: State) -> float:
    """Return the rate a minute at which what was seen of police fades."""
    return float(math.log(2.0) / w.p[0].residue_half_life_min)


@compiled
def seen_minutes(w: State, segment: int, t: float) -> float:
    """Return the minutes of police in sight of a segment up to time `t`, as far as they have not faded."""
    place, rate = w.segments[segment], _fading(w)
    left = math.exp(-rate * max(t - place.presence_t, 0.0))
    return float(place.presence * left + place.visible / rate * (1.0 - left))


@compiled
def residue_at(w: State, segment: int, t: float) -> float:
    """Return the deterrence that present and past presence on a segment exerts at time `t`."""
    p = w.p[0]
    minutes = seen_minutes(w, segment, t)
    return float(p.residue_max * (1.0 - math.exp(-minutes / p.residue_rise_min)) ** p.residue_power)


@compiled
def p_deterred(w: State, segment: int, t: float) -> float:
    """Return the chance that an offender who comes to a segment is turned away by police.

    By those within sight, and by what was seen of police; there, and as far as sight reaches along the street.
    """
    a = w.segments[segment]
    unmoved = 1.0 - max(residue_at(w, segment, t), _p_turned_by_sight(w, segment) * _share_in_sight(w, segment))
    for k in range(w.neighbours_start[segment], w.neighbours_start[segment + 1]):
        other = w.neighbours[k]
        b = w.segments[other]
        if (b.visible > 0.0 or b.presence > 0.0) and _is_in_line(w, segment, other):
            near = share_within(a.length_m, b.length_m, w.p[0].sight_m)
            unmoved *= 1.0 - near * max(residue_at(w, other, t), _p_turned_by_sight(w, other))
    return float(1.0 - unmoved)


@compiled
def _p_turned_by_sight(w: State, segment: int) -> float:
    """Return the chance that police on a segment turn away who sees them: two officers more than one, a car less."""
    visible = w.segments[segment].visible
    return float(1.0 - (1.0 - w.p[0].p_deter_present) ** visible) if visible > 0.0 else 0.0


@compiled
def _share_in_sight(w: State, segment: int) -> float:
    """Return the chance that two points of a segment lie within sight of each other."""
    beyond = max(0.0, 1.0 - w.p[0].sight_m / max(w.segments[segment].length_m, 1.0))
    return float(1.0 - beyond * beyond)


@compiled
def share_within(length: float, other: float, reach: float) -> float:
    """Return the chance that a point of one segment lies within reach of one of the next, along the street."""
    area = reach**2 - max(reach - length, 0.0) ** 2 - max(reach - other, 0.0) ** 2
    area += max(reach - length - other, 0.0) ** 2
    return float(area / (2.0 * max(length, 1.0) * max(other, 1.0)))


@compiled
def _is_in_line(w: State, segment: int, other: int) -> bool:
    """Tell whether a segment goes on straight in another one behind a junction that they share."""
    a, b, x, y = w.segments[segment], w.segments[other], w.drive.x, w.drive.y
    corner, begin = a.junction_b, a.junction_a
    if corner != b.junction_a and corner != b.junction_b:
        corner, begin = begin, corner
    end = b.junction_b if b.junction_a == corner else b.junction_a
    ax, ay = x[corner] - x[begin], y[corner] - y[begin]
    bx, by = x[end] - x[corner], y[end] - y[corner]
    return bool(ax * bx + ay * by > IN_LINE * math.hypot(ax, ay) * math.hypot(bx, by))


@compiled
def is_civilian(w: State, officer: int) -> bool:
    """Tell whether nobody takes this person for police: neither offenders nor residents."""
    role = w.officers[officer].role
    return bool(role == MEDIATOR or role == WORKER)


@compiled
def visibility(w: State, officer: int) -> float:
    """Return how visible an officer is: in full in the street, in part as a car that drives or waits at a house.

    A pair of wardens is what the scenario says of them, wherever they are.
    """
    who = w.officers[officer]
    if is_civilian(w, officer):
        return 0.0
    if who.role == WARDEN:
        return float(w.p[0].warden_visibility)
    activity = who.activity
    indoors = activity == SERVE or activity == VISIT or activity == MEDIATE or activity == ROOM
    driving = not who.on_foot and (activity == PATROL or activity == TRAVEL or activity == RESPOND)
    return float(w.p[0].car_visibility) if indoors or driving else 1.0


@compiled
def show(w: State, segment: int, t: float, by: float) -> None:
    """Change how much police is in sight of a segment from time `t` on.

    Officers act one after the other up to the same moment, so that a change may come earlier than one that is booked
    already. What was seen is a sum over officers, hence the order in which they are booked does not matter.
    """
    place, rate = w.segments[segment], _fading(w)
    if t > place.presence_t:
        place.presence, place.presence_t = seen_minutes(w, segment, t), t
    else:
        place.presence += by / rate * (1.0 - math.exp(-rate * (place.presence_t - t)))
    place.visible += by


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
    who.visible = visibility(w, officer)
    show(w, segment, t, who.visible)
    place = w.segments[segment]
    place.n_police += 1
    place.n_passes += 1


@compiled
def leave_segment(w: State, officer: int, t: float) -> None:
    """Take an officer out of sight; what was seen stays."""
    who = w.officers[officer]
    if who.segment == NONE:
        return
    if not is_civilian(w, officer):
        show(w, who.segment, t, -who.visible)
        place = w.segments[who.segment]
        place.n_police -= 1
        if place.n_police == 0:
            place.visible = 0.0  # no rounding is left
    who.segment = NONE


@compiled
def step_out(w: State, officer: int) -> None:
    """Note that an officer on a segment is more or less visible now: out of the car, or into a house."""
    who = w.officers[officer]
    if who.segment == NONE:
        return
    now = visibility(w, officer)
    if now != who.visible:
        show(w, who.segment, who.clock, now - who.visible)
        who.visible = now


@compiled
def is_waking(t: float) -> bool:
    """Tell whether people are up and look out of the window."""
    return bool(WAKING_FROM_MIN <= t % DAY_MIN < WAKING_TO_MIN)


@compiled
def charge(w: State, officer: int, minutes: float) -> None:
    """Book an officer's time to the present activity, and to the place if in sight."""
    who = w.officers[officer]
    who.minutes[who.activity] += minutes
    who.duty_min += minutes
    who.overtime_min += max(0.0, min(minutes, who.clock + minutes - who.duty_end))
    if is_civilian(w, officer):
        return
    if who.segment != NONE and who.activity != DESK and who.activity != REST and who.activity != OFF:
        place = w.segments[who.segment]
        place.shown_min += minutes * who.visible
        if who.role == WARDEN:  # in all else, too, a pair counts as far as it counts as an officer
            minutes *= who.visible
        place.police_min += minutes
        place.police_day_min += minutes
        if who.activity == ROOM:  # seen through a window; who wants to speak to them walks in
            return
        # Who drives past is seen; who walks or stands can be spoken to.
        if who.on_foot or (who.activity != PATROL and who.activity != TRAVEL and who.activity != RESPOND):
            place.near_day_min += minutes
        if who.on_foot and is_waking(who.clock):
            place.foot_day_min += minutes
