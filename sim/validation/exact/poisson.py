"""Calls as a Poisson process whose rate moves with who is where and awake: counts, dispersion and times between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import State
from sim.agents.waking import p_calls_now, peak_of_calls
from sim.clock import DAY_MIN, YEAR_MIN
from sim.compiling.compiled import compiled
from sim.engine import run_shifts
from sim.validation.exact.answer import ERRORS, Part
from sim.validation.exact.queues import Stand
from sim.validation.exact.tiny import all_at, quiet_town, ring
from sim.world import World, build_world

Floats = NDArray[np.float64]
N_RESIDENTS = 5_000
PER_THOUSAND = 5000.0
PER_MINUTE = PER_THOUSAND / 1000.0 / YEAR_MIN
"""Calls of one resident that are drawn, before they are thinned, are `peak_of_calls` times as many."""
N_DAYS = (80, 730)
SEED = 7
BLOCK_H = 3
"""Hours that are counted together: a block has some ten calls, so that counts are many and none is nearly empty."""


@compiled
def sum_readiness(w: State, t: float) -> float:
    """Add up the chances that calls drawn for the residents would be made at a moment."""
    total = 0.0
    for person in range(w.residents.size):
        total += p_calls_now(w, person, t)
    return total


@cache
def call_times(n_days: int, seed: int) -> tuple[Floats, Floats]:
    """Simulate residents who call from where they are, all from one street.

    Returns
    -------
    times
        of the calls
    expected
        (n_ticks,) calls of each tick by the theory, given who was where and awake
    """
    town = quiet_town(
        {
            "n_days": n_days,
            "people.n_residents": N_RESIDENTS,
            "people.mean_household": 1.0,
            "demand.other_calls": PER_THOUSAND,
            "demand.hour_profile_flat": 0.0,
            # Everybody calls alike, and about what follows the hours of the profile: no noise.
            "demand.share_noise": 0.0,
            "demand.household_call_spread": 0.0,
            "demand.caller_spread": 0.0,
            "demand.referred_traffic": 0.0,
            "demand.referred_welfare": 0.0,
            "dispatch.service_median_min": 1.0,
            "force.n_response": 9,
        }
    )
    world = build_world(town, seed, all_at(ring(4, length_m=0.01), 0))
    minutes, expected = float(town.tick_min), []

    def look(world: World) -> None:
        middle = float(world.state.c[0]["tick"]) * minutes - 0.5 * minutes
        expected.append(sum_readiness(world.state, middle) * PER_MINUTE * peak_of_calls(world.state) * minutes)

    calls = np.concatenate([rows["calls"] for _, rows in run_shifts(world, Stand(), each_tick=look)])
    times = np.sort(calls["t_call"])
    # The calls of the last evening may still be open: they are not in the ledger yet.
    end = (n_days - 1) * DAY_MIN
    return np.asarray(times[times < end]), np.array(expected)[: int(end / minutes)]


def compare_calls(
    full: bool, *, flat: bool = False, every_second: bool = False, in_pairs: bool = False
) -> Sequence[Part]:
    """Compare counts by hour, dispersion and times between with those of a Poisson process.

    Parameters
    ----------
    flat
        take theory for one rate at all hours
    every_second, in_pairs
        break the calls: leave every second one out (too even), or let each be followed by another (in clusters)
    """
    n_days = N_DAYS[full] - 1
    times, expected = call_times(N_DAYS[full], SEED)
    if flat:
        expected = np.full(len(expected), expected.mean())
    if every_second:
        times, expected = times[::2], expected / 2.0
    if in_pairs:
        times, expected = np.sort(np.r_[times, times + 1.0]), expected * 2.0
    rate, ticks_an_hour = float(expected.sum()) / n_days, len(expected) // (24 * n_days)
    hours = (times // 60.0).astype(np.int64)
    by_hour = np.bincount(hours % 24, minlength=24)
    hourly = expected.reshape(-1, ticks_an_hour).sum(axis=1)
    usual = hourly.reshape(-1, 24).sum(axis=0)
    z2 = float(((by_hour - usual) ** 2 / usual).sum())
    blocks = np.bincount(np.minimum(hours, 24 * n_days - 1) // BLOCK_H, minlength=24 * n_days // BLOCK_H).astype(float)
    mean = hourly.reshape(-1, BLOCK_H).sum(axis=1)
    dispersion = ((blocks - mean) ** 2 / mean).mean()
    # The variance of (N - m)^2 / m is 2 + 1 / m where N is Poisson with mean m.
    spread = sqrt(float((2.0 + 1.0 / mean).mean()) / len(blocks))
    # On the clock of the process itself, on which the rate is one, times between calls are exponential.
    done = np.r_[0.0, np.cumsum(expected)]
    gaps = np.diff(np.interp(times, 60.0 / ticks_an_hour * np.arange(len(done)), done))
    n = len(gaps)
    return (
        Part("calls a day", rate, len(times) / n_days, ERRORS * sqrt(rate / n_days)),
        Part("chi square of the counts by hour, 24 hours", 24.0, z2, ERRORS * sqrt(48.0)),
        Part("variance over mean, blocks of three hours", 1.0, float(dispersion), ERRORS * spread),
        Part("mean time between, on the clock of the rate", 1.0, float(gaps.mean()), ERRORS / sqrt(n)),
        Part(
            "variance of times between over squared mean",
            1.0,
            float(gaps.var() / gaps.mean() ** 2),
            ERRORS * sqrt(4.0 / n),
        ),
        Part(
            "share of times between under a tenth of the mean",
            1.0 - exp(-0.1),
            float((gaps < 0.1).mean()),
            ERRORS * sqrt(exp(-0.1) * (1.0 - exp(-0.1)) / n),
        ),
    )
