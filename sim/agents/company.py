"""Whom people keep company with, and how inclined they are to strike.

People of the same places and of about the same age keep company, and those who offend keep it with each
other (homophily). Violence falls within such circles more often than between strangers.
"""

from __future__ import annotations

import math

from sim.agents.fading import left_after
from sim.agents.residents import place_of
from sim.agents.state import State
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, normal

FRAILTY = int(Stream.FRAILTY)
N_PLACES = 4


@compiled
def goes_to(w: State, person: int, segment: int) -> bool:
    """Tell whether somebody lives, works, learns or goes out on a segment."""
    n = 0
    for i in range(N_PLACES):
        n += place_of(w, person, i) == segment
    return n > 0


@compiled
def closeness(w: State, one: int, other: int) -> float:
    """Return how near in age two people are: 1 at the same age, half of it `company_years` apart."""
    apart = abs(float(w.residents[one].age) - float(w.residents[other].age))
    return float(left_after(apart, w.p[0].company_years))


@compiled
def inclination(w: State, person: int) -> float:
    """Return how inclined a person is to offend or strike, by age and sex, against the mean of people of 12 and more.

    The rule of `sim.agents.population.offenders.odds_of`, for one person.
    """
    p, who = w.p[0], w.residents[person]
    if who.age < 12:
        return 0.0
    share = p.male_share_offending if who.male else 1.0 - p.male_share_offending
    of_all = p.share_male if who.male else 1.0 - p.share_male
    grown = min(max((who.age - 24.0) / 21.0, 0.0), 1.0)
    by_age = p.age_peak_factor + grown * (1.0 - p.age_peak_factor)
    origin = p.unequal_origin if who.migrant else 1.0
    return float(share / max(of_all, 1e-9) * by_age * origin / max(w.c[0].mean_odds, 1e-9))


@compiled
def frailty_of(w: State, key: Key) -> float:
    """Draw how easily somebody is hurt: a factor with mean 1, of the person and for good."""
    spread = w.p[0].frailty_spread
    return float(math.exp(spread * normal(w.c[0].seed, FRAILTY, key, 0) - 0.5 * spread * spread))
