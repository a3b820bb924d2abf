"""How often a person calls the police, by kind of call: few make most of the calls.

A household has a need for help of its own, an old person more of it; a person has a habit of calling for nothing; a
home lies where it is loud or quiet. All factors have mean 1, so that the number of calls follows `other_calls`.
"""

from __future__ import annotations

import math

from sim.agents.state import State
from sim.clock import YEAR_MIN
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, normal

PROPENSITY = int(Stream.PROPENSITY)
OLD = 65
"""Age from which a person is old."""


@compiled
def is_even(w: State) -> bool:
    """Tell whether demand is as queueing theory wants it: all alike, at all hours, everything sent."""
    return bool(w.p[0].hour_profile_flat >= 0.5)


@compiled
def heavy_tailed(w: State, key: Key, number: int, spread: float) -> float:
    """Draw a log-normal factor of mean 1 that belongs to a key."""
    if spread <= 0.0:
        return 1.0
    return math.exp(spread * normal(w.c[0].seed, PROPENSITY, key, number) - 0.5 * spread * spread)


@compiled
def rates_of(w: State, resident: int) -> tuple[float, float, float, float]:
    """Return the calls a minute that a person makes: about traffic, noise, help needed, and nothing."""
    p, who = w.p[0], w.residents[resident]
    rate = p.other_calls / 1000.0 / YEAR_MIN
    invalid = max(0.0, 1.0 - p.share_traffic - p.share_noise - p.share_welfare)
    if is_even(w):
        return rate * p.share_traffic, rate * p.share_noise, rate * p.share_welfare, rate * invalid
    home = heavy_tailed(w, w.households[who.household].key, 4, p.household_call_spread)
    age = (p.old_welfare if who.age >= OLD else 1.0) / (1.0 + (p.old_welfare - 1.0) * p.share_65)
    need = p.share_welfare_places + (1.0 - p.share_welfare_places) * home * age
    habit = heavy_tailed(w, who.key, 5, p.caller_spread)
    loud = float(w.segments[who.home].noise_near) if who.home >= 0 else 1.0
    return rate * p.share_traffic, rate * p.share_noise * loud, rate * p.share_welfare * need, rate * invalid * habit
