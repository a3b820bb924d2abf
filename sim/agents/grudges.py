"""Grudges: who was hurt and knows by whom, and means to strike back within days."""

from __future__ import annotations

import math

from sim.agents.company import inclination
from sim.agents.evidence import knows
from sim.agents.residents import person_key
from sim.agents.state import State
from sim.agents.tables import NEVER, NONE
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, mix_keys, uniform_four

RETALIATE = int(Stream.RETALIATE)


@compiled
def bear_grudge(w: State, cause: Key, t: float, offender: int, victim: int, dispute_key: Key, dispute: int) -> None:
    """Let who was hurt by somebody known mean to strike back, or not.

    Known is the other party of a quarrel, and who lives, works or goes out in the same street. Nobody finds a stranger.
    """
    p = w.p[0]
    if p.p_strike_back <= 0.0 or victim < 0 or offender < 0:
        return
    u_strike, u_days, u_circle, u_hour = uniform_four(w.c[0].seed, RETALIATE, cause, 0)
    if u_strike >= p.p_strike_back * inclination(w, victim):
        return
    if not knows(w, victim, offender, dispute):
        return
    row = _free_row(w)
    if row == NONE:
        return
    days = math.floor(-math.log(1.0 - u_days) * p.strike_back_days)
    # On later days the two meet again at about the same time of the day, since days repeat.
    wait = p.strike_soonest_min + p.strike_same_day_min * u_hour
    if days > 0:
        wait = days * DAY_MIN + p.strike_about_min * (u_hour - 0.5)
    grudge = w.grudges[row]
    grudge.cause, grudge.t = cause, t + wait
    grudge.avenger, grudge.avenger_key = victim, person_key(w, victim)
    grudge.target, grudge.target_key = offender, person_key(w, offender)
    grudge.n_tries = 0
    grudge.on_circle = u_circle < p.p_strike_circle
    grudge.dispute, grudge.dispute_key = dispute, dispute_key
    w.c[0].grudge_at = min(w.c[0].grudge_at, grudge.t)


@compiled
def _free_row(w: State) -> int:
    for row in range(w.grudges.size):
        if w.grudges[row].t >= NEVER:
            return row
    return NONE


@compiled
def next_grudge(w: State) -> int:
    """Name the grudge whose time comes next."""
    first = 0
    for row in range(w.grudges.size):
        if w.grudges[row].t < w.grudges[first].t:
            first = row
    return first


@compiled
def end_grudge(w: State, row: int) -> None:
    """Free the row of a grudge, and look which one comes next."""
    w.grudges[row].t = NEVER
    w.c[0].grudge_at = w.grudges[next_grudge(w)].t


@compiled
def put_off(w: State, row: int, u_hour: float) -> None:
    """Let an avenger who could not strike try again a day later at about that hour, and give up in the end."""
    grudge = w.grudges[row]
    if grudge.n_tries >= w.p[0].strike_tries:
        end_grudge(w, row)
    else:
        grudge.t += DAY_MIN + w.p[0].strike_about_min * (u_hour - 0.5)
        w.c[0].grudge_at = w.grudges[next_grudge(w)].t


@compiled
def cause_of(cause: Key) -> Key:
    """Name the blow by the cause of the offence that it avenges."""
    return mix_keys(cause, RETALIATE)
