"""Least crews: a post of a district that nobody fills is filled from another district, or by overtime."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.duty_time import chance_to_work, is_rostered
from sim.agents.state import State
from sim.agents.tables import BRIEFING, NONE, RESPONSE
from sim.clock import DAY_MIN, SHIFT_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform

DUTY = int(Stream.DUTY)
ROUNDING = 1e-9


@compiled
def fill_posts(w: State, shift: int, t: float) -> None:
    """Bring every district up to its least crew of response officers.

    The least crew is a share of those who usually work there in that shift, rounded down. First somebody moves who is
    one more than another district needs; if nobody is, somebody of the shift that ends stays on.
    """
    if w.p[0].least_crew <= 0.0:
        return
    n_districts = 0
    for o in range(w.officers.size):
        n_districts = max(n_districts, w.officers[o].district + 1)
    spare = np.zeros(n_districts, np.int64)
    _count_spare(w, shift, t, spare)
    for district in range(n_districts):
        while spare[district] < 0:
            giving = _most_to_spare(spare)
            o = _somebody_of(w, giving, t) if giving != NONE else NONE
            if o != NONE:
                w.officers[o].junction = _station_of(w, district)
                spare[giving] -= 1
            else:
                o = _somebody_who_ends(w, district, t)
                if o == NONE:
                    break
                _stay_on(w, o, district, t)
            spare[district] += 1


@compiled
def _count_spare(w: State, shift: int, t: float, spare: NDArray[np.int64]) -> None:
    """Count who comes on duty in each district beyond its least crew."""
    usual = np.zeros(spare.size)
    for o in range(w.officers.size):
        who = w.officers[o]
        if who.role == RESPONSE and who.employed and who.shift == shift and is_rostered(w, o, int(t // DAY_MIN)):
            usual[who.district] += chance_to_work(w, o)
            spare[who.district] += _begins(w, o, t)
    for district in range(spare.size):
        spare[district] -= math.floor(w.p[0].least_crew * usual[district] + ROUNDING)


@compiled
def _begins(w: State, o: int, t: float) -> bool:
    who = w.officers[o]
    # Duty that begins now or within the shift, or fills all of it, and not in a classroom or in court.
    there = who.duty_end > t and (who.duty_from >= t or who.duty_end >= t + SHIFT_MIN)
    return bool(who.role == RESPONSE and there and who.excused == 0)


@compiled
def _most_to_spare(spare: NDArray[np.int64]) -> int:
    best = NONE
    for district in range(spare.size):
        if spare[district] > 0 and (best == NONE or spare[district] > spare[best]):
            best = district
    return best


@compiled
def _somebody_of(w: State, district: int, t: float) -> int:
    """Choose who moves, by a draw of each one's own; whoever has moved is not where the station is."""
    best, least = NONE, 2.0
    for o in range(w.officers.size):
        who = w.officers[o]
        if who.district == district and _begins(w, o, t) and who.on_duty and who.junction == who.base:
            u = uniform(w.c[0].seed, DUTY, who.key, -4 * int(t / SHIFT_MIN) - 8)
            if u < least:
                best, least = o, u
    return best


@compiled
def _somebody_who_ends(w: State, district: int, t: float) -> int:
    """Choose who stays on after a shift that ends now: one of the same district before all others."""
    best, least = NONE, 4.0
    for o in range(w.officers.size):
        who = w.officers[o]
        if who.role != RESPONSE or who.duty_end != t or who.overtime_until > t or who.excused == 1:
            continue
        u = uniform(w.c[0].seed, DUTY, who.key, -4 * int(t / SHIFT_MIN) - 8) + 2.0 * (who.district != district)
        if u < least:
            best, least = o, u
    return best


@compiled
def _station_of(w: State, district: int) -> int:
    """Name the station of a district: that of whoever is assigned to it."""
    for o in range(w.officers.size):
        if w.officers[o].district == district:
            return int(w.officers[o].station)
    return int(w.officers[0].station)


@compiled
def _stay_on(w: State, o: int, district: int, t: float) -> None:
    """Let somebody whose shift has ended work on; the time is booked as overtime."""
    who = w.officers[o]
    who.overtime_until = t + w.p[0].overtime_h * 60.0
    if who.on_duty:  # finishes what is in hand, and stays
        return
    who.on_duty, who.clock, who.activity, who.until = 1, t, BRIEFING, t
    who.junction, who.segment, who.target, who.call = _station_of(w, district), NONE, NONE, NONE
