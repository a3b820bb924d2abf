"""The analytic answer: Erlang C hour by hour of the week, from calls and the work that they make."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import DAY_MIN
from sim.outcomes.response import COMMITTED, measure_officer_hours

Floats = NDArray[np.float64]
HOURS_A_WEEK = 168
ANSWERING = ("respond", "serve", "report", "prisoner", "guard")
"""Work that a call makes."""
AWAY = ("rest", "stop", "briefing")
"""Time on duty, besides calls, in which nobody can be sent."""
ON_STREETS = (*ANSWERING, *AWAY, "patrol", "travel", "hold", "visit", "mediate", "problem", "inspect", "room")


def erlang_c(servers: int, load: float) -> float:
    """Give the chance that a call finds all servers busy (Erlang 1917); 1 where they cannot keep up.

    Parameters
    ----------
    servers
        units on duty
    load
        work offered in Erlang: calls an hour times hours of work a call
    """
    if load >= servers:
        return 1.0
    lost = 1.0  # Erlang's B by its recursion, which no factorial overflows
    for k in range(1, servers + 1):
        lost = load * lost / (k + load * lost)
    return servers * lost / (servers - load * (1.0 - lost))


def p_wait_longer(servers: int, load: float, service_min: float, minutes: Floats, *, share: float = 1.0) -> Floats:
    """Give the chance to wait for a free unit longer than some minutes.

    With `share` below one, the calls are the most urgent part of all and overtake those that wait, but interrupt no
    work (Cobham 1954). Who must wait then waits behind urgent calls alone, an exponential time.

    Parameters
    ----------
    minutes
        times; a negative one is always exceeded
    share
        share of the load that is at least as urgent
    """
    rate = (servers - share * load) / service_min
    if servers == 0 or rate <= 0.0:
        return np.ones_like(minutes)
    return np.where(minutes < 0.0, 1.0, erlang_c(servers, load) * np.exp(-rate * np.maximum(minutes, 0.0)))


def mean_wait(servers: int, load: float, service_min: float) -> float:
    """Give the mean wait of all calls, in the order of their arrival; infinite where units cannot keep up."""
    return math.inf if load >= servers else erlang_c(servers, load) * service_min / (servers - load)


@dataclass(frozen=True)
class Load:
    """Hold the work that calls make in a usual week."""

    erlang: Floats
    """(168,) units at work on average, Monday 00:00 first, if none had to wait"""
    service_min: float
    """work of one unit on one call: way, scene and papers"""
    urgent: float
    """share of the work that calls of priority 1 make"""
    away: float
    """share of their time on duty in which officers are neither on a call nor to be sent: breaks, stops"""
    busy_hours: float
    """officer-hours a day of all work that counts as busy"""
    street_hours: float
    """officer-hours a day on the streets"""


def measure_load(ledgers: Iterable[tuple[pd.DataFrame, pd.DataFrame]], *, weekday: int, from_day: int) -> Load:
    """Count the work that calls make, by hour of the week, as a force would from its own log of calls.

    Two units at a call are two pieces of work. Each hour is averaged with its neighbours (1, 2, 1), since an hour of
    the week comes but four times a month.

    Parameters
    ----------
    ledgers
        the tables `calls` and `days` of runs that differ in seed alone
    weekday
        weekday of the first day, Monday 0
    from_day
        days before are left out
    """
    jobs, n_days, urgent = np.zeros(HOURS_A_WEEK), 0, 0.0
    hours: list[pd.Series] = []
    for calls, days in ledgers:
        kept = calls[(calls["t_call"] >= from_day * DAY_MIN) & (calls["n_units"] > 0)]
        units = kept["n_units"].to_numpy(np.float64)
        at = ((kept["t_call"] / 60.0).astype(int) + 24 * weekday) % HOURS_A_WEEK
        jobs += np.bincount(at, units, HOURS_A_WEEK)
        urgent += float(units[kept["priority"].to_numpy() == 1].sum())
        own = days[days["day"] >= from_day]
        n_days += len(own)
        hours.append(measure_officer_hours(own) * len(own))
    total = sum(hours[1:], hours[0]) / n_days
    spent, street = float(total[list(ANSWERING)].sum()), float(total[list(ON_STREETS)].sum())
    smooth = (np.roll(jobs, 1) + 2.0 * jobs + np.roll(jobs, -1)) / 4.0
    n_jobs = max(float(jobs.sum()), 1.0)
    return Load(
        erlang=smooth / n_jobs * HOURS_A_WEEK * spent / 24.0,
        service_min=max(60.0 * spent * n_days / n_jobs, 1e-6),
        urgent=urgent / n_jobs,
        away=float(total[list(AWAY)].sum()) / max(street, 1e-9),
        busy_hours=float(total[list(COMMITTED)].sum()),
        street_hours=street,
    )
