"""Who is awake, and what follows from it: when people call, quarrel and look for a target.

Nobody is woken by a clock of the city: a person at home sleeps by kind of day, age and a draw of the night, and
whoever is elsewhere is awake. The tables are judgement, read against a survey of the use of time [atus_hours]. They
are looked up only when something may happen, never for everybody.
"""

from __future__ import annotations

import numpy as np

from sim.agents.days import FRIDAY, PLAN_BEGINS_MIN, SATURDAY
from sim.agents.state import State
from sim.agents.tables import AT_HOME, AT_LEISURE_B, AT_WORK, AWAY, DAYS_NIGHT, OLD, TRAVELLING
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform_four
from sim.params import ASSAULT, DISORDER, ROBBERY

SLEEP = int(Stream.SLEEP)
# Minutes after four in the morning; one value per kind of day: home, work, late, school, night, rota, student.
RISE = np.array([[205.0, 140.0, 260.0, 145.0, 660.0, 165.0, 245.0], [240.0, 240.0, 270.0, 285.0, 660.0, 190.0, 330.0]])
"""When people get up, Monday to Friday and at the weekend; after work at night at three in the afternoon."""
BED_AFTER_NIGHT_WORK = 255.0
OLD_RISE_EARLIER = 40.0
# One value per age band: child, teenager, young, adult, middle, old.
BED = np.array([[980.0, 1100.0, 1190.0, 1110.0, 1100.0, 1085.0], [1035.0, 1180.0, 1270.0, 1160.0, 1130.0, 1095.0]])
"""When people go to bed, on Friday and Saturday nights later."""
SPREAD_MIN = 130.0
"""Half of the width of the triangle by which both differ between people and nights."""
OWLS_LATER = 90.0
"""How much later those go to bed who go out most readily."""
SLEEPLESS = 0.03
"""Share of nights awake at home: illness, a small child, worry."""

CALLS_AT = np.array([1.0, 0.4, 1.5, 1.2, 8.0])
"""How readily somebody calls the police who is awake: at home, at work, at leisure, out for the evening, on the way."""
CALLS_ASLEEP = 0.10
"""The same for somebody whom a noise, an illness or an alarm must wake first."""
CALLS_MEAN = 0.75
"""Mean of these over everybody and a week, by default: calls are drawn at this level and thinned by who is where."""
NOISE_WAKES = 0.5
"""How readily somebody calls about noise who is asleep when it begins, against somebody who is awake at home."""
QUIET_FROM, QUIET_UNTIL = 1320.0, 360.0
"""Hours of quiet, from ten to six, as by-laws have them."""
NOISE_MEAN = 0.71
"""Mean of the readiness to call about noise, as `CALLS_MEAN`, where somebody is up to make it."""
PEAK = float(CALLS_AT.max()) / CALLS_MEAN
"""How many times the mean rate calls are drawn at, before they are thinned."""
QUARREL_PACE = 3.6
"""Flare-ups that are drawn for each that happens where two parties are both at home and awake."""


@compiled
def is_awake(w: State, person: int, t: float) -> bool:
    """Tell whether a person is awake at a moment: elsewhere than at home always, at home by the night's sleep."""
    who = w.routines[person]
    if w.where[person] != AT_HOME:
        return bool(w.where[person] != AWAY)
    since = t - PLAN_BEGINS_MIN
    day = int(np.floor(since / DAY_MIN))
    minute = since - day * DAY_MIN
    u_rise, u_rise_too, u_bed, u_bed_too = uniform_four(w.c[0].seed, SLEEP, who.key, day + 2)
    weekday = w.weekday[day + 1]
    rise = RISE[1 if weekday >= SATURDAY else 0, who.kind] + SPREAD_MIN * (u_rise + u_rise_too - 1.0)
    if who.kind == DAYS_NIGHT:
        return bool(minute >= rise or minute < BED_AFTER_NIGHT_WORK + SPREAD_MIN * (u_bed - 0.5))
    if who.age_band == OLD:
        rise -= OLD_RISE_EARLIER
    late = 1 if weekday == FRIDAY or weekday == SATURDAY else 0
    bed = BED[late, who.age_band] + SPREAD_MIN * (u_bed + u_bed_too - 1.0) + OWLS_LATER * who.outgoing / 255.0
    return bool((minute >= rise and minute < bed) or u_bed < SLEEPLESS)


@compiled
def p_calls_now(w: State, person: int, t: float) -> float:
    """Return the chance that a call drawn for a person is made: by where it is and whether it is awake."""
    where = w.where[person]
    if where > TRAVELLING:
        return 0.0
    ready = CALLS_AT[where]
    if where == AT_HOME and not is_awake(w, person, t):
        ready = CALLS_ASLEEP
    flat = w.p[0].hour_profile_flat
    return float((ready + flat * (CALLS_MEAN - ready)) / (CALLS_MEAN * peak_of_calls(w)))


@compiled
def peak_of_calls(w: State) -> float:
    """Return how many times the mean rate calls are drawn at: at it where all hours are to be alike."""
    return float(PEAK + w.p[0].hour_profile_flat * (1.0 - PEAK))


@compiled
def p_calls_about_noise(w: State, person: int, t: float) -> float:
    """Return the same for a call about noise, which people bear less in the hours of quiet."""
    where = w.where[person]
    if where > TRAVELLING:
        return 0.0
    ready = CALLS_AT[AT_WORK]
    if where == AT_HOME:
        ready = CALLS_AT[AT_HOME] if is_awake(w, person, t) else NOISE_WAKES
    minute = t % DAY_MIN
    if minute >= QUIET_FROM or minute < QUIET_UNTIL:
        ready *= w.p[0].quiet_hours
    return float(min(ready / (NOISE_MEAN * peak_of_calls(w)), 1.0))


@compiled
def p_searches_now(w: State, person: int, kind: int, t: float) -> float:
    """Return the chance that a search drawn for an offender is begun: asleep never, out and about always.

    At home, at work and at school it needs a way out. Those who are out for the evening come to blows and break
    things, others on the way or in a shop less so; few leave the company of an evening to steal.
    """
    p, where = w.p[0], w.where[person]
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
