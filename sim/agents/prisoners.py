"""Prisoners: the way to the cells, booking and waiting, a guard in hospital, and a day in court later.

An arrest takes its officer off the streets for far longer than the call; who is hurt or unwell must be guarded.
"""

from __future__ import annotations

import math

from sim.agents.duty_time import share_of_days_worked
from sim.agents.state import State
from sim.agents.tables import AUXILIARY, NONE, RESPONSE
from sim.clock import SHIFT_MIN, YEAR_DAYS
from sim.compiling.compiled import compiled
from sim.draws import Stream, exponential, normal, uniform, uniform_four

DUTY = int(Stream.DUTY)


@compiled
def take_prisoner(w: State, o: int) -> None:
    """Let an arrest take what it takes of its officer: now, in hospital for some, in court for some."""
    p, who = w.p[0], w.officers[o]
    who.n_prisoners += 1
    number = 4 * who.n_prisoners
    spread = p.arrest_spread
    drawn = math.exp(spread * normal(w.c[0].seed, DUTY, who.key, number) - 0.5 * spread * spread)
    who.prisoner_min = min(who.prisoner_min + p.arrest_min * drawn, p.arrest_longest_min)
    u_hospital, u_court, _, _ = uniform_four(w.c[0].seed, DUTY, who.key, number + 1)
    if u_hospital < p.p_hospital:
        who.guard_min += exponential(w.c[0].seed, DUTY, who.key, number + 2) * p.guard_h * 60.0
    who.n_courts += u_court < p.p_court


@compiled
def excuse(w: State, o: int, day: int) -> int:
    """Tell what keeps an officer from the streets in a shift: nothing (0), training (1) or court (2)."""
    p, who = w.p[0], w.officers[o]
    if who.role > AUXILIARY:
        return 0
    u_training = uniform(w.c[0].seed, DUTY, who.key, -4 * day - 5)
    if u_training < p.training_days / (YEAR_DAYS * share_of_days_worked(w, o)):
        return 1
    u_court = uniform(w.c[0].seed, DUTY, who.key, -4 * day - 6)
    if who.n_courts > 0 and u_court * p.court_delay_days < 1.0:
        who.n_courts -= 1
        return 2
    return 0


@compiled
def hand_over_guard(w: State, t: float) -> None:
    """Let somebody of the shift that begins keep the guard that the last one kept."""
    c, chosen, least = w.c[0], NONE, 2.0
    if c.guard_min <= 0.0:
        return
    for o in range(w.officers.size):
        who = w.officers[o]
        if who.role == RESPONSE and who.on_duty and who.clock >= t and who.duty_end > t and who.excused == 0:
            u = uniform(c.seed, DUTY, who.key, -4 * int(t / SHIFT_MIN) - 7)
            if u < least:
                chosen, least = o, u
    if chosen != NONE:
        w.officers[chosen].guard_min += c.guard_min
        c.guard_min = 0.0
