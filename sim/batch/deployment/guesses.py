"""First guesses, in seconds: as today, by calls, by queueing theory, evenly; the search begins with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.deployment.slots import Floats, Slots
from sim.batch.staffing.queueing import HOURS_A_WEEK, Load, erlang_c, measure_load
from sim.city.land_use import City
from sim.clock import DAY_MIN
from sim.outcomes.response import select_called

LEAST_CALLS = 12
"""Calls from which on there is something to share officers out by."""
CHANCES = np.geomspace(0.001, 0.9, 40)
"""Chances of finding nobody free that are tried, the smallest first."""


@dataclass(frozen=True)
class Work:
    """Hold where and when the calls of today come, and what they take."""

    calls: Floats
    """(n_districts, 168) calls an hour, Monday 00:00 first"""
    erlang: Floats
    """(n_districts, 168) units at work, if none had to wait"""
    away: float
    """share of time on duty in which officers cannot be sent"""
    n_calls: int


def measure_work(
    ledgers: list[tuple[pd.DataFrame, pd.DataFrame]], city: City, slots: Slots, *, weekday: int, from_day: int
) -> Work:
    """Count calls and work by district and hour of the week, as a force would from its own log.

    A month has few calls of one district in one hour, so districts share their hours: the share of a district times
    the share of an hour.

    Parameters
    ----------
    ledgers
        the tables `calls` and `days` of runs under today's roster
    """
    load = measure_load(ledgers, weekday=weekday, from_day=from_day)
    kept = pd.concat([select_called(calls) for calls, _ in ledgers])
    kept = kept[kept["t_call"] >= from_day * DAY_MIN]
    n = len(slots.districts)
    district = city.district[kept["segment"].to_numpy(np.int64)] if n > 1 else np.zeros(len(kept), np.int64)
    hour = ((kept["t_call"].to_numpy(np.float64) / 60.0).astype(np.int64) + 24 * weekday) % HOURS_A_WEEK
    n_days = sum(int((days["day"] >= from_day).sum()) for _, days in ledgers)
    by_hour = np.bincount(hour, minlength=HOURS_A_WEEK) * 7.0 / max(n_days, 1)
    by_hour = (np.roll(by_hour, 1) + 2.0 * by_hour + np.roll(by_hour, -1)) / 4.0
    spent = kept["unit_min"].fillna(0.0).to_numpy(np.float64)
    return Work(
        np.outer(_share(np.bincount(district, minlength=n)), by_hour),
        np.outer(_share(np.bincount(district, spent, minlength=n)), load.erlang), _away_of(load), len(kept),
    )  # fmt: skip


def _away_of(load: Load) -> float:
    return min(load.away, 0.5)


def _share(counts: NDArray[np.number[Any]]) -> Floats:
    values = counts.astype(np.float64)
    return values / values.sum() if values.sum() > 0.0 else np.full(len(values), 1.0 / len(values))


def guess_all(slots: Slots, today: Floats, work: Work) -> dict[str, Floats]:
    """Give every first guess as shares by place; without calls there is nothing to share by."""
    guesses = {"as_today": today, "evenly": np.ones(slots.shape)}
    if work.n_calls >= LEAST_CALLS:
        guesses |= {
            "by_calls": fit_demand(slots, work.calls),
            "by_theory": fit_demand(slots, need_by_theory(slots, work)),
        }
    return guesses


def need_by_theory(slots: Slots, work: Work) -> Floats:
    """Give the units that each district needs at each hour, for the same chance of finding nobody free everywhere.

    Erlang's C for each; the chance is the smallest for which the officers that there are suffice. What is kept free
    grows with the root of the work and not in proportion, which is why this differs from a share by calls. Districts
    are taken alone, though cars help each other out across their borders: the simulation judges that.

    Returns
    -------
    units
        (n_districts, 168)
    """
    need = np.ones_like(work.erlang)
    for chance in CHANCES:
        need = _units_for(work, float(chance))
        if need.sum() <= slots.hours_a_week:
            break
    return need


def _units_for(work: Work, chance: float) -> Floats:
    known: dict[float, float] = {}

    def units(erlang: float) -> float:
        n = 1
        while erlang_c(n, erlang + n * work.away) > chance:
            n += 1
        return float(n)

    steps = work.erlang.round(2)
    for value in np.unique(steps).tolist():
        known[value] = units(value)
    return np.array([known[value] for value in steps.reshape(-1).tolist()]).reshape(steps.shape)


def fit_demand(slots: Slots, demand: Floats) -> Floats:
    """Share officers out so that those on duty follow a demand as closely as begins and weeks let them.

    Least squares without negative numbers (Lawson & Hanson 1974), district by district; each has officers in proportion
    to its demand.

    Parameters
    ----------
    demand
        (n_districts, 168) in any unit
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - slow to import

    cover = slots.on_duty.reshape(-1, HOURS_A_WEEK).T
    hours = demand * slots.hours_a_week / demand.sum()
    # A trace of even shares makes the answer one: weeks that cover the same hours are then used alike.
    trace = 1e-3 * np.eye(cover.shape[1])
    shares = []
    for own in hours:
        even = 1e-3 * np.full(cover.shape[1], own.sum() / slots.hours_an_officer / cover.shape[1])
        found, _ = nnls(np.vstack([cover, trace]), np.r_[own, even])
        shares.append(found * own.sum() / max(float(found.sum()), 1e-12))
    return np.array(shares).reshape(slots.shape)
