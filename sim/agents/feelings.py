"""What a feeling is made of: a lasting trait, what was learnt, mood, and impressions that fade; and the account of it.

Each of the three attitudes of a person is the sum of five parts, within the bounds of the scale. Impressions have two,
a quick and a slow one, so that every kind of event can have its own half-life and nobody needs a list of memories. All
parts fade alike for everybody, so what a group feels because of one cause fades as the feelings of its members do: the
account is kept by group and cause, and adds up to what is felt.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.fading import left_after
from sim.agents.feeling_words import BY_TURNOVER, N_CAUSES, N_GROUPS
from sim.agents.state import State, Table
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform_four

MOOD = int(Stream.MOOD)
N_ATTITUDES = 3
TO_UNIT = math.sqrt(12.0)
"""Brings a uniform draw about its mean to variance 1; moods add up many of them, so their shape does not matter."""
SHARED, OWN = 0.7, 0.714
"""Parts of a draw common to the three attitudes of a person and of one alone: they correlate at about 0.5."""


@compiled
def group_of(who: Table) -> int:
    """Return the row of the account in which a resident is counted."""
    band = int(who.age >= 30) + int(who.age >= 45) + int(who.age >= 65)
    return 3 * band + (2 if who.migrant else int(who.renting))


@compiled
def show(who: Table) -> None:
    """Add up what a person feels."""
    who.security = _sum(who, 0)
    who.satisfaction = _sum(who, 1)
    who.trust = _sum(who, 2)


@compiled
def _sum(who: Table, k: int) -> float:
    felt = who.trait[k] + who.learnt[k] + who.mood[k] + who.fresh[k] + who.lasting[k]
    return float(min(max(felt, 0.0), 1.0))


@compiled
def fresh_share(w: State, half_life: float) -> float:
    """Return the share of an impression that goes to its quick part, so that half is left after the half-life."""
    quick, slow = w.p[0].fresh_days, w.p[0].lasting_days
    days = min(max(half_life, quick), slow)
    if slow <= quick:
        return 1.0
    left_quick, left_slow = left_after(days, quick), left_after(days, slow)
    return float((left_slow - 0.5) / (left_slow - left_quick))


@compiled
def feel(w: State, resident: int, attitude: int, cause: int, gain: float, half_life: float) -> None:
    """Move an attitude of one person.

    Parameters
    ----------
    gain
        in standard deviations between residents
    half_life
        days after which half of it is left
    """
    who = w.residents[resident]
    if who.home < 0:  # nobody asks who lives beyond the border
        return
    amount = gain * w.p[0].attitude_spread
    fresh = amount * fresh_share(w, half_life)
    who.fresh[attitude] += fresh
    who.lasting[attitude] += amount - fresh
    row, column = w.account[group_of(who)], attitude * N_CAUSES + cause
    row.fresh[column] += fresh
    row.lasting[column] += amount - fresh
    show(who)


@compiled
def fade_account(w: State) -> None:
    """Let the account fade by a day, as the feelings of each person do."""
    quick, slow, learns = fading(w)
    for group in range(N_GROUPS):
        row = w.account[group]
        for column in range(N_ATTITUDES * N_CAUSES):
            row.learnt[column] += learns * (row.fresh[column] + row.lasting[column] - row.learnt[column])
            row.fresh[column] *= quick
            row.lasting[column] *= slow


@compiled
def fading(w: State) -> tuple[float, float, float]:
    """Return what a day leaves of the quick and the slow part, and the share of them that the trait takes up."""
    p = w.p[0]
    return left_after(1.0, p.fresh_days), left_after(1.0, p.lasting_days), 1.0 - math.exp(-p.trait_learns / 365.0)


@compiled
def fade(who: Table, quick: float, slow: float, learns: float) -> None:
    """Let the impressions of a person fade by a day, and the trait take up a little of them."""
    for k in range(N_ATTITUDES):
        who.learnt[k] += learns * (who.fresh[k] + who.lasting[k] - who.learnt[k])
        who.fresh[k] *= quick
        who.lasting[k] *= slow


@compiled
def mood_step(w: State, days: float) -> tuple[float, float]:
    """Return what some days leave of a mood, and the standard deviation of what they add."""
    p = w.p[0]
    left = left_after(days, p.mood_half_life_days)
    spread = p.attitude_spread * math.sqrt(1.0 - p.trait_share)
    return left, spread * math.sqrt(1.0 - left * left)


@compiled
def change_mood(w: State, who: Table, day: int, left: float, added: float) -> None:
    """Move a person's mood on for reasons of its own (an autoregression of the first order)."""
    draws = uniform_four(w.c[0].seed, MOOD, who.key, day)
    for k in range(N_ATTITUDES):
        who.mood[k] = left * who.mood[k] + added * TO_UNIT * (SHARED * (draws[0] - 0.5) + OWN * (draws[k + 1] - 0.5))


@compiled
def forget_everything(w: State, resident: int) -> None:
    """Take away what a tenant takes along: whoever comes next is another person."""
    who = w.residents[resident]
    row = w.account[group_of(who)]
    for k in range(N_ATTITUDES):
        column = k * N_CAUSES + BY_TURNOVER
        row.fresh[column] -= who.fresh[k]
        row.lasting[column] -= who.lasting[k]
        row.learnt[column] -= who.learnt[k]
        who.fresh[k] = who.lasting[k] = who.learnt[k] = who.mood[k] = 0.0
    who.seen = who.seen_usual = who.dealt_with = 0.0
    who.problem = who.news_day = 0
    show(who)


@compiled
def begin_mood(w: State, resident: int, t: float) -> None:
    """Give a new tenant a mood."""
    who = w.residents[resident]
    change_mood(w, who, int(t / DAY_MIN) + 1, 0.0, w.p[0].attitude_spread * math.sqrt(1.0 - w.p[0].trait_share))
    show(who)


@compiled
def is_turn(w: State, who: Table, days: int) -> bool:
    """Tell whether a person's day in a round of some days has come: a different one for everybody, so work is even."""
    return bool((who.key + np.uint64(w.c[0].day)) % np.uint64(days) == np.uint64(0))
