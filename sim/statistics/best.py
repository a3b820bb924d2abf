"""Which strategy to choose: how often each is the best, and what choosing it may cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.statistics.paired_runs import Floats


class Best(NamedTuple):
    """Hold what speaks for each arm."""

    probability: Floats
    """share of the replications in which its mean is the best; ties are shared"""
    loss: Floats
    """by how much its mean falls short of the best one, on average over the replications, in the measure's unit"""


def rank_arms(values: Floats, counts: Floats, better: str) -> Best:
    """Resample seeds, all arms together, and look who is best.

    Over seeds that every arm has. An arm with no value at all is left out and gets NaN. Deviations of resampled means
    are widened by sqrt(n / (n - 1)), since resampling n values makes them that much too small.

    Parameters
    ----------
    values
        one measure, by seed and arm
    counts
        how often each seed stands in each replication
    better
        'less' or 'more'; otherwise nobody is best
    """
    n_arms = values.shape[1]
    unknown = Best(np.full(n_arms, np.nan), np.full(n_arms, np.nan))
    there = ~np.isnan(values).all(axis=0)
    kept: NDArray[np.bool_] = np.logical_not(np.isnan(values[:, there]).any(axis=1))
    if better not in {"less", "more"} or kept.sum() < 2 or there.sum() < 2:
        return unknown
    own = values[:, there] * (-1.0 if better == "less" else 1.0)
    n, mean = kept.sum(), own[kept].mean(axis=0)
    total: Floats = counts @ kept.astype(np.float64)
    drawn: Floats = counts @ np.where(kept[:, None], own - mean, 0.0)
    some = np.flatnonzero(total)
    means = mean + drawn[some] / total[some][:, None] * np.sqrt(n / (n - 1.0))
    top = means.max(axis=1, keepdims=True)
    winners = means >= top - 1e-12 * np.abs(top)
    unknown.probability[there] = (winners / winners.sum(axis=1, keepdims=True)).mean(axis=0)
    unknown.loss[there] = (top - means).mean(axis=0)
    return unknown
