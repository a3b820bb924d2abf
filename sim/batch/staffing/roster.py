"""From the units that each hour needs to people: shifts that cover them, days off, leave and sickness."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.staffing.queueing import HOURS_A_WEEK
from sim.errors import InputError

Ints = NDArray[np.int64]
DAYS_A_WEEK = 7
MOST_SECONDS = 20.0
"""Then the best roster so far is taken, and its distance from the best possible is told."""


@dataclass(frozen=True)
class Shifts:
    """Say how people may work."""

    starts: tuple[int, ...] = (0, 8, 16)
    """hours at which a shift may begin"""
    hours: int = 8
    """length of a shift"""
    days_on: int = 5
    """days at work in a week, one after the other"""
    crew: int = 1
    """officers in a unit"""
    least_units: int = 0
    """units that must be on duty at any hour"""
    away: float = 0.16
    """share of rostered days lost to leave, sickness and training"""

    def __post_init__(self) -> None:
        if not self.starts or len(set(self.starts)) < len(self.starts) or not all(0 <= s < 24 for s in self.starts):
            raise InputError(f"--starts must list hours from 0 to 23, each once, got {','.join(map(str, self.starts))}")
        if not 1 <= self.hours <= 24:
            raise InputError(f"--shift-hours must lie between 1 and 24, got {self.hours}")
        if not 1 <= self.days_on <= DAYS_A_WEEK:
            raise InputError(f"--days-on must lie between 1 and 7, got {self.days_on}")
        if self.crew < 1 or self.least_units < 0:
            raise InputError(f"--crew must be 1 or more and --min-units 0 or more, got {self.crew}, {self.least_units}")
        if not 0.0 <= self.away < 1.0:
            raise InputError(f"--away must be a share from 0 to below 1, got {self.away:g}")
        gap = _first_gap(self)
        if gap is not None:
            raise InputError(f"--starts with shifts of {self.hours} hours must cover the day, but {gap}:00 is left out")


@dataclass(frozen=True)
class Roster:
    """Hold a roster of a week."""

    required: Ints
    """(168,) units needed, Monday 00:00 first, the least crewing included"""
    on_duty: Ints
    """(168,) units rostered"""
    lines: pd.DataFrame
    """one row per line: `start` (hour), `first_day` (Monday 0), `units`"""
    units: int
    """lines of the roster, each for one unit"""
    headcount: int
    """officers to employ: all lines, crews in full, and as many more as leave and sickness take"""
    gap: int
    """lines that a better roster might save, where the search was cut short"""


def make_roster(required: Ints, shifts: Shifts) -> Roster:
    """Cover the units that each hour needs with the fewest people (a covering problem, Dantzig 1954).

    A line of the roster is a start, the same on every working day, and `days_on` days in a row.
    """
    required = np.maximum(required, shifts.least_units)
    kinds = [(start, day) for start in shifts.starts for day in range(DAYS_A_WEEK)]
    covers = np.array([_hours_of(start, day, shifts) for start, day in kinds]).astype(float)
    fewest, bound = _solve(covers, required)
    if fewest is None:
        raise InputError(f"roster: no roster was found within {MOST_SECONDS:g} s; try fewer --starts")
    n = int(fewest.sum())
    even, _ = _solve(covers, required, total=n)
    units = fewest if even is None else even
    lines = pd.DataFrame(kinds, columns=["start", "first_day"]).assign(units=units)
    headcount = math.ceil(n * shifts.crew / (1.0 - shifts.away) - 1e-9)
    lines = lines[lines["units"] > 0].reset_index(drop=True)
    return Roster(required, units @ covers.astype(np.int64), lines, n, headcount, n - min(bound, n))


def _solve(covers: NDArray[np.float64], required: Ints, total: int | None = None) -> tuple[Ints | None, int]:
    """Find the fewest lines and the least that any roster must have; or, of `total` lines, those that lie most evenly.

    Most evenly: the most units that any hour has beyond its need are as few as can be.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow to import

    n_kinds, n_hours = covers.shape
    most = max(int(required.max()), 1) * DAYS_A_WEEK
    matrix = np.hstack([covers.T, np.zeros((n_hours, 1))])  # the last variable is that surplus
    limits = [LinearConstraint(matrix, lb=required)]
    cost = np.r_[np.ones(n_kinds), 0.0]
    if total is not None:
        limits.append(LinearConstraint(np.hstack([covers.T, -np.ones((n_hours, 1))]), ub=required))
        limits.append(LinearConstraint(cost[None, :], lb=total, ub=total))
        cost = 1.0 - cost
    found = milp(
        c=cost, constraints=limits, integrality=np.ones(n_kinds + 1), bounds=Bounds(0, most * n_kinds),
        options={"time_limit": MOST_SECONDS if total is None else MOST_SECONDS / 4.0},
    )  # fmt: skip
    if found.x is None:
        return None, 0
    bound = -math.inf if found.mip_dual_bound is None else found.mip_dual_bound
    return np.rint(found.x[:-1]).astype(np.int64), math.ceil(max(bound, 0.0) - 1e-6)


def _hours_of(start: int, first_day: int, shifts: Shifts) -> NDArray[np.bool_]:
    """Mark the hours of the week that a line works; the week is a ring."""
    on = np.zeros(HOURS_A_WEEK, bool)
    for day in range(first_day, first_day + shifts.days_on):
        on[(24 * day + start + np.arange(shifts.hours)) % HOURS_A_WEEK] = True
    return on


def _first_gap(shifts: Shifts) -> int | None:
    covered = {(start + hour) % 24 for start in shifts.starts for hour in range(shifts.hours)}
    return next((hour for hour in range(24) if hour not in covered), None)
