"""Bootstrap over seeds: all arms and measures are drawn together, so that what they share stays shared.

Percentiles of resampled means are too narrow at the ten or twenty seeds of a study; what is resampled here is
Student's ratio (bootstrap-t, Efron 1979; Hall 1988), which corrects both for few seeds and for skewness.
"""

from __future__ import annotations

import numpy as np

from sim.statistics.paired_runs import Floats

N_DRAWS = 1999
KEY = 0x5EED
"""Of the counter-based generator (Philox): the same table gives the same bytes."""


def draw_counts(n_seeds: int, n_draws: int = N_DRAWS) -> Floats:
    """Draw how often each seed stands in each replication: one row per replication, one column per seed."""
    random = np.random.Generator(np.random.Philox(key=KEY))
    return random.multinomial(n_seeds, np.full(n_seeds, 1.0 / n_seeds), size=n_draws).astype(np.float64)


def resample_moments(values: Floats, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Give number, mean and variance of each column in each replication.

    Columns should be centred, since a variance is taken as the difference of two sums.
    """
    is_finite = ~np.isnan(values)
    filled = np.where(is_finite, values, 0.0)
    n = np.broadcast_to(counts.sum(axis=1)[:, None], (len(counts), values.shape[1]))
    if not is_finite.all():
        n = counts @ is_finite.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = counts @ filled / n
        variance = np.maximum(counts @ filled**2 / n - mean**2, 0.0) * n / (n - 1.0)
    return n, mean, np.where(n > 1, variance, np.nan)


def resample_student(centred: Floats, counts: Floats) -> Floats:
    """Resample Student's ratio of the mean of each column, whose mean is zero; NaN where all drawn values are one."""
    n, mean, variance = resample_moments(centred, counts)
    least = 1e-10 * np.nanmax(np.abs(centred), axis=0, initial=0.0) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > least, mean / np.sqrt(variance / n), np.nan)


def quantile_pair(draws: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Give the quantiles between which a share of each column's replications lies.

    What is not known (a replication of one value drawn over and over) counts as beyond either end, which widens.
    """
    tail = (1.0 - level) / 2.0
    low = np.quantile(np.where(np.isnan(draws), -np.inf, draws), tail, axis=0, method="lower")
    high = np.quantile(np.where(np.isnan(draws), np.inf, draws), 1.0 - tail, axis=0, method="higher")
    return low, high
