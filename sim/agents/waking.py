"""Who is awake, and what follows from it: when people call, quarrel and look for a target.

Nobody is woken by a clock of the city: a person at home sleeps by kind of day, age and a draw of the night, and
whoever is elsewhere is awake. The hours are judgement, read against a survey of the use of time [atus_hours]. They
are looked up only when something may happen, never for everybody.
"""

from __future__ import annotations

import numpy as np

from sim.agents.days import FRIDAY, PLAN_BEGINS_MIN, SATURDAY
from sim.agents.state import State
from sim.agents.tables import AT_HOME, AT_LEISURE_B, AT_WORK, AWAY, DAYS_NIGHT, OLD, ON_PATROL, TRAVELLING
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform_four
from sim.params import ASSAULT, DISORDER, ROBBERY

SLEEP = int(Stream.SLEEP)


@compiled
def is_awake(w: State, person: int, t: float) -> bool:
    """Tell whether a person is awake at a moment: elsewhere than at home always, at home by the night's sleep."""
    who = w.routines[person]
    if w.where[person] != AT_HOME:
        return bool(w.where[person] != AWAY)
    since = t - PLAN_BEGINS_MIN
    day = int(np.floor(since / DAY_MIN))
    minute = since - day * DAY_MIN
    p, weekday = w.p[0], w.weekday[day + 1]
    u_rise, u_rise_too, u_bed, u_bed_too = uniform_four(w.c[0].seed, SLEEP, who.key, day + 2)
    rise = p.rise_weekend_min[who.kind] if weekday >= SATURDAY else p.rise_weekday_min[who.kind]
    rise = rise - PLAN_BEGINS_MIN + p.sleep_spread_min * (u_rise + u_rise_too - 1.0)
    if who.kind == DAYS_NIGHT:
        bed_by_day = p.night_worker_bed_min - PLAN_BEGINS_MIN
        return bool(minute >= rise or minute < bed_by_day + p.sleep_spread_min * (u_bed - 0.5))
    if who.age_band == OLD:
        rise -= p.old_rise_earlier_min
    late = weekday == FRIDAY or weekday == SATURDAY
    bed = p.bed_weekend_min[who.age_band] if late else p.bed_week_min[who.age_band]
    bed = bed - PLAN_BEGINS_MIN + p.sleep_spread_min * (u_bed + u_bed_too - 1.0)
    bed += p.owls_later_min * who.outgoing / 255.0
    return bool((minute >= rise and minute < bed) or u_bed < p.sleepless)


@compiled
def _readiness(w: State, where: int) -> float:
    """Return how readily somebody calls the police who is awake, by place, against at home."""
    p = w.p[0]
    if where == AT_HOME:
        return 1.0
    if where == AT_WORK:
        return float(p.calls_at_work)
    if where == AT_LEISURE_B:
        return float(p.calls_out)
    return float(p.calls_on_way if where == TRAVELLING else p.calls_at_leisure)


@compiled
def ready_to_call(w: State, person: int, t: float) -> float:
    """Return how readily somebody calls now, against awake at home."""
    where = w.where[person]
    if where > TRAVELLING:
        return 0.0
    if where == AT_HOME and not is_awake(w, person, t):
        return float(w.p[0].calls_asleep)
    return _readiness(w, where)


@compiled
def p_calls_now(w: State, person: int, t: float) -> float:
    """Return the chance that a call drawn for a person is made: by where it is and whether it is awake."""
    if w.where[person] > TRAVELLING:
        return 0.0
    flat, mean, ready = w.p[0].hour_profile_flat, w.c[0].ready_mean, ready_to_call(w, person, t)
    return float((ready + flat * (mean - ready)) / (mean * peak_of_calls(w)))


@compiled
def peak_of_calls(w: State) -> float:
    """Return how many times the mean rate calls are drawn at, before they are thinned: once if all hours are alike."""
    p, mean = w.p[0], w.c[0].ready_mean
    peak = max(1.0, p.calls_at_work, p.calls_at_leisure, p.calls_out, p.calls_on_way, p.calls_asleep) / mean
    return float(peak + p.hour_profile_flat * (1.0 - peak))


@compiled
def ready_about_noise(w: State, person: int, t: float) -> float:
    """Return the same about noise, which people bear less in the hours of quiet."""
    p, where = w.p[0], w.where[person]
    if where > TRAVELLING:
        return 0.0
    ready = p.calls_at_work
    if where == AT_HOME:
        ready = 1.0 if is_awake(w, person, t) else p.noise_wakes
    minute = t % DAY_MIN
    if minute >= 60.0 * p.quiet_from_h or minute < 60.0 * p.quiet_until_h:
        ready *= p.quiet_hours
    return float(ready)


@compiled
def p_calls_about_noise(w: State, person: int, t: float) -> float:
    """Return the chance that a call about noise that was drawn for a person is made."""
    return float(min(ready_about_noise(w, person, t) / (w.c[0].noise_mean * peak_of_calls(w)), 1.0))


@compiled
def p_searches_now(w: State, person: int, kind: int, t: float) -> float:
    """Return the chance that a search drawn for an offender is begun: asleep never, out and about always.

    At home, at work and at school it needs a way out. Those who are out for the evening come to blows and break
    things, others on the way or in a shop less so; few leave the company of an evening to steal.
    """
    p, where = w.p[0], w.where[person]
    if where == ON_PATROL:  # beside a neighbour nobody looks for a target
        return 0.0
    violent = kind == ASSAULT or kind == DISORDER
    if where == AT_HOME:
        return float(p.violence_from_home if violent else p.p_from_home) if is_awake(w, person, t) else 0.0
    if where == AT_WORK:
        return float(p.violence_from_work if violent else p.p_from_work)
    if where == AT_LEISURE_B:
        if kind == ROBBERY:
            return float(p.robbery_from_evening)
        return 1.0 if violent else float(p.p_from_evening)
    return float(p.violence_by_day) if violent else 1.0


@compiled
def can_quarrel(w: State, one: int, other: int, t: float) -> bool:
    """Tell whether two people can fall out just now: both at home and awake."""
    at_home = w.where[one] == AT_HOME and w.where[other] == AT_HOME
    return bool(at_home and is_awake(w, one, t) and is_awake(w, other, t))
