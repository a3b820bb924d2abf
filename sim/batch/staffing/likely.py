"""How likely each number of officers is enough, after the months tried: over all their calls, not month by month.

A target is asked of all calls of the months together, since a month may have a dozen urgent ones. What is not known
after some months is drawn: every month gets a weight of chance (Rubin 1981), the same with every force, since forces
share their months; shares get half a call that was in time and half a one that was not besides (Jeffreys). In each draw
more officers never do worse, and between two numbers that were tried the line is straight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.staffing.targets import Target
from sim.statistics.estimates import Estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DRAWS = 2000
HALF_A_CALL = 0.5
EVEN = 0.5
"""Chance of which nobody knows better."""


class Months(NamedTuple):
    """Hold what the months of one force say of one target, in the order of the seeds."""

    weight: Floats
    """(n_months,) calls that the month's value is of; 1 for every month of a measure that is no share of calls"""
    value: Floats
    """(n_months,) value of the measure; NaN in a month without such a call"""

    @property
    def known(self) -> Ints:
        """Name the months that say something."""
        return np.flatnonzero(np.isfinite(self.value) & (self.weight > 0))

    @property
    def mean(self) -> float:
        """Give the value over all months together; not a number where none says anything."""
        known = self.known
        return float(np.average(self.value[known], weights=self.weight[known])) if len(known) else np.nan


Tried = Mapping[int, Mapping[Target, Months]]
"""What is known, by force."""


@dataclass(frozen=True)
class Likely:
    """Tell how likely each number of officers from the smallest to the largest tried meets every target."""

    force: Ints
    """(n,) every number in between"""
    p_enough: Floats
    """(n,) chance that it meets all targets over all months like those tried; caps included"""
    p_helped: Floats
    """(n,) the same of the targets that more officers help to meet; never falls"""

    def at(self, force: int) -> float:
        """Give the chance that a number is enough, caps included."""
        return float(np.interp(force, self.force, self.p_enough))

    def helped_at(self, force: int) -> float:
        """Give the chance that a number meets the targets that more officers help to meet."""
        return float(np.interp(force, self.force, self.p_helped))

    def first(self, chance: float) -> int | None:
        """Name the smallest number that meets the targets that officers help with at least some chance."""
        good = np.flatnonzero(self.p_helped >= chance)
        return int(self.force[good[0]]) if len(good) else None


def judge_forces(tried: Tried, *, n_draws: int = DRAWS) -> Likely:
    """Judge every number of officers between the smallest and the largest that were tried."""
    forces = sorted(tried)
    targets = list(dict.fromkeys(target for force in forces for target in tried[force]))
    between = np.arange(forces[0], forces[-1] + 1)
    helped, capped = (np.full((n_draws, len(between)), np.inf) for _ in range(2))
    rng = np.random.default_rng(0)  # the same months give the same answer
    n_months = max(len(months.value) for force in forces for months in tried[force].values())
    weight = rng.exponential(size=(n_draws, n_months))
    for target in targets:
        known = [f for f in forces if target in tried[f] and len(tried[f][target].known) >= 2]
        if not known:
            return Likely(between, *(np.full(len(between), EVEN) for _ in range(2)))
        half = rng.gamma(HALF_A_CALL, size=(n_draws, 2))
        drawn = np.column_stack([_draw(tried[f][target], target, weight, half) for f in known])
        margin = drawn - target.bound if target.at_least else target.bound - drawn
        trust = np.array([len(tried[f][target].known) for f in known], np.float64)
        rising = -1.0 if target.wants_fewer else 1.0
        smooth = rising * _never_falls(rising * margin, trust)
        worst = capped if target.wants_fewer else helped
        np.minimum(worst, [np.interp(between, known, row) for row in smooth], out=worst)
    return Likely(between, ((helped >= 0) & (capped >= 0)).mean(axis=0), (helped >= 0).mean(axis=0))


def _draw(months: Months, target: Target, weight: Floats, half: Floats) -> Floats:
    """Draw what a measure may be over many months, of which two or more are known."""
    known, mean = months.known, months.mean
    n, value, w = months.weight[known], months.value[known], weight[:, known]
    if target.calls_column:
        in_time = w @ (n * value / 100.0) + half[:, 0]
        drawn = 100.0 * in_time / (w @ n + half.sum(axis=1))
    else:
        drawn = w @ (n * value) / (w @ n)
    # Weights of chance let a mean vary by one over (k + 1) of what months differ; it is one over k, from k - 1 of them.
    wider = np.sqrt((len(known) + 1.0) / (len(known) - 1.0))
    widened = mean + (drawn - mean) * wider
    return np.clip(widened, 0.0, 100.0) if target.calls_column else np.asarray(widened)


def _never_falls(rows: Floats, trust: Floats) -> Floats:
    """Pool neighbours of which the later is lower, row by row (pool adjacent violators)."""
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - slow to import

    if rows.shape[1] == 1 or bool((np.diff(rows, axis=1) >= 0).all()):
        return rows
    return np.array([isotonic_regression(row, weights=trust).x for row in rows])


def estimate_level(months: Months, target: Target, *, n_draws: int = DRAWS) -> Estimate:
    """Estimate a measure over all months of a force, and its 95 % interval; not a number from fewer than two months."""
    value = months.mean
    if len(months.known) < 2:
        return Estimate(value, np.nan, np.nan)
    rng = np.random.default_rng(0)
    weight = rng.exponential(size=(n_draws, len(months.value)))
    drawn = _draw(months, target, weight, rng.gamma(HALF_A_CALL, size=(n_draws, 2)))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(value, float(min(low, value)), float(max(high, value)))


def read_months(rows: pd.DataFrame, targets: Sequence[Target]) -> dict[int, dict[Target, Months]]:
    """Read the months of each force from a table of runs: the value of each target, and the calls that it is of."""
    tried: dict[int, dict[Target, Months]] = {}
    for force, own in rows.sort_values("seed").groupby("force"):
        tried[int(force)] = {
            target: Months(
                own[target.calls_column].to_numpy(np.float64) if target.calls_column else np.ones(len(own)),
                own[target.measure].to_numpy(np.float64),
            )
            for target in targets
        }
    return tried
